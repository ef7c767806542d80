"""The command line beside a running service."""

import subprocess

from .server import binary, environment


def run_licentia(server, *words, env=None):
    """A command that does its work on the folder of the running service, however it ends."""
    command = [str(word) for word in (binary(), *words, "--data", server.data)]
    return subprocess.run(command, env=environment(**(env or {})), capture_output=True, text=True, timeout=60)


def licentia(server, *words):
    """What such a command prints; it must not fail."""
    done = run_licentia(server, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def first_words(printed):
    """The first word of each line: what a list is a list of."""
    return [line.split()[0] for line in printed.splitlines()]
