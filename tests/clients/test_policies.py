"""Identity policies: attached on the command line, asked at the edge."""

import json
import re

import pytest
from botocore.exceptions import ClientError

from support.commands import access_key, licentia, run_licentia
from support.samples import license_request


def refusal(server, *words):
    """Why a command fails."""
    done = run_licentia(server, *words)
    assert done.returncode != 0, done.stdout
    return done.stderr


def user_with(server, number, *policies):
    """The account by a new access key of its user `ci` that carries these policies."""
    words = [word for policy in policies for word in ("--policy", policy)]
    return access_key(server, number, "--user", "ci", *words)


def denied(call, **request):
    with pytest.raises(ClientError) as raised:
        call(**request)
    assert raised.value.response["Error"]["Code"] == "AccessDeniedException"
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return raised.value.response["Error"]["Message"]


def policy(folder, name, *statements):
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return path


def test_a_preset_lets_a_key_do_what_it_says_and_no_more(server, vendor, license):
    reader = user_with(server, vendor.number, "LicenseManagerReadOnly")
    client = reader.client()
    assert client.get_license(LicenseArn=license["LicenseArn"])["License"]["LicenseArn"] == license["LicenseArn"]
    message = denied(client.delete_license, LicenseArn=license["LicenseArn"], SourceVersion="1")
    assert message.startswith(
        f"User: arn:aws:iam::{vendor.number}:user/ci is not authorized to perform: license-manager:DeleteLicense "
        f"on resource: {license['LicenseArn']} because no identity-based policy allows"
    )
    assert client.exceptions.AccessDeniedException
    identity = reader.client("sts").get_caller_identity()
    assert identity["Account"] == vendor.number


def test_nobody_is_denied_to_ask_who_they_are(server, vendor, tmp_path):
    nothing = policy(tmp_path, "nothing", {"Effect": "Deny", "Action": "*", "Resource": "*"})
    account = user_with(server, vendor.number, nothing)
    denied(account.client().list_licenses)
    assert account.client("sts").get_caller_identity()["Account"] == vendor.number


def test_a_policy_counts_from_the_next_request_on(server, vendor, license, tmp_path):
    account = user_with(server, vendor.number)
    client = account.client()
    client.list_licenses()
    arn = license["LicenseArn"]
    only = policy(tmp_path, "only", {"Effect": "Allow", "Action": "license-manager:*", "Resource": arn})
    licentia(server, "access-keys", "attach-policy", account.access_key, "--policy", only)
    client.get_license(LicenseArn=arn)
    denied(client.list_licenses)
    other = vendor.client().create_license(**license_request())["LicenseArn"]
    denied(client.get_license, LicenseArn=other)

    here = policy(
        tmp_path, "here",
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
            "IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}, "StringLike": {"aws:UserAgent": "*Boto3/*"}}},
        {"Effect": "Deny", "Action": "license-manager:TagResource", "Resource": "*", "Condition": {
            "ForAnyValue:StringEquals": {"aws:TagKeys": "price"}}},
    )
    licentia(server, "access-keys", "attach-policy", account.access_key, "--policy", here)
    client.list_licenses()
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    message = denied(client.tag_resource, ResourceArn=arn, Tags=[{"Key": "price", "Value": "0"}])
    assert message.endswith("with an explicit deny in an identity-based policy")

    shown = licentia(server, "access-keys", "show", account.access_key)
    assert f"policy only:\n{only.read_text()}" in shown and "policy here:" in shown
    licentia(server, "access-keys", "detach-policy", account.access_key, "--policy", "here")
    denied(client.list_licenses)
    last = refusal(server, "access-keys", "detach-policy", account.access_key, "--policy", "only")
    assert "only policy" in last
    listed = licentia(server, "access-keys", "list", "--account", vendor.number)
    assert re.search(rf"^{account.access_key}  active .* ci  only$", listed, re.MULTILINE)


def test_what_is_no_policy_is_refused_with_its_statement(server, vendor, tmp_path):
    good = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    bad = policy(tmp_path, "bad", good, {**good, "Sid": "Typo", "Action": "license-manager>GetLicense"})
    words = ("access-keys", "create", "--account", vendor.number, "--policy")
    refused = refusal(server, *words, bad)
    assert f"`{bad}`: statement 2 (`Typo`): an action is" in refused
    refused = refusal(server, *words, "NoSuchPolicy")
    assert "AWSLicenseManagerConsumptionPolicy" in refused


def test_roles_are_made_listed_shown_and_deleted(server, vendor, tmp_path):
    account = ("--account", vendor.number)
    arn = f"arn:aws:iam::{vendor.number}:role"
    consumption = f"{arn}/AWSLicenseManagerConsumptionRole  AWSLicenseManagerConsumptionPolicy,LicenseBorrowAccess"
    assert consumption in licentia(server, "roles", "list", *account).splitlines()
    usage = policy(tmp_path, "usage", {"Effect": "Allow", "Action": "license-manager:GetLicenseUsage", "Resource": "*"})
    made = licentia(server, "roles", "create", *account, "--name", "Metering", "--policy", usage)
    assert made.startswith(f"{arn}/Metering is made\n")
    listed = licentia(server, "roles", "list", *account).splitlines()
    assert consumption in listed and f"{arn}/Metering  usage" in listed
    shown = licentia(server, "roles", "show", *account, "Metering")
    assert f"token-issuer-account-id:{vendor.number}" in shown
    assert "openid-license-manager.amazonaws.com" in shown
    assert usage.read_text() in shown
    licentia(server, "roles", "delete", *account, "Metering")
    assert "Metering" not in licentia(server, "roles", "list", *account)
    assert "no such role" in refusal(server, "roles", "show", *account, "Metering")
    refused = refusal(server, "roles", "create", *account, "--name", "Open", "--trust-policy", usage)
    assert "statement 1" in refused and "`Resource`" in refused
