"""The command line beside a running service: a vendor of its own, from the account to a verified license."""

import re
import shlex

import jwt
import pytest
from botocore.exceptions import ClientError

from support.commands import access_key, first_words, licentia
from support.samples import borrow_request, license_request
from support.tokens import verified

ALGORITHMS = ["ES256", "PS384"]


@pytest.fixture(scope="module")
def shop(server):
    """An account that is made while the service runs; its number."""
    printed = licentia(server, "accounts", "create", "--name", "Shop")
    return re.match(r"account (\d{12}) \(Shop\) made$", printed, re.MULTILINE)[1]


@pytest.fixture(scope="module")
def seller(server, shop):
    """The account with an access key."""
    return access_key(server, shop)


def test_a_new_account_is_listed_and_its_next_step_works(server):
    printed = licentia(server, "accounts", "create", "--name", "Next")
    number = re.match(r"account (\d{12})", printed)[1]
    assert number in first_words(licentia(server, "accounts", "list"))
    program, *words = shlex.split(re.search(r"^next: (.*)$", printed, re.MULTILINE)[1])
    assert program == "licentia"
    assert "aws_secret_access_key" in licentia(server, *words)
    assert len(first_words(licentia(server, "access-keys", "list", "--account", number))) == 1


def test_a_secret_is_shown_once(server, shop):
    printed = licentia(server, "access-keys", "create", "--account", shop)
    secret = re.search(r"^aws_secret_access_key = (\S+)$", printed, re.MULTILINE)[1]
    access_key = re.search(r"^aws_access_key_id = (\S+)$", printed, re.MULTILINE)[1]
    listed = licentia(server, "access-keys", "list", "--account", shop)
    assert access_key in first_words(listed)
    switched = licentia(server, "access-keys", "deactivate", access_key)
    everything = printed + listed + switched + licentia(server, "accounts", "list") + "\n".join(server.log)
    assert everything.count(secret) == 1


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_license_is_signed_with_the_key_it_names(server, seller, algorithm):
    printed = licentia(server, "keys", "create", "--account", seller.number, "--name", "ours", "--algorithm", algorithm)
    key = re.match(rf"key (\S+) made, signs {algorithm}$", printed, re.MULTILINE)[1]
    listed = licentia(server, "keys", "list", "--account", seller.number).splitlines()
    assert [line.split()[1] for line in listed if line.startswith(key)] == [algorithm]
    client = seller.client()
    issuer = {"Name": "Shop", "SignKey": key}
    license = client.create_license(**license_request(Issuer=issuer))["LicenseArn"]
    request = borrow_request(license, DigitalSignatureMethod=f"JWT_{algorithm}")
    token = client.checkout_borrow_license(**request)["SignedToken"]
    assert jwt.get_unverified_header(token)["kid"] == key
    assert verified(seller, token, algorithm)["licenseArn"] == license


def test_a_deactivated_key_stops_working_and_no_other(server, seller):
    lost = access_key(server, seller.number)
    lost.client().list_licenses()
    licentia(server, "access-keys", "deactivate", lost.access_key)
    with pytest.raises(ClientError) as refused:
        lost.client().list_licenses()
    assert refused.value.response["Error"]["Code"] == "UnrecognizedClientException"
    seller.client().list_licenses()
    listed = licentia(server, "access-keys", "list", "--account", seller.number)
    states = dict(line.split()[:2] for line in listed.splitlines())
    assert (states[lost.access_key], states[seller.access_key]) == ("inactive", "active")
