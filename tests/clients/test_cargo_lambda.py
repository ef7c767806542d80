"""`cargo lambda watch`, the function on a developer's machine, driven with the AWS CLI and `cargo lambda invoke`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.programs import free_port, listening
from support.runtime import http_event, opened
from support.samples import license_request
from support.server import REPOSITORY, Server, environment
from support.wire import JSON11, send, sign
from test_command_line import run_aws, said

CARGO_LAMBDA = Path(sys.executable).parent / "cargo-lambda"
# The first request waits until the function is built: it must be one whose signature cannot expire meanwhile.
BUILD_SECONDS = 900
DOMAIN = "abcdefghij.lambda-url.us-east-1.on.aws"


class Watched:
    """What the AWS CLI needs to know, as of a server."""

    def __init__(self, server, port):
        self.credentials, self.vendor = server.credentials, server.vendor
        self.url, self.port = f"http://127.0.0.1:{port}", port


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """The function under `cargo lambda watch`, on a folder that has its accounts."""
    folder, port = tmp_path_factory.mktemp("watch"), free_port()
    with Server(folder / "data") as server:
        pass
    command = [CARGO_LAMBDA, "lambda", "watch", "--ignore-changes", "--bin", "licentia"]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", str(port)]
    env = environment(LICENTIA_DATA=str(folder / "data"))
    with listening(command, port, env, folder / "watch.log", cwd=REPOSITORY):
        watched = Watched(server, port)
        health = send(watched, {}, b"", method="GET", path="/health", timeout=BUILD_SECONDS)
        assert health.status == 200, (health.body, (folder / "watch.log").read_text())
        yield watched


def test_the_aws_cli_works_against_the_root_url(watched):
    request = json.dumps(license_request())
    created = said(run_aws(watched, "license-manager", "create-license", "--cli-input-json", request))
    borrowed = said(run_aws(
        watched, "license-manager", "checkout-borrow-license",
        "--license-arn", created["LicenseArn"],
        "--entitlements", "Name=Seats,Value=1,Unit=Count",
        "--digital-signature-method", "JWT_ES256",
        "--client-token", "first",
    ))
    token = borrowed["LicenseConsumptionToken"]
    assert said(run_aws(watched, "license-manager", "check-in-license", "--license-consumption-token", token)) is None
    refused = run_aws(watched, "license-manager", "check-in-license", "--license-consumption-token", token)
    assert "(ResourceNotFoundException)" in refused.stderr


def test_an_event_can_be_invoked(watched, tmp_path):
    body = b"{}"
    headers = {"Host": DOMAIN, "Content-Type": JSON11, "X-Amz-Target": "AWSLicenseManager.ListLicenses"}
    event = tmp_path / "event.json"
    event.write_text(json.dumps(http_event(DOMAIN, "POST", "/", sign(watched.vendor, headers, body), body, False)))
    command = [CARGO_LAMBDA, "lambda", "invoke", "--data-file", event]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", str(watched.port)]
    invoked = subprocess.run(command, env=environment(), cwd=REPOSITORY, capture_output=True, text=True, check=True)
    status, _, answer = opened(json.loads(invoked.stdout))
    assert (status, list(json.loads(answer))) == (200, ["Licenses"])
