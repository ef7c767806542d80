"""What was acknowledged is there, and nothing is half-done, whatever becomes of the process."""

import os
import random
import sqlite3
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from support.load import Client
from support.samples import checkout_request, license_request, seats
from support.server import Server, environment, serve_command
from support.wire import call

# Of a search: how often the process is killed, and what its moments are drawn from.
KILLS = int(os.environ.get("LICENTIA_KILLS", 20))
SEED = int(os.environ.get("LICENTIA_SEED", 1 if KILLS == 20 else time.time()))

CLIENTS = 4
# Fewer than the clients would take together.
SEATS = 60
A_MONTH = 30 * 24 * 60
# Longer than a start takes.
START_SECONDS = 0.012
LOAD_SECONDS = 0.1
COPY_SECONDS = 0.02
PATIENCE_SECONDS = 60


class Folder:
    """A data folder with a license and its clients, which outlive the service."""

    def __init__(self, data, seed):
        self.data, self.random = data, random.Random(seed)
        self.kills, self.load_seconds = 0, 0.0
        with Server(data) as server:
            vendor = server.vendor
            self.account = (vendor.number, vendor.access_key, vendor.secret)
            lasting = {"MaxTimeToLiveInMinutes": A_MONTH}
            license = license_request(
                Entitlements=[seats(SEATS)],
                ConsumptionConfiguration={
                    "ProvisionalConfiguration": lasting,
                    "BorrowConfiguration": lasting | {"AllowEarlyCheckIn": True},
                },
            )
            self.license = license | {"LicenseArn": vendor.client().create_license(**license)["LicenseArn"]}
            self.clients = [Client(f"{seed} {number}", vendor, self.license) for number in range(CLIENTS)]

    @property
    def acknowledged(self):
        return sum(client.acknowledged for client in self.clients)

    def kill_starting(self):
        """Kills it before it serves, mostly."""
        kill_at_start(self.data, self.random)
        self.kills += 1

    def kill_loaded(self, until):
        """Verifies what earlier kills left, and kills it under load when `until` returns."""
        server = Server(self.data)
        self.verify(server)
        before = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(client.work, server.vendor) for client in self.clients]
            try:
                until()
            finally:
                server.kill()
            for done in running:
                done.result()
        self.load_seconds += time.monotonic() - before
        self.kills += 1

    def for_a_while(self):
        time.sleep(self.random.uniform(0, LOAD_SECONDS))

    def until_the_log_is_copied(self):
        """Into the database, to which nothing else writes."""
        database, deadline = self.data / "licentia.sqlite", time.monotonic() + PATIENCE_SECONDS
        before = database.stat().st_mtime_ns
        while database.stat().st_mtime_ns == before:
            assert time.monotonic() < deadline, "the log grows and grows"
            time.sleep(0.0005)
        time.sleep(self.random.uniform(0, COPY_SECONDS))

    def verify(self, server, everything=False):
        vendor = server.vendor
        assert (vendor.number, vendor.access_key, vendor.secret) == self.account
        with ThreadPoolExecutor(CLIENTS) as pool:
            for step in (lambda client: client.settle(vendor), lambda client: client.verify(vendor, everything)):
                list(pool.map(step, self.clients))
        held = sum(held.seats for client in self.clients for held in client.held.values())
        usage = call(vendor, "GetLicenseUsage", {"LicenseArn": self.license["LicenseArn"]}).json["LicenseUsage"]
        assert int(usage["EntitlementUsages"][0]["ConsumedValue"]) == held <= SEATS

    def close(self):
        """Everything that was ever acknowledged, and the database itself."""
        check_integrity(self.data)
        with Server(self.data) as server:
            self.verify(server, everything=True)
        check_integrity(self.data)


def kill_at_start(data, moments):
    with subprocess.Popen(
        serve_command("--data", data), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(moments.uniform(0, START_SECONDS))
        process.kill()


def check_integrity(data):
    with closing(sqlite3.connect(data / "licentia.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_kills_lose_nothing_that_was_acknowledged_and_leave_nothing_half_done(tmp_path, capsys):
    folder = Folder(tmp_path / "data", SEED)
    # Every twentieth while the log is copied into the database, every fourth at its start.
    for kill in range(1, KILLS + 1):
        if kill % 20 == 0:
            folder.kill_loaded(folder.until_the_log_is_copied)
        elif kill % 4 == 0:
            folder.kill_starting()
        else:
            folder.kill_loaded(folder.for_a_while)
    folder.close()
    with capsys.disabled():
        print(
            f"\nLICENTIA_SEED={SEED}: {folder.kills} kills, {folder.acknowledged} requests acknowledged, "
            f"{folder.acknowledged / folder.load_seconds:.0f} a second"
        )


def test_a_first_start_may_be_killed_at_any_moment(tmp_path, capsys):
    moments, kills, folders = random.Random(SEED), 0, 0
    while kills < KILLS:
        data = tmp_path / str(folders)
        credentials, folders = None, folders + 1
        for _ in range(moments.randint(1, 5)):
            kill_at_start(data, moments)
            kills += 1
            if (data / "credentials").exists():
                found = (data / "credentials").read_bytes()
                assert credentials in (None, found), "whoever read it has keys that work"
                credentials = found
        with Server(data) as server:
            assert credentials in (None, server.credentials.read_bytes())
            license = license_request()
            for account, operation, request in (
                (server.vendor, "CreateLicense", license),
                (server.vendor, "CheckoutLicense", checkout_request(server.vendor, license)),
                (server.customer, "ListLicenses", {}),
            ):
                answer = call(account, operation, request)
                assert answer.status == 200, answer.body
        check_integrity(data)
    with capsys.disabled():
        print(f"\nLICENTIA_SEED={SEED}: {kills} kills of {folders} first starts")


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
