"""More than the service may be asked is refused, in a way that clients come back from by themselves."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.commands import new_account
from support.runtime import function, http_event, opened
from support.samples import checkout_request, license_request, seats
from support.server import Server, binary, environment
from support.wire import JSON11, assert_error, basic_headers, call, send, sign

DOMAIN = "abcdefghij.lambda-url.us-east-1.on.aws"
RATE = 5


def limited(tmp_path_factory, option):
    return Server(tmp_path_factory.mktemp("limited") / "data", [option, RATE])


@pytest.fixture(scope="module")
def by_account(tmp_path_factory):
    with limited(tmp_path_factory, "--account-rate") as server:
        yield server


@pytest.fixture(scope="module")
def by_license(tmp_path_factory):
    with limited(tmp_path_factory, "--license-rate") as server:
        yield server


def until_refused(ask):
    """The refusal, after some answers."""
    for _ in range(10 * RATE):
        try:
            ask()
        except ClientError as error:
            return error
    raise AssertionError("never refused")


def test_boto3_sees_the_modelled_error(by_account):
    client = by_account.vendor.client()
    refused = until_refused(client.list_licenses)
    assert isinstance(refused, client.exceptions.RateLimitExceededException)
    assert "your account" in refused.response["Message"]
    headers = refused.response["ResponseMetadata"]["HTTPHeaders"]
    milliseconds = int(headers["x-amz-retry-after"])
    assert 1 <= milliseconds <= 1000 / RATE + 1000
    assert int(headers["retry-after"]) == -(-milliseconds // 1000)


def test_the_error_is_in_the_form_that_every_client_reads(by_account):
    until_refused(by_account.vendor.client().list_licenses)
    for _ in range(10 * RATE):
        answer = call(by_account.vendor, "ListLicenses", {})
        if answer.status != 200:
            break
    assert_error(answer, "RateLimitExceededException", 503)


def test_others_are_not_held_up(by_account):
    until_refused(by_account.vendor.client().list_licenses)
    by_account.customer.client().list_licenses()


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_boto3_comes_back_by_itself(by_account, mode):
    account = new_account(by_account, mode)
    client = account.client(config=Config(retries={"mode": mode, "total_max_attempts": 10}))
    with ThreadPoolExecutor(2 * RATE) as pool:
        answers = list(pool.map(lambda _: client.list_licenses()["ResponseMetadata"], range(2 * RATE)))
    assert {answer["HTTPStatusCode"] for answer in answers} == {200}
    assert sum(answer["RetryAttempts"] for answer in answers) > 0


def test_cloudtrail_says_it_in_its_own_words(by_account):
    refused = until_refused(by_account.vendor.client("cloudtrail").lookup_events)
    assert refused.response["Error"]["Code"] == "ThrottlingException"


def test_what_is_refused_leaves_nothing(by_account):
    account = new_account(by_account, "Nothing")
    client, made = account.client(), []
    until_refused(lambda: made.append(client.create_license(**license_request())))
    patient = account.client(config=Config(retries={"total_max_attempts": 10}))
    assert len(patient.list_licenses()["Licenses"]) == len(made) >= RATE
    events = account.client("cloudtrail", Config(retries={"total_max_attempts": 10})).lookup_events()["Events"]
    assert not any("RateLimitExceededException" in event["CloudTrailEvent"] for event in events)


def test_a_hot_license_holds_up_no_other_and_no_check_in(by_license):
    client = by_license.vendor.client()
    hot, cold = (license_request(Entitlements=[seats(1000)]) for _ in range(2))
    for request in (hot, cold):
        client.create_license(**request)
    taken = []

    def take(request=hot):
        taken.append(client.checkout_license(**checkout_request(by_license.vendor, request)))

    refused = until_refused(take)
    assert isinstance(refused, client.exceptions.RateLimitExceededException)
    assert "this license" in refused.response["Message"]
    take(cold)
    for checkout in taken:
        client.check_in_license(
            LicenseConsumptionToken=checkout["LicenseConsumptionToken"], Beneficiary=hot["Beneficiary"]
        )


@pytest.mark.parametrize("rate", ["0", "many"])
def test_a_rate_must_be_a_number(tmp_path, rate):
    command = [binary(), "serve", "--data", tmp_path / "data", "--account-rate", rate]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--account-rate" in done.stderr and rate in done.stderr


def test_a_client_with_a_slow_clock_is_served(server):
    headers = basic_headers(server, "ListLicenses") | {"amz-sdk-request": "ttl=20200101T000000Z; attempt=2; max=3"}
    assert send(server, sign(server.vendor, headers, b"{}"), b"{}").status == 200


def test_on_lambda_nothing_is_begun_that_would_outlast_the_invocation(tmp_path):
    data = tmp_path / "data"
    with Server(data) as server:
        vendor = server.vendor
    with function(data) as runtime:
        headers = {"Host": DOMAIN, "Content-Type": JSON11, "X-Amz-Target": "AWSLicenseManager.CreateLicense"}
        body = json.dumps(license_request()).encode()
        event = http_event(DOMAIN, "POST", "/", sign(vendor, headers, body), body, False)
        runtime.seconds = 0.4
        status, headers, answer = opened(runtime.invoke(event))
        assert (status, json.loads(answer)["__type"]) == (503, "RateLimitExceededException")
        assert headers["retry-after"] in ("1", "2")
    with Server(data) as server:
        assert server.vendor.client().list_licenses()["Licenses"] == []
