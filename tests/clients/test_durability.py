"""What was acknowledged is there, whatever becomes of the process."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from support.samples import checkout_request, consumed, license_request, seats
from support.server import Server

THREADS = 8
LOAD_SECONDS = 2


def load(server, license):
    """Checks out on many threads until the service is gone; what it acknowledged."""
    acknowledged, client = [], server.vendor.client()

    def work():
        while True:
            request = checkout_request(server.vendor, license)
            try:
                answer = client.checkout_license(**request)
            except ClientError as error:
                raise AssertionError(error) from error
            except BotoCoreError:
                return
            acknowledged.append((request, answer))

    return acknowledged, work


def test_a_kill_under_load_loses_nothing_that_was_acknowledged(tmp_path):
    data = tmp_path / "data"
    with Server(data) as server:
        license = license_request(Entitlements=[seats(1_000_000)])
        arn = server.vendor.client().create_license(**license)["LicenseArn"]
        acknowledged, work = load(server, license)
        with ThreadPoolExecutor(THREADS) as pool:
            running = [pool.submit(work) for _ in range(THREADS)]
            time.sleep(LOAD_SECONDS)
            server.kill()
            for done in running:
                done.result()
        account = (server.vendor.number, server.vendor.access_key)
    assert len(acknowledged) > THREADS
    with Server(data) as server:
        assert (server.vendor.number, server.vendor.access_key) == account
        client = server.vendor.client()
        used = consumed(client, arn)["Seats"]
        # A request under way may have been booked, its answer lost; nothing else.
        assert len(acknowledged) <= used <= len(acknowledged) + THREADS
        for request, answer in acknowledged:
            again = client.checkout_license(**request)
            assert again["LicenseConsumptionToken"] == answer["LicenseConsumptionToken"]
            assert again["SignedToken"] == answer["SignedToken"]
        assert consumed(client, arn)["Seats"] == used


def test_an_update_is_a_restart(tmp_path):
    data = tmp_path / "data"
    with Server(data) as server:
        license = license_request()
        license["LicenseArn"] = server.vendor.client().create_license(**license)["LicenseArn"]
        server.vendor.client().create_license(**license_request())
        page_token = server.vendor.client().list_licenses(MaxResults=1)["NextToken"]
        keys, credentials = key_set(server), server.credentials.read_bytes()
    with Server(data) as server:
        client = server.vendor.client()
        assert key_set(server) == keys
        assert len(client.list_licenses(MaxResults=1, NextToken=page_token)["Licenses"]) == 1
        client.checkout_license(**checkout_request(server.vendor, license))
        assert server.credentials.read_bytes() == credentials


def key_set(server):
    with urllib.request.urlopen(f"{server.url}/issuers/{server.vendor.number}/jwks.json") as answer:
        return answer.read()
