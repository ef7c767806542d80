"""The command line beside a running service."""

import re
import subprocess

from .server import Account, binary, environment


def run_licentia(server, *words, env=None):
    """A command that does its work on the store of the running service, however it ends."""
    command = [str(word) for word in (binary(), *words, *server.place)]
    env = environment(**(server.env | (env or {})))
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


def licentia(server, *words):
    """What such a command prints; it must not fail."""
    done = run_licentia(server, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def first_words(printed):
    """The first word of each line: what a list is a list of."""
    return [line.split()[0] for line in printed.splitlines()]


def new_account(server, name, *words):
    """An account made while the service runs, with an access key."""
    printed = licentia(server, "accounts", "create", "--name", name, *words)
    number = re.match(rf"account (\d{{12}}) \({name}\) made$", printed, re.MULTILINE)[1]
    return access_key(server, number)


def access_key(server, number, *words):
    """The account by a new access key of its own."""
    printed = licentia(server, "access-keys", "create", "--account", number, *words)
    values = dict(re.findall(r"^(aws_\w+) = (\S+)$", printed, re.MULTILINE))
    return Account(server, None, number, values["aws_access_key_id"], values["aws_secret_access_key"])
