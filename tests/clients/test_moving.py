"""From a folder to a table and back: everything arrives, and nothing is sold twice."""

import re
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest

from support import aws
from support.estate import Estate
from support.receiver import Receiver
from support.samples import checkout_request, license_request
from support.server import Server, binary, environment

RECORDS = 10_000


class Cloud:
    """DynamoDB and KMS, and the way there."""

    def __init__(self, folder, kms_port, dynamodb_port):
        self.folder = folder
        self.env = aws.CREDENTIALS | {
            "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{kms_port}",
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{dynamodb_port}",
        }
        self.kms, self.dynamodb = aws.client("kms", kms_port), aws.client("dynamodb", dynamodb_port)
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]

    def place(self, table):
        return ["--table", table, "--master-key", self.key]

    def target(self, table):
        return ["--to-table", table, "--to-master-key", self.key]

    def start(self, *words):
        command = [str(word) for word in (binary(), *words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment(**self.env), stdout=pipe, stderr=pipe, text=True)

    def run(self, *words):
        """How a command ended, and what it said."""
        process = self.start(*words)
        out, error = process.communicate(timeout=300)
        return process.returncode, out + error

    def said(self, *words):
        code, text = self.run(*words)
        assert code == 0, text
        return text

    def refused(self, *words):
        code, text = self.run(*words)
        assert code == 1, text
        return text

    def serve(self, table, credentials):
        data = self.folder / f"{table}-keys"
        data.mkdir(exist_ok=True)
        shutil.copy(credentials, data / "credentials")
        return Server(data, self.place(table), self.env)

    def count(self, table):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=table, Select="COUNT")
        return sum(page["Count"] for page in pages)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cloud")
    with aws.kms(folder) as kms_port, aws.dynamodb(folder) as dynamodb_port:
        yield Cloud(folder, kms_port, dynamodb_port)


@pytest.fixture
def data(tmp_path):
    """A folder that was served."""
    with Server(tmp_path / "data") as server:
        server.vendor.client().create_license(**license_request())
    return server.data


def fill(data, records=RECORDS):
    """Makes it take long to move."""
    with closing(sqlite3.connect(data / "licentia.sqlite")) as database:
        rows = ((f"X#{number}", "X", f'{{"n":{number}}}') for number in range(records))
        database.executemany("INSERT INTO items (partition, sort, body) VALUES (?, ?, ?)", rows)
        database.commit()


def tallies(printed):
    """What each place holds, as `licentia move` prints it."""
    return re.findall(r"^(?:folder|table) `.*?`: (\d+ records, digest \w{64})$", printed, re.MULTILINE)


def interrupted(cloud, *words):
    """Kills a move while it copies."""
    process = cloud.start(*words)
    for line in process.stderr:
        if re.match(r"records copied: \d", line):
            break
    process.send_signal(signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL


def test_a_service_moves_to_a_table_and_back(cloud, tmp_path):
    with Receiver() as receiver, Server(tmp_path / "data") as server:
        estate = Estate(server, receiver)
        printed = cloud.said("move", "--data", server.data, *cloud.target("there"))
        sent, arrived = tallies(printed)
        assert sent == arrived
        # What is still served there gives nothing away any more.
        client = server.vendor.client()
        with pytest.raises(client.exceptions.ServerInternalException):
            client.checkout_license(**checkout_request(server.vendor, estate.licenses[0]))
        with cloud.serve("there", server.credentials) as table:
            estate.check(table)
        assert "was moved to table `there`" in cloud.refused("serve", "--data", server.data)
        printed = cloud.said("move", *cloud.place("there"), "--to-data", tmp_path / "back")
        sent, arrived = tallies(printed)
        assert sent == arrived
        shutil.copy(server.credentials, tmp_path / "back/credentials")
        with Server(tmp_path / "back") as back:
            estate.check(back)
            estate.end(back)
        assert "was moved to folder" in cloud.refused("accounts", "list", *cloud.place("there"))
        assert "was moved to folder" in cloud.said("move", *cloud.place("there"), "--to-data", tmp_path / "back")


def test_a_move_that_was_killed_is_ended_by_the_same_command(cloud, data):
    fill(data)
    words = ["move", "--data", data, *cloud.target("killed")]
    interrupted(cloud, *words)
    assert 0 < cloud.count("killed") < RECORDS
    # Neither place can be served while the records are on their way.
    assert "has not ended" in cloud.refused("serve", "--data", data, "--listen", "127.0.0.1:0")
    assert "has not ended" in cloud.refused("accounts", "list", *cloud.place("killed"))
    interrupted(cloud, *words)
    sent, arrived = tallies(cloud.said(*words))
    assert sent == arrived and int(sent.split()[0]) > RECORDS
    assert len(cloud.said("accounts", "list", *cloud.place("killed")).splitlines()) == 2
    # So is the way back.
    back = ["move", *cloud.place("killed"), "--to-data", data.parent / "back"]
    interrupted(cloud, *back)
    assert "has not ended" in cloud.refused("serve", "--data", data.parent / "back", "--listen", "127.0.0.1:0")
    assert tallies(cloud.said(*back)) == [sent, arrived]
    assert "before" in cloud.said(*back)


def test_a_move_that_was_given_up_leaves_everything_as_it_was(cloud, data):
    fill(data)
    words = ["move", "--data", data, *cloud.target("given-up")]
    interrupted(cloud, *words)
    assert "to table `given-up` began" in cloud.refused("move", "--data", data, *cloud.target("another"))
    assert "can be used again" in cloud.said("move", "--data", data, "--cancel")
    assert "nothing to cancel" in cloud.refused("move", "--data", data, "--cancel")
    assert len(cloud.said("accounts", "list", "--data", data).splitlines()) == 2
    # What changed since is moved as it is, and what is gone does not come back.
    with closing(sqlite3.connect(data / "licentia.sqlite")) as database:
        database.execute("DELETE FROM items WHERE partition LIKE 'X#1%'")
        database.execute("UPDATE items SET body = '{}' WHERE partition LIKE 'X#2%'")
        database.commit()
    sent, arrived = tallies(cloud.said(*words))
    assert sent == arrived and int(sent.split()[0]) < RECORDS


def test_places_and_times_are_carried_over_and_what_has_ended_is_not(cloud, data):
    later = int(time.time()) + 1000
    rows = [("X#1", "X", "I#1", "1", later, "{}"), ("X#2", "X", None, None, 1, "{}")]
    with closing(sqlite3.connect(data / "licentia.sqlite")) as database:
        database.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.commit()
    cloud.said("move", "--data", data, *cloud.target("times"))
    found = lambda partition: cloud.dynamodb.get_item(
        TableName="times", Key={"pk": {"S": partition}, "sk": {"S": "X"}}
    ).get("Item")
    assert found("X#1") == {
        "pk": {"S": "X#1"},
        "sk": {"S": "X"},
        "ipk": {"S": "I#1"},
        "isk": {"S": "1"},
        "ttl": {"N": str(later)},
    }
    assert found("X#2") is None


def test_a_place_that_is_in_use_is_not_moved_to(cloud, data, tmp_path):
    with Server(tmp_path / "other") as other:
        pass
    assert "holds something already" in cloud.refused("move", "--data", data, "--to-data", other.data)
    assert "holds another master key" in cloud.refused("move", "--data", data, "--to-data", key_alone(tmp_path))
    assert "is where everything is" in cloud.refused("move", "--data", data, "--to-data", data)
    assert "there is nothing in folder" in cloud.refused(
        "move", "--data", tmp_path / "nothing", "--to-data", tmp_path / "empty"
    )
    assert not (tmp_path / "nothing").exists()
    cloud.said("create-table", "--table", "used")
    cloud.dynamodb.put_item(TableName="used", Item={"pk": {"S": "someone's"}, "sk": {"S": "else"}})
    assert "holds something already" in cloud.refused("move", "--data", data, *cloud.target("used"))
    interrupted_from(cloud, other.data, "halfway")
    assert "has not ended" in cloud.refused("move", "--data", data, *cloud.target("halfway"))
    # None of this has touched the place.
    assert len(cloud.said("accounts", "list", "--data", data).splitlines()) == 2


def interrupted_from(cloud, data, table):
    fill(data)
    interrupted(cloud, "move", "--data", data, *cloud.target(table))


def key_alone(folder):
    place = folder / "key-alone"
    place.mkdir()
    (place / "master.key").write_bytes(bytes(32))
    return place


def test_a_key_that_kms_does_not_have_stops_a_move_before_it_begins(cloud, data):
    words = ["--to-table", "keyless", "--to-master-key", "alias/nothing"]
    assert "KMS did not give the master key" in cloud.refused("move", "--data", data, *words)
    assert len(cloud.said("accounts", "list", "--data", data).splitlines()) == 2
    assert cloud.count("keyless") == 0


@pytest.mark.parametrize("words", [[], ["--to-table", "t"], ["--to-data", "d", "--cancel"], ["--to-master-key", "k"]])
def test_a_command_that_says_too_little_or_too_much_is_refused(cloud, words):
    code, text = cloud.run("move", *words)
    assert code == 2 and "Usage" in text
