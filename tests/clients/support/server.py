"""A service started for a test, as its users start it."""

import configparser
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import boto3
from botocore.config import Config

REPOSITORY = Path(__file__).resolve().parents[3]
START_SECONDS = 60
STOP_SECONDS = 30
REGION = "us-east-1"


def binary():
    """The program under test: `LICENTIA_BINARY`, else the release build."""
    path = Path(os.environ.get("LICENTIA_BINARY", REPOSITORY / "target/release/licentia"))
    if not path.is_file():
        raise RuntimeError(f"`{path}` is not there: run `cargo xtask build`, or set LICENTIA_BINARY")
    return path.resolve()


def serve_command(*arguments, listen="127.0.0.1:0", region=REGION):
    """The words that start the service."""
    words = [binary(), "serve", "--listen", listen, "--region", region, *arguments]
    return [str(word) for word in words]


def environment(**more):
    """The environment of a process that must not find the settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LICENTIA_", "OTEL_"))}
    return kept | {"AWS_EC2_METADATA_DISABLED": "true"} | more


def boto_config():
    """One request for one call, so that nothing is hidden by a retry."""
    return Config(retries={"total_max_attempts": 1}, read_timeout=60, max_pool_connections=100)


class Account:
    """One of the accounts in the credentials file."""

    def __init__(self, server, profile, number, access_key, secret):
        self.server, self.profile, self.number = server, profile, number
        self.access_key, self.secret = access_key, secret

    def client(self, service="license-manager", config=None):
        return boto3.session.Session().client(
            service,
            endpoint_url=self.server.url,
            region_name=self.server.region,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret,
            config=config or boto_config(),
        )

    def fingerprint(self, issuer="Example Software Inc"):
        return f"aws:{self.number}:{issuer}:issuer-fingerprint"


class Server:
    """`licentia serve` on a free port."""

    def __init__(self, data, arguments=(), env=None, listen="127.0.0.1:0", region=REGION):
        self.region = region
        self.data = Path(data)
        self.data.mkdir(parents=True, exist_ok=True)
        self.credentials = self.data / "credentials"
        if "--table" not in arguments:
            self.place = ["--data", self.data]
            place = self.place
        else:
            self.place = arguments
            place = ["--credentials", self.credentials]
        self.env = env or {}
        self.process = subprocess.Popen(
            serve_command(*arguments, *place, listen=listen, region=region),
            env=environment(**(env or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.printed, self.log = [], []
        self._readers = [
            threading.Thread(target=self._read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.printed), (self.process.stderr, self.log))
        ]
        for reader in self._readers:
            reader.start()
        self.url = self._wait_for_address()
        self.port = int(self.url.rsplit(":", 1)[1])
        self.vendor, self.customer = self._accounts()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    def _wait_for_address(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for line in list(self.printed):
                if found := re.match(rf"Licentia serves on (http://\S+) for Region {self.region}$", line):
                    return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.002)
        self.process.kill()
        raise RuntimeError("the service did not start:\n" + "\n".join(self.printed + self.log))

    def _accounts(self):
        text = self.credentials.read_text()
        numbers = re.findall(r"# account (\d{12})", text)
        profiles = configparser.ConfigParser()
        profiles.read_string(text)
        assert profiles.sections() == ["vendor", "customer"]
        return [
            Account(self, profile, number, values["aws_access_key_id"], values["aws_secret_access_key"])
            for number, (profile, values) in zip(numbers, ((name, profiles[name]) for name in profiles.sections()))
        ]

    def stop(self):
        """Asks it to stop, as an operator does, and expects that it ends well."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self._drain()
        assert code == 0, "\n".join(self.log)

    def kill(self):
        """Ends it as a power cut does."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self._drain()

    def _drain(self):
        for reader in self._readers:
            reader.join(STOP_SECONDS)
        self.process.stdout.close()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            if kind is None:
                self.stop()
            else:
                self.kill()
