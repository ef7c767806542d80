"""Other programs that a test starts: they answer on a port and end with it."""

import socket
import subprocess
import time
from contextlib import contextmanager

START_SECONDS = 60


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def listening(command, port, env, output, cwd=None, seconds=START_SECONDS):
    """Runs a program that listens on a port; `output` is the file it writes to."""
    with open(output, "wb") as log:
        process = subprocess.Popen([str(word) for word in command], env=env, cwd=cwd, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + seconds
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"`{command[0]}` did not start:\n{output.read_text()}")
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
