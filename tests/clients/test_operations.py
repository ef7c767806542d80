"""What an operator relies on: a health check, a log that finds a request, a stop that waits."""

import json
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.samples import checkout_request, consumed, license_request, seats
from support.server import Server
from support.wire import send

THREADS = 8
# How long a stop waits, at most, for requests under way.
GRACE_SECONDS = 20


def test_health_needs_no_credentials(server):
    answer = send(server, {}, b"", method="GET", path="/health")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["x-amzn-RequestId"]
    assert set(answer.json) == {"status", "region", "version"}
    assert (answer.json["status"], answer.json["region"]) == ("ok", "us-east-1")


def test_the_credentials_are_their_owners(server):
    assert stat.S_IMODE(server.credentials.stat().st_mode) == 0o600


def log_of(server, request_id):
    """The log's lines about a request; the last is written as the answer leaves."""
    for _ in range(100):
        lines = [json.loads(line) for line in list(server.log) if request_id in line]
        if any(line["message"] == "answered" for line in lines):
            return lines
        time.sleep(0.02)
    raise AssertionError(f"the log does not know `{request_id}`")


def test_the_log_finds_what_a_client_saw(server, client, license):
    request_id = client.get_license(LicenseArn=license["LicenseArn"])["ResponseMetadata"]["RequestId"]
    lines = log_of(server, request_id)
    answered = next(line for line in lines if line["message"] == "answered")
    assert (answered["method"], answered["path"], answered["status"]) == ("POST", "/", 200)
    assert answered["level"] == "INFO" and answered["timestamp"].endswith("Z")
    called = next(line for line in lines if line["message"] == "called")
    assert called["operation"] == "GetLicense"
    assert called["caller"].startswith("arn:aws:iam::")


def test_the_log_names_the_error_of_a_refused_request(server, client, vendor, license):
    with pytest.raises(ClientError) as refused:
        client.checkout_license(**checkout_request(vendor, license, 6))
    lines = log_of(server, refused.value.response["ResponseMetadata"]["RequestId"])
    assert next(line for line in lines if line["message"] == "called")["code"] == "NoEntitlementsAllowedException"
    assert next(line for line in lines if line["message"] == "answered")["status"] == 400


def test_the_log_holds_no_secret(server, client, vendor, license):
    borrowed = client.checkout_license(**checkout_request(vendor, license))
    log_of(server, borrowed["ResponseMetadata"]["RequestId"])
    text = "\n".join(server.log)
    for secret in (vendor.secret, borrowed["SignedToken"], borrowed["LicenseConsumptionToken"]):
        assert secret not in text


def test_every_line_of_the_log_is_an_object(server):
    assert all(isinstance(json.loads(line), dict) for line in list(server.log))


def test_a_stop_under_load_finishes_what_is_under_way(tmp_path):
    data = tmp_path / "data"
    broken = []
    with Server(data) as server:
        license = license_request(Entitlements=[seats(1_000_000)])
        client = server.vendor.client()
        arn = client.create_license(**license)["LicenseArn"]

        def work():
            done = 0
            while True:
                try:
                    client.checkout_license(**checkout_request(server.vendor, license))
                    done += 1
                except BotoCoreError as error:
                    broken.append(type(error).__name__)
                    return done

        with ThreadPoolExecutor(THREADS) as pool:
            running = [pool.submit(work) for _ in range(THREADS)]
            time.sleep(1)
            server.stop()
            acknowledged = sum(done.result() for done in running)
    assert acknowledged > THREADS
    with Server(data) as server:
        used = consumed(server.vendor.client(), arn)["Seats"]
    # No answer was lost: what is booked is what was acknowledged.
    assert used == acknowledged, broken


def test_a_stop_is_not_kept_waiting_by_idle_connections(tmp_path):
    with Server(tmp_path / "data") as server:
        idle = HTTPConnection("127.0.0.1", server.port)
        idle.request("GET", "/health")
        idle.getresponse().read()
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < GRACE_SECONDS
        idle.close()


def test_a_stop_as_soon_as_it_serves_ends_well(tmp_path):
    for _ in range(3):
        Server(tmp_path / "data").stop()


def test_an_address_in_use_is_said_to_be(server, tmp_path):
    with pytest.raises(RuntimeError, match=f"cannot listen on 127.0.0.1:{server.port}"):
        Server(tmp_path / "data", listen=f"127.0.0.1:{server.port}")
