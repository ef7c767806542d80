"""The program as a Lambda function, behind a function URL and behind an HTTP API."""

import json
import uuid

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.runtime import function, http_event, opened
from support.samples import borrow_request, license_request
from support.server import REGION, Server
from support.wire import JSON11, sign

DOMAINS = {
    "function URL": "abcdefghij.lambda-url.us-east-1.on.aws",
    "API Gateway": "abcdefghij.execute-api.us-east-1.amazonaws.com",
}


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The function, and the accounts in its folder."""
    data = tmp_path_factory.mktemp("lambda") / "data"
    with Server(data) as server:
        vendor = server.vendor
    with function(data) as runtime:
        yield runtime, vendor


@pytest.fixture(params=DOMAINS)
def domain(request):
    return DOMAINS[request.param]


@pytest.fixture(params=["text", "base64"])
def send(request, started, domain):
    """Sends a signed request through the function, its body in one of both forms."""
    runtime, vendor = started

    def send(operation, body, tamper=lambda body: body):
        body = json.dumps(body).encode()
        headers = {"Host": domain, "Content-Type": JSON11, "X-Amz-Target": f"AWSLicenseManager.{operation}"}
        headers = sign(vendor, headers, body)
        event = http_event(domain, "POST", "/", headers, tamper(body), request.param == "base64")
        return opened(runtime.invoke(event))

    return send


def test_a_signed_request_is_served(send):
    status, headers, body = send("CreateLicense", license_request(LicenseName="Größe ✓"))
    assert status == 200, body
    assert headers["content-type"] == JSON11
    assert uuid.UUID(headers["x-amzn-requestid"])
    arn = json.loads(body)["LicenseArn"]
    read = json.loads(send("GetLicense", {"LicenseArn": arn})[2])
    assert read["License"]["LicenseName"] == "Größe ✓"
    borrowed = json.loads(send("CheckoutBorrowLicense", borrow_request(arn))[2])
    assert borrowed["SignedToken"].count(".") == 2
    assert send("CheckInLicense", {"LicenseConsumptionToken": borrowed["LicenseConsumptionToken"]})[0] == 200


def test_an_error_is_an_answer_not_a_failure(send):
    status, headers, body = send("GetLicense", {})
    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert json.loads(body)["__type"] == "ValidationException"


def test_a_changed_body_is_noticed(send):
    status, _, body = send("ListLicenses", {"MaxResults": 1}, lambda body: body.replace(b"1", b"2"))
    assert (status, json.loads(body)["__type"]) == (400, "InvalidSignatureException")


@pytest.mark.parametrize("path", ["/health", "/issuers/{}/jwks.json"])
def test_what_is_public_is_served(started, domain, path):
    runtime, vendor = started
    event = http_event(domain, "GET", path.format(vendor.number), {"Host": domain}, b"", False)
    del event["body"]
    status, headers, body = opened(runtime.invoke(event))
    assert status == 200
    assert "json" in headers["content-type"]
    assert json.loads(body)


def test_a_presigned_query_survives_the_event(started, domain):
    runtime, vendor = started
    headers = {"Host": domain, "Content-Type": JSON11, "X-Amz-Target": "AWSLicenseManager.ListLicenses"}
    request = AWSRequest("POST", f"https://{domain}/", headers=headers)
    SigV4QueryAuth(Credentials(vendor.access_key, vendor.secret), "license-manager", REGION, 60).add_auth(request)
    path = request.url.removeprefix(f"https://{domain}")
    status, _, body = opened(runtime.invoke(http_event(domain, "POST", path, headers, b"", False)))
    assert status == 200, body


@pytest.mark.parametrize("body, is_base64", [(b"\xff\xfe", True), (b"{", False), (b"[" * 100_000, False)])
def test_a_body_that_is_no_request_is_refused(started, domain, body, is_base64):
    runtime, vendor = started
    headers = {"Host": domain, "Content-Type": JSON11, "X-Amz-Target": "AWSLicenseManager.ListLicenses"}
    event = http_event(domain, "POST", "/", sign(vendor, headers, body), body, is_base64)
    status, _, answer = opened(runtime.invoke(event))
    assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")
