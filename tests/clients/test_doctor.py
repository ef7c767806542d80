"""Counting anew what checkouts hold, while they are made."""

import sqlite3
import subprocess
from contextlib import closing

from support.samples import checkout_request, consumed, license_request
from support.server import Server, binary, environment


def doctor(*words):
    command = [str(word) for word in (binary(), "doctor", *words)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)


def test_what_drifted_is_told_and_repaired_while_it_is_served(tmp_path):
    with Server(tmp_path / "data") as server:
        client = server.vendor.client()
        license = license_request()
        arn = client.create_license(**license)["LicenseArn"]
        client.checkout_license(**checkout_request(server.vendor, license))
        held = consumed(client, arn)
        assert "1 licenses with 1 running checkouts: 1 sound" in doctor("--data", server.data).stdout

        with closing(sqlite3.connect(server.data / "licentia.sqlite", timeout=10)) as database, database:
            lost = "UPDATE items SET body = json_set(body, '$.used.Seats', 0) WHERE sort = 'POOL'"
            assert database.execute(lost).rowcount == 1
        assert consumed(client, arn) != held
        told = doctor("--data", server.data)
        assert told.returncode == 1 and "licentia doctor --repair" in told.stderr
        assert f"{arn}: Seats: the pool said 0, its checkouts hold" in told.stdout
        assert "1 repaired" in doctor("--data", server.data, "--repair").stdout
        assert consumed(client, arn) == held
        assert doctor("--data", server.data).returncode == 0


def test_a_place_with_nothing_in_it_is_not_sound(tmp_path):
    told = doctor("--data", tmp_path / "nothing")
    assert told.returncode == 1 and "there is nothing in folder" in told.stderr
    assert not (tmp_path / "nothing").exists()
