"""Who may call: each way a signature can be wrong has its error, and none has an effect."""

import datetime
import json
import uuid

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from support.samples import license_request
from support.server import REGION, boto_config
from support.wire import JSON11, assert_error, basic_headers, call, send, sign

UNSIGNED, INCOMPLETE = "MissingAuthenticationTokenException", "IncompleteSignatureException"
UNKNOWN, INVALID = "UnrecognizedClientException", "InvalidSignatureException"
MINUTE = datetime.timedelta(minutes=1)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture
def body():
    """A license that must not come to be."""
    return json.dumps(license_request(Beneficiary="refused")).encode()


@pytest.fixture(autouse=True, scope="module")
def nothing_is_made(client):
    yield
    refused = [{"Name": "Beneficiary", "Values": ["refused"]}]
    assert client.list_licenses(Filters=refused)["Licenses"] == []


def test_a_request_without_signature_is_refused(server, body):
    assert_error(send(server, basic_headers(server, "CreateLicense"), body), UNSIGNED)


def test_another_secret_makes_another_signature(server, vendor, body):
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body, secret="wrong")
    assert_error(send(server, headers, body), INVALID)


def test_an_access_key_must_exist(server, vendor, body):
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body)
    for access_key in ("AKIAAAAAAAAAAAAAAAAA", "x"):
        wrong = headers["Authorization"].replace(vendor.access_key, access_key)
        assert_error(send(server, headers | {"Authorization": wrong}, body), UNKNOWN)


def test_one_account_cannot_sign_with_the_name_of_another(server, vendor, customer, body):
    headers = sign(customer, basic_headers(server, "CreateLicense"), body)
    forged = headers["Authorization"].replace(customer.access_key, vendor.access_key)
    assert_error(send(server, headers | {"Authorization": forged}, body), INVALID)


@pytest.mark.parametrize("minutes, text", [(-6, "Signature expired"), (6, "Signature not yet current")])
def test_a_signature_is_good_for_five_minutes_around_now(vendor, body, minutes, text):
    answer = call(vendor, "CreateLicense", body, at=now() + minutes * MINUTE)
    assert_error(answer, INVALID)
    assert answer.message.startswith(text)
    assert call(vendor, "ListLicenses", {}, at=now() + (minutes // 2) * MINUTE).status == 200


@pytest.mark.parametrize("year", [1970, 1, 9999])
def test_a_date_far_away_is_refused(vendor, body, year):
    at = datetime.datetime(year, 1, 1, tzinfo=datetime.timezone.utc)
    answer = call(vendor, "CreateLicense", body, at=at)
    assert answer.code in (INVALID, INCOMPLETE)
    assert_error(answer, answer.code)


def test_a_body_changed_on_its_way_is_noticed(server, vendor, body):
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body)
    assert_error(send(server, headers, body.replace(b"Analytics", b"Somethings")), INVALID)


def test_a_body_hash_must_be_the_bodys(server, vendor, body):
    headers = basic_headers(server, "CreateLicense") | {"X-Amz-Content-Sha256": "0" * 64}
    answer = send(server, sign(vendor, headers, body), body)
    assert_error(answer, INVALID)
    assert "x-amz-content-sha256" in answer.message


@pytest.mark.parametrize("header", ["Host", "X-Amz-Target", "x-amz-date"])
def test_what_decides_must_be_signed(server, vendor, body, header):
    headers = basic_headers(server, "CreateLicense")
    signed = {"host", "x-amz-target", "x-amz-date", "content-type"} - {header.lower()}
    answer = send(server, sign(vendor, headers, body, signed=signed), body)
    assert_error(answer, INVALID)
    assert f"`{header.lower()}` must be among the SignedHeaders" in answer.message


@pytest.mark.parametrize("header, value", [
    ("X-Amz-Target", "AWSLicenseManager.DeleteLicense"),
    ("Host", "example.com"),
    ("Content-Type", "application/json"),
])
def test_a_signed_header_cannot_be_changed(server, vendor, body, header, value):
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body) | {header: value}
    assert_error(send(server, headers, body), INVALID)


def test_a_signature_is_for_one_region_and_one_service(vendor, body):
    answer = call(vendor, "CreateLicense", body, region="eu-west-1")
    assert_error(answer, INVALID)
    assert "expected `us-east-1`" in answer.message
    answer = call(vendor, "CreateLicense", body, service="sts")
    assert_error(answer, INVALID)
    assert "expected `license-manager`" in answer.message


@pytest.mark.parametrize("authorization", [
    "",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=x",
    "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=" + "0" * 64,
    "AWS3-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=" + "0" * 64,
    "Basic dXNlcjpwYXNz",
])
def test_a_malformed_signature_is_called_incomplete(server, body, authorization):
    headers = basic_headers(server, "CreateLicense") | {
        "Authorization": authorization,
        "x-amz-date": now().strftime("%Y%m%dT%H%M%SZ"),
    }
    assert_error(send(server, headers, body), INCOMPLETE)


def test_a_signature_needs_its_date(server, vendor, body):
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body)
    del headers["x-amz-date"]
    assert_error(send(server, headers, body), INCOMPLETE)


def test_a_session_token_that_was_not_issued_here_is_refused(server, vendor):
    session = boto3.session.Session().client(
        "license-manager",
        endpoint_url=server.url,
        region_name=REGION,
        aws_access_key_id=vendor.access_key,
        aws_secret_access_key=vendor.secret,
        aws_session_token="invented",
        config=boto_config(),
    )
    with pytest.raises(ClientError, match="security token included in the request is invalid") as refused:
        session.list_licenses()
    assert refused.value.response["Error"]["Code"] == UNKNOWN


def presigned(account, expires, operation="ListLicenses"):
    """A URL that botocore signed, and the headers that go with it."""
    headers = {"Content-Type": JSON11, "X-Amz-Target": f"AWSLicenseManager.{operation}"}
    request = AWSRequest("POST", f"{account.server.url}/", headers=headers)
    SigV4QueryAuth(Credentials(account.access_key, account.secret), "license-manager", REGION, expires).add_auth(
        request
    )
    return request.url.removeprefix(account.server.url), headers


def test_a_presigned_url_serves_while_it_lasts(server, vendor):
    path, headers = presigned(vendor, 60)
    answer = send(server, headers | {"Host": f"127.0.0.1:{server.port}"}, b"", path=path)
    assert (answer.status, list(answer.json)[0]) == (200, "Licenses")


def test_a_presigned_url_cannot_be_changed(server, vendor):
    path, headers = presigned(vendor, 60)
    headers |= {"Host": f"127.0.0.1:{server.port}"}
    assert_error(send(server, headers, b"", path=path.replace("X-Amz-Expires=60", "X-Amz-Expires=600")), INVALID)
    assert_error(send(server, headers, b'{"MaxResults":1}', path=path), INVALID)
    other = headers | {"X-Amz-Target": "AWSLicenseManager.ListLicenseVersions"}
    assert_error(send(server, other, b"", path=path), INVALID)
    assert_error(send(server, headers, b"", path=path + "&X-Amz-Expires=60"), INCOMPLETE)


def test_every_refusal_has_its_own_request_id(server, body):
    answers = [send(server, basic_headers(server, "CreateLicense"), body) for _ in range(3)]
    assert len({uuid.UUID(answer.headers["x-amzn-RequestId"]) for answer in answers}) == 3


def test_sts_says_who_signed(vendor, customer):
    for account in (vendor, customer):
        identity = account.client("sts").get_caller_identity()
        assert identity["Account"] == account.number
        assert identity["UserId"] and identity["Arn"].startswith(f"arn:aws:iam::{account.number}:")
        assert uuid.UUID(identity["ResponseMetadata"]["RequestId"])


def test_sts_refuses_in_its_own_words(server, vendor):
    wrong = type(vendor)(server, "wrong", vendor.number, vendor.access_key, "wrong")
    with pytest.raises(ClientError) as refused:
        wrong.client("sts").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError) as refused:
        vendor.client("sts").get_session_token()
    assert refused.value.response["Error"]["Code"] == "InvalidAction"
