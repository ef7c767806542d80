"""Backups of a folder that is being served, and what is made of them."""

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from support.estate import Estate
from support.receiver import Receiver
from support.samples import checkout_request, consumed, license_request, seats
from support.server import Server, binary, environment

THREADS = 4
PAGE = 4096


def licentia(*words, **options):
    """A command by itself, however it ends."""
    command = [str(word) for word in (binary(), *words)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120, **options)


def said(done):
    assert done.returncode == 0, done.stderr
    return done.stdout


def restored(backup, data, server):
    """A folder filled from a backup, its keys and its credentials beside it."""
    said(licentia("restore", backup, "--data", data, "--master-key-file", server.data / "master.key"))
    shutil.copy(server.credentials, data / "credentials")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A folder that was served, and a backup of it."""
    folder = tmp_path_factory.mktemp("source")
    with Server(folder / "data") as server:
        server.vendor.client().create_license(**license_request())
    backup = folder / "backup"
    said(licentia("backup", backup, "--data", server.data))
    return server, backup


def test_a_backup_under_load_holds_what_was_acknowledged_before_it(tmp_path):
    with Receiver() as receiver, Server(tmp_path / "data") as server:
        estate = Estate(server, receiver)
        license = license_request(Entitlements=[seats(1_000_000)])
        client, running = server.vendor.client(), True
        arn = client.create_license(**license)["LicenseArn"]
        acknowledged = []

        def work():
            while running:
                answer = client.checkout_license(**checkout_request(server.vendor, license))
                acknowledged.append(answer["LicenseConsumptionToken"])

        with ThreadPoolExecutor(THREADS) as pool:
            workers = [pool.submit(work) for _ in range(THREADS)]
            time.sleep(1)
            before = list(acknowledged)
            printed = said(licentia("backup", tmp_path / "backup", "--data", server.data))
            during = len(acknowledged) - len(before)
            time.sleep(0.2)
            running = False
            for worker in workers:
                worker.result()
        assert len(before) > THREADS and during > 0, "the service goes on"
        restored(tmp_path / "backup", tmp_path / "restored", server)
        with Server(tmp_path / "restored") as second:
            estate.check(second)
            estate.end(second)
            client = second.vendor.client()
            assert len(before) <= consumed(client, arn)["Seats"] <= len(before) + during + THREADS
            for taken in before:
                client.check_in_license(LicenseConsumptionToken=taken, Beneficiary=license["Beneficiary"])
            assert consumed(client, arn)["Seats"] <= during + THREADS
    digest = printed.split("digest ")[1].split()[0]
    with closing(sqlite3.connect(tmp_path / "backup")) as backup:
        assert backup.execute("SELECT format, digest FROM backup").fetchall() == [(1, digest)]


def test_a_backup_is_one_file_and_its_owners_alone(source, tmp_path):
    backup = tmp_path / "backup"
    said(licentia("backup", backup, "--data", source[0].data))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["backup"]
    restored(backup, tmp_path / "data", source[0])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert modes.pop("credentials") and modes == {"licentia.sqlite": 0o600, "master.key": 0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_what_is_there_is_never_overwritten(source, tmp_path):
    server, backup = source
    assert "is there already" in licentia("backup", backup, "--data", server.data).stderr
    assert "has data already" in licentia("restore", backup, "--data", server.data).stderr
    log = tmp_path / "data/licentia.sqlite-wal"
    log.parent.mkdir()
    log.write_bytes(b"of another database")
    refused = licentia("restore", backup, "--data", log.parent, "--master-key-file", server.data / "master.key")
    assert "has data already" in refused.stderr


def test_a_folder_without_data_is_not_backed_up(tmp_path):
    refused = licentia("backup", tmp_path / "backup", "--data", tmp_path / "nothing")
    assert refused.returncode == 1 and "there is no database in folder" in refused.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("part", [0, 1, 50, 99])
def test_a_backup_that_was_cut_short_is_refused(source, tmp_path, part):
    content = source[1].read_bytes()
    refuses(source, tmp_path, content[: len(content) * part // 100])


def test_a_backup_of_which_any_record_was_changed_is_refused(source, tmp_path):
    content = source[1].read_bytes()
    name = b"Analytics Pro - Team"
    assert name in content
    refuses(source, tmp_path, content.replace(name, b"Analytics Pro - Tram"))


def test_a_backup_of_which_any_page_was_overwritten_is_refused(source, tmp_path):
    content = source[1].read_bytes()
    assert len(content) >= 8 * PAGE
    for begin in range(0, len(content), PAGE):
        damaged = bytearray(content)
        damaged[begin + 100 : begin + PAGE] = bytes(PAGE - 100)
        refuses(source, tmp_path, damaged)


def refuses(source, folder, content):
    (folder / "backup").write_bytes(content)
    key = source[0].data / "master.key"
    refused = licentia("restore", folder / "backup", "--data", folder / "data", "--master-key-file", key)
    assert refused.returncode == 1
    assert "is damaged or was cut short" in refused.stderr or "is no backup" in refused.stderr, refused.stderr
    assert not list((folder / "data").glob("*"))


def test_another_file_is_no_backup(source, tmp_path):
    other = tmp_path / "other"
    other.write_text("not a database, but a text of more than a hundred bytes" * 3)
    assert "is no backup" in licentia("restore", other, "--data", tmp_path / "data").stderr
    refused = licentia("restore", source[0].data / "licentia.sqlite", "--data", tmp_path / "data")
    assert "is no backup" in refused.stderr


@pytest.mark.parametrize("change", ["UPDATE backup SET format = 2", "PRAGMA user_version = 2"])
def test_a_backup_of_a_newer_version_is_refused(source, tmp_path, change):
    newer = tmp_path / "newer"
    shutil.copy(source[1], newer)
    with closing(sqlite3.connect(newer)) as backup:
        backup.execute(change)
        backup.commit()
    assert "a newer version of this program" in licentia("restore", newer, "--data", tmp_path / "data").stderr


def test_a_backup_is_of_use_with_its_master_key_only(source, tmp_path):
    server, backup = source
    data = tmp_path / "data"
    refused = licentia("restore", backup, "--data", data)
    assert "the master key that opens them is missing" in refused.stderr
    (tmp_path / "other.key").write_bytes(bytes(32))
    refused = licentia("restore", backup, "--data", data, "--master-key-file", tmp_path / "other.key")
    assert "sealed under another master key" in refused.stderr
    assert not list(data.glob("*"))
    shutil.copy(server.data / "master.key", data / "master.key")
    said(licentia("restore", backup, "--data", data))


@pytest.mark.parametrize("words", [["backup"], ["restore"]])
def test_where_the_disk_is_full_nothing_half_done_stays(source, tmp_path, words):
    server, backup = source

    def little_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(server.data / "master.key", data / "master.key")
    files = {"backup": (tmp_path / "copy", server.data), "restore": (backup, data)}
    file, folder = files[words[0]]
    refused = licentia(*words, file, "--data", folder, preexec_fn=little_room)
    assert refused.returncode == 1
    assert "disk" in refused.stderr
    assert sorted(os.listdir(tmp_path)) == ["data"] and os.listdir(data) == ["master.key"]
    said(licentia(*words, file, "--data", folder))


def test_a_backup_that_was_killed_is_made_by_the_same_command(source, tmp_path):
    for left in ("backup.part", "backup.part-journal"):
        (tmp_path / left).write_bytes(b"half")
    said(licentia("backup", tmp_path / "backup", "--data", source[0].data))
    assert os.listdir(tmp_path) == ["backup"]


def test_a_table_is_backed_up_by_dynamodb(tmp_path):
    place = ["--table", "licenses", "--master-key", "alias/licentia"]
    assert "DynamoDB backs up a table by itself" in licentia("backup", tmp_path / "backup", *place).stderr
