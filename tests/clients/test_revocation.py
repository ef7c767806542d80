"""Status lists over HTTP, read by a program that knows the draft and nothing of Licentia."""

import base64
import json
import urllib.error
import urllib.request
import zlib

import jwt
import pytest

from support.samples import borrow_request, license_request
from support.server import Server
from support.tokens import verified

PUBLIC_URL = "https://licenses.example.com"
VALID, INVALID = 0, 1


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A service that says by what URL it is reached; here it is another."""
    with Server(tmp_path_factory.mktemp("revocation") / "data", env={"LICENTIA_PUBLIC_URL": PUBLIC_URL}) as server:
        yield server


def place(token):
    """Where the token says its status stands."""
    return jwt.decode(token, options={"verify_signature": False})["status"]["status_list"]


def fetch(server, uri):
    assert uri.startswith(PUBLIC_URL)
    headers = {"accept": "application/statuslist+jwt"}
    return urllib.request.urlopen(urllib.request.Request(server.url + uri.removeprefix(PUBLIC_URL), headers=headers))


def status(server, token):
    """The draft's section 8.3, step by step."""
    reference = place(token)
    with fetch(server, reference["uri"]) as answer:
        assert answer.headers["Content-Type"] == "application/statuslist+jwt"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        text = answer.read().decode()
    assert jwt.get_unverified_header(text)["typ"] == "statuslist+jwt"
    claims = verified(server.vendor, text, "ES256")
    assert claims["sub"] == reference["uri"]
    assert claims["iss"] == jwt.decode(token, options={"verify_signature": False})["iss"]
    assert claims["exp"] - claims["iat"] == 24 * 60 * 60
    assert claims["ttl"] == 15 * 60
    bits, lst = claims["status_list"]["bits"], claims["status_list"]["lst"]
    statuses = zlib.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
    first = reference["idx"] * bits
    return statuses[first // 8] >> first % 8 & 2**bits - 1


def test_what_was_checked_in_is_invalid_in_the_list_that_its_token_names(server):
    client = server.vendor.client()
    arn = client.create_license(**license_request())["LicenseArn"]
    returned, kept = (client.checkout_borrow_license(**borrow_request(arn)) for _ in range(2))
    client.check_in_license(LicenseConsumptionToken=returned["LicenseConsumptionToken"])
    assert status(server, returned["SignedToken"]) == INVALID
    assert status(server, kept["SignedToken"]) == VALID
    assert place(returned["SignedToken"])["uri"] == place(kept["SignedToken"])["uri"]


def test_a_list_that_nobody_changed_is_not_sent_twice(server):
    client = server.vendor.client()
    arn = client.create_license(**license_request())["LicenseArn"]
    token = client.checkout_borrow_license(**borrow_request(arn))["SignedToken"]
    uri = place(token)["uri"]
    with fetch(server, uri) as answer:
        etag = answer.headers["ETag"]
    request = urllib.request.Request(server.url + uri.removeprefix(PUBLIC_URL), headers={"if-none-match": etag})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(request)
    assert unchanged.value.code == 304


def test_what_is_no_list_is_said_to_be_none(server):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(server, f"{PUBLIC_URL}/status/{server.vendor.number}/l-{'0' * 32}/0")
    assert refused.value.code == 404
    assert json.load(refused.value)["message"]
