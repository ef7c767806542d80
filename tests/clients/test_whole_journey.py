"""From the vendor to its customers, in each client and on both stores: the same steps, the same outcome."""

import json
import subprocess
from pathlib import Path

import pytest

from journeys.boto import Journey
from support.commands import new_account
from support.samples import RIGHTS, consumed, license_request, version_request
from support.server import REGION, environment
from support.tokens import verified

JOURNEYS = Path(__file__).parent / "journeys"
SECONDS = 300
# What a grant allows once it is narrowed.
NARROWED = [right for right in RIGHTS if right != "CheckoutLicense"]
STEPS = [
    "created AVAILABLE 1",
    "tags stage=prod,team=sales",
    "tags stage=prod",
    "granted PENDING_ACCEPT 1",
    "accepted DISABLED 2",
    "activated ACTIVE 3",
    "received AVAILABLE ACTIVE",
    "used 2",
    "used 0",
    "used 1",
    "redistributed PENDING_ACCEPT 1",
    "activated ACTIVE 3",
    "used 1",
    "narrowed ACTIVE 4",
    "refused AccessDeniedException",
    "deactivated DEACTIVATED 2",
    "refused NoEntitlementsAllowedException",
    "available AVAILABLE 3",
    "withdrawn DELETED 5",
    "onward DELETED",
    "used 1",
    "token DELETED",
    "deleted DELETED",
]


@pytest.fixture(scope="module")
def third(server):
    return new_account(server, "Third")


@pytest.fixture
def accounts(vendor, customer, third):
    return {"vendor": vendor, "customer": customer, "third": third}


@pytest.fixture
def license():
    """What the vendor sells; the journey makes it."""
    return license_request()


def version(license):
    """The license's next version, without what the service gives out."""
    request = version_request({"LicenseArn": None}, license)
    return {name: value for name, value in request.items() if name not in ("LicenseArn", "Status", "ClientToken")}


def in_boto3(server, accounts, license, folder):
    return Journey(*accounts.values()).run(license, version(license), NARROWED)


def in_the_aws_cli(server, accounts, license, folder):
    credentials = folder / "credentials"
    credentials.write_text("".join(
        f"[{name}]\naws_access_key_id = {account.access_key}\naws_secret_access_key = {account.secret}\n"
        for name, account in accounts.items()
    ))
    files = {"LICENSE": folder / "license.json", "VERSION": folder / "version.json"}
    files["LICENSE"].write_text(json.dumps(license))
    files["VERSION"].write_text(json.dumps(version(license)))
    env = environment(
        **{name: str(file) for name, file in files.items()},
        **{name.upper(): account.number for name, account in accounts.items()},
        AWS_CONFIG_FILE="/dev/null",
        AWS_ENDPOINT_URL=server.url,
        AWS_PAGER="",
        AWS_DEFAULT_REGION=REGION,
        AWS_SHARED_CREDENTIALS_FILE=str(credentials),
        FINGERPRINT=accounts["vendor"].fingerprint(),
        NARROWED=" ".join(NARROWED),
        RIGHTS=" ".join(RIGHTS),
        SKU=license["ProductSKU"],
    )
    return output(["sh", JOURNEYS / "journey.sh"], env)


def in_javascript(server, accounts, license, folder):
    told = {
        "accounts": {
            name: {"number": account.number, "accessKeyId": account.access_key, "secretAccessKey": account.secret}
            for name, account in accounts.items()
        },
        "license": license,
        "narrowed": NARROWED,
        "rights": RIGHTS,
        "url": server.url,
        "version": version(license),
    }
    file = folder / "told.json"
    file.write_text(json.dumps(told))
    return output(["node", JOURNEYS / "journey.js", file], environment())


def output(command, env):
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("journey", [in_boto3, in_javascript])
def test_a_license_goes_from_its_vendor_to_its_customers_and_ends(server, accounts, license, tmp_path, journey):
    check(accounts, license, journey(server, accounts, license, tmp_path))


def test_the_aws_cli_takes_the_same_steps(server, accounts, license, tmp_path):
    check(accounts, license, in_the_aws_cli(server, accounts, license, tmp_path))


def check(accounts, license, said):
    """The steps came out as they must, and left behind what they must."""
    assert [line for line in said if not line.startswith("=")] == STEPS
    given = dict(line.removeprefix("=").split() for line in said if line.startswith("="))
    vendor, customer, third = accounts.values()
    client, arn = vendor.client(), {"LicenseArn": given["license"]}

    claims = verified(vendor, given["borrowed"], "ES256")
    assert claims["licenseArn"] == given["license"]
    assert claims["entitlementsAllowed"] == [{"name": "Seats", "unit": "Count", "value": "1"}]

    read = client.get_license(**arn)["License"]
    assert (read["Status"], read["Version"], read["ProductSKU"]) == ("DELETED", "3", license["ProductSKU"])
    assert consumed(client, given["license"])["Seats"] == 0
    versions = client.list_license_versions(**arn)["Licenses"]
    assert [kept["Version"] for kept in versions] == ["3", "2", "1"]
    grant = customer.client().get_grant(GrantArn=given["grant"])["Grant"]
    assert (grant["GrantStatus"], grant["Version"], grant["ParentArn"]) == ("DELETED", "5", given["license"])
    assert grant["GrantedOperations"] == NARROWED
    onward = third.client().get_grant(GrantArn=given["onward"])["Grant"]
    assert (onward["GrantStatus"], onward["ParentArn"]) == ("DELETED", given["grant"])
    [token] = client.list_tokens(TokenIds=[given["token"]])["Tokens"]
    assert (token["Status"], token["LicenseArn"]) == ("DELETED", given["license"])
