"""The audit trail: every call is in it, an asset manager finds it with stock clients, no secret is."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from support.samples import borrow_request, checkout_request, license_request
from support.server import REGION, Server, binary, boto_config, environment
from support.stage import Stage
from support.wire import basic_headers, call, send, sign

AWS = Path(sys.executable).parent / "aws"
LICENSE_MANAGER = "license-manager.amazonaws.com"
# What ends what the other calls are about.
LAST = ["CheckInLicense", "DeleteToken", "DeleteGrant", "CreateLicenseVersion", "DeleteLicense"]


class Journey:
    """A service that was called in every way, and what it was asked and answered."""

    def __init__(self, server):
        self.server, self.vendor = server, server.vendor
        self.client = server.vendor.client()
        self.cloudtrail = server.vendor.client("cloudtrail")
        self.secrets, self.calls = [server.vendor.secret, server.customer.secret], []
        self.license = license_request()
        self.license["LicenseArn"] = self.do("CreateLicense", self.license)["LicenseArn"]
        self.do("CheckoutLicense", checkout_request(self.vendor, self.license))
        borrowed = self.do("CheckoutBorrowLicense", borrow_request(self.license["LicenseArn"]))
        self.customer_without_account()
        stage = Stage(self.vendor, server.customer, server.customer, self.license)
        requests = stage.requests()
        first = [name for name in requests if name not in LAST and stage.sender(name) is self.vendor]
        requests["DeleteLicense"]["SourceVersion"] = requests["DeleteGrant"]["Version"] = "2"
        for operation in first + LAST:
            self.do(operation, requests[operation])
        self.do("CheckInLicense", {"LicenseConsumptionToken": borrowed["LicenseConsumptionToken"]}, 400)
        # Tokens where no operation looks for them, and in what is answered.
        token = borrowed["SignedToken"]
        self.do("GetLicense", {"LicenseArn": token, "Token": token, "Note": [{"AccessToken": token}]}, 400)
        self.do("CheckoutLicense", {"CheckoutType": token, "ClientToken": token}, 400)

    def do(self, operation, request, status=200):
        answer = call(self.vendor, operation, request)
        assert answer.status == status, (operation, answer.body)
        self.calls.append((answer.headers["x-amzn-RequestId"], operation))
        for members in (request, answer.json):
            for name in ("SignedToken", "LicenseConsumptionToken", "ClientToken"):
                if name in members:
                    self.secrets.append(members[name])
        return answer.json

    def customer_without_account(self):
        """Exchanges a refresh token for an access token, that for credentials, and uses these."""
        arn = self.license["LicenseArn"]
        made = self.did("CreateToken", self.client.create_token(LicenseArn=arn, ClientToken="refresh-for-device"))
        unsigned = self.vendor.client(config=boto_config().merge(Config(signature_version=UNSIGNED)))
        access = self.did("GetAccessToken", unsigned.get_access_token(Token=made["Token"]))["AccessToken"]
        role = f"arn:aws:iam::{self.vendor.number}:role/AWSLicenseManagerConsumptionRole"
        self.assumed = self.vendor.client("sts").assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="device-7", WebIdentityToken=access
        )["Credentials"]
        device = boto3.session.Session().client(
            "license-manager", endpoint_url=self.server.url, region_name=REGION, config=boto_config(),
            aws_access_key_id=self.assumed["AccessKeyId"], aws_secret_access_key=self.assumed["SecretAccessKey"],
            aws_session_token=self.assumed["SessionToken"],
        )
        self.did("GetLicense", device.get_license(LicenseArn=arn))
        self.secrets += [made["Token"], access, self.assumed["SecretAccessKey"], self.assumed["SessionToken"]]

    def did(self, operation, answer):
        self.calls.append((answer["ResponseMetadata"]["RequestId"], operation))
        return answer

    def events(self, **search):
        """All events that fit, the newest first, with the record that each carries."""
        pages = self.cloudtrail.get_paginator("lookup_events").paginate(**search)
        return [event for page in pages for event in page["Events"]]

    def find(self, key, value):
        return self.events(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}])

    def command(self, *words):
        done = subprocess.run(
            [binary(), "audit", *words, "--account", self.vendor.number, "--data", self.server.data],
            env=environment(), capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("audit") / "data") as server:
        yield Journey(server)


def records(events):
    return [json.loads(event["CloudTrailEvent"]) for event in events]


def test_every_call_is_there_once_and_in_order(journey):
    found = records(journey.find("EventSource", LICENSE_MANAGER))
    seen = [(record["requestID"], record["eventName"]) for record in reversed(found)]
    assert len(dict(seen)) == len(seen)
    assert [call for call in seen if call in journey.calls] == journey.calls


def test_an_event_says_who_did_what_when_and_from_where(journey):
    (event,) = journey.find("EventName", "CreateLicense")[-1:]
    record = json.loads(event["CloudTrailEvent"])
    now = datetime.datetime.now(datetime.timezone.utc)
    assert now - event["EventTime"] < datetime.timedelta(minutes=10)
    assert (event["Username"], event["AccessKeyId"]) == ("admin", journey.vendor.access_key)
    assert event["Resources"] == [
        {"ResourceType": "AWS::LicenseManager::License", "ResourceName": journey.license["LicenseArn"]}
    ]
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert record["userIdentity"]["arn"] == f"arn:aws:iam::{journey.vendor.number}:user/admin"
    assert record["requestParameters"]["productSKU"] == journey.license["ProductSKU"]
    assert record["responseElements"]["licenseArn"] == journey.license["LicenseArn"]
    assert (record["awsRegion"], record["readOnly"], record["recipientAccountId"]) == (
        REGION, False, journey.vendor.number,
    )


def test_boto3_names_itself(journey):
    journey.client.list_licenses()
    record = records(journey.find("EventName", "ListLicenses"))[0]
    assert record["userAgent"].startswith("Boto3/")


def test_events_are_found_by_time(journey):
    first = journey.find("EventName", "CreateLicense")[-1]["EventTime"]
    second = datetime.timedelta(seconds=1)
    assert journey.events(EndTime=first - second) == []
    assert "CreateLicense" in [event["EventName"] for event in journey.events(StartTime=first, EndTime=first)]


def test_events_are_found_by_their_license(journey):
    found = journey.find("ResourceName", journey.license["LicenseArn"])
    names = {event["EventName"] for event in found}
    assert {"CheckoutLicense", "CheckInLicense", "ExtendLicenseConsumption", "DeleteLicense"} <= names


def test_pages_follow_one_another(journey):
    pages = journey.cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "EventSource", "AttributeValue": LICENSE_MANAGER}],
        PaginationConfig={"PageSize": 3},
    )
    ids = [[event["EventId"] for event in page["Events"]] for page in pages]
    assert len(ids) > 3 and all(len(page) <= 3 for page in ids)
    together = [event for page in ids for event in page]
    assert len(together) == len(set(together)) >= len(journey.calls)


def test_each_modelled_error_is_raised(journey):
    errors = journey.cloudtrail.exceptions
    for error, request in [
        (errors.InvalidTimeRangeException, {"StartTime": 2, "EndTime": 1}),
        (errors.InvalidNextTokenException, {"NextToken": "invented"}),
        (errors.InvalidEventCategoryException, {"EventCategory": "data"}),
        (errors.InvalidLookupAttributesException,
         {"LookupAttributes": [{"AttributeKey": "Colour", "AttributeValue": "red"}]}),
    ]:
        with pytest.raises(error):
            journey.cloudtrail.lookup_events(**request)


def test_another_account_sees_nothing_of_it(journey):
    theirs = journey.server.customer.client("cloudtrail")
    theirs.lookup_events()
    seen = theirs.lookup_events()["Events"]
    assert [event["EventName"] for event in seen] == ["LookupEvents"]


def test_a_lookup_and_a_call_of_sts_are_recorded_too(journey):
    answer = journey.vendor.client("sts").get_caller_identity()
    record = records(journey.find("EventName", "GetCallerIdentity"))[0]
    assert record["eventSource"] == "sts.amazonaws.com"
    assert record["requestID"] == answer["ResponseMetadata"]["RequestId"]
    assert record["userIdentity"]["principalId"] == answer["UserId"]
    assert journey.find("EventSource", "cloudtrail.amazonaws.com")[0]["EventName"] == "LookupEvents"


def test_temporary_credentials_are_followed_from_their_making_to_their_use(journey):
    (made,) = records(journey.find("EventName", "AssumeRoleWithWebIdentity"))
    (used,) = records(journey.find("AccessKeyId", journey.assumed["AccessKeyId"]))
    assert made["responseElements"]["credentials"]["accessKeyId"] == used["userIdentity"]["accessKeyId"]
    assert (used["eventName"], used["userIdentity"]["type"]) == ("GetLicense", "AssumedRole")
    assert [event["EventName"] for event in journey.find("Username", "device-7")] == ["GetLicense"]
    exchanged = records(journey.find("EventName", "GetAccessToken"))[-1]
    assert exchanged["userIdentity"]["userName"] == made["userIdentity"]["userName"]


def test_a_forged_signature_is_found_by_its_access_key(journey):
    server, vendor = journey.server, journey.vendor
    headers = sign(vendor, basic_headers(server, "DeleteLicense"), b"{}", secret="wrong")
    answer = send(server, headers, b"{}")
    forged = type(vendor)(server, "forged", vendor.number, vendor.access_key, "wrong")
    with pytest.raises(ClientError):
        forged.client("sts").get_caller_identity()
    codes = [record.get("errorCode") for record in records(journey.find("AccessKeyId", vendor.access_key))]
    assert codes.count("SignatureDoesNotMatch") == 1
    (record,) = [
        record for record in records(journey.find("EventName", "DeleteLicense"))
        if record["requestID"] == answer.headers["x-amzn-RequestId"]
    ]
    assert (record["errorCode"], record["userIdentity"]["type"]) == ("InvalidSignatureException", "Unknown")


def test_the_aws_cli_looks_events_up(journey):
    env = environment(
        AWS_SHARED_CREDENTIALS_FILE=str(journey.server.credentials), AWS_PROFILE="vendor",
        AWS_CONFIG_FILE="/dev/null", AWS_PAGER="",
    )
    done = subprocess.run(
        [AWS, "cloudtrail", "lookup-events", "--endpoint-url", journey.server.url, "--region", REGION,
         "--lookup-attributes", "AttributeKey=EventName,AttributeValue=CheckoutBorrowLicense",
         "--start-time", "2026-01-01T00:00:00Z", "--query", "Events[].Username", "--output", "json"],
        env=env, capture_output=True, text=True, timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) == {"admin"}


def test_the_command_line_searches_beside_the_running_service(journey):
    lines = journey.command("search", "--operation", "CheckInLicense").splitlines()
    ended = [line.split()[3:5] for line in lines]
    assert ended == [["CheckInLicense", "ResourceNotFoundException"], ["CheckInLicense", "ok"]]
    assert lines[-1].split()[2] == "admin" and lines[-1].endswith(journey.license["LicenseArn"])
    assert len(journey.command("search", "--limit", "3").splitlines()) == 3
    assert journey.command("search", "--from", "2020-01-01", "--to", "2020-12-31") == ""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert journey.command("search", "--from", str(today - datetime.timedelta(days=1)), "--to", str(today))


def test_both_exports_hold_the_same_records_the_oldest_first(journey):
    words = ["--from", "2020-01-01", "--to", journey.find("EventName", "DeleteLicense")[-1]["EventTime"].isoformat()]
    lines = [json.loads(line) for line in journey.command("export", *words).splitlines()]
    whole = json.loads(journey.command("export", *words, "--format", "cloudtrail"))
    assert whole == {"Records": lines}
    assert [(line["requestID"], line["eventName"]) for line in lines][:5] == journey.calls[:5]
    nothing = journey.command("export", "--format", "cloudtrail", "--to", "2020-01-01")
    assert json.loads(nothing) == {"Records": []}


def test_no_secret_is_anywhere_in_the_trail(journey):
    trail = journey.command("export")
    assert len(trail.splitlines()) >= len(journey.calls)
    assert len(journey.secrets) > 10
    for secret in journey.secrets:
        # Nor a part of one: a token's header is the same in all.
        for part in {secret, secret[:40], *(part for part in secret.split(".") if len(part) >= 20)}:
            assert part not in trail, part


def test_records_outlive_a_crash(tmp_path):
    with Server(tmp_path / "data") as server:
        answered = [server.vendor.client().list_licenses()["ResponseMetadata"]["RequestId"] for _ in range(5)]
        server.kill()
    with Server(tmp_path / "data") as server:
        events = server.vendor.client("cloudtrail").lookup_events()["Events"]
        assert [record["requestID"] for record in reversed(records(events))] == answered


def test_write_only_leaves_out_what_only_reads(tmp_path):
    with Server(tmp_path / "data", ["--audit", "write-only"]) as server:
        client = server.vendor.client()
        client.create_license(**license_request())
        client.list_licenses()
        events = boto3.session.Session().client(
            "cloudtrail", endpoint_url=server.url, region_name=REGION, config=boto_config(),
            aws_access_key_id=server.vendor.access_key, aws_secret_access_key=server.vendor.secret,
        ).lookup_events()["Events"]
        assert [event["EventName"] for event in events] == ["CreateLicense"]
