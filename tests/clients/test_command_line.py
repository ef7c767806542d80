"""The AWS CLI, told three things: the credentials file, the profile, the endpoint."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.samples import borrow_request, checkout_request, consumed, license_request
from support.server import Server, environment
from support.tokens import verified

AWS = Path(sys.executable).parent / "aws"


@pytest.fixture
def aws(server):
    def run(*words, profile="vendor"):
        return run_aws(server, *words, profile=profile)

    return run


def run_aws(server, *words, profile="vendor"):
    env = environment(
        AWS_SHARED_CREDENTIALS_FILE=str(server.credentials),
        AWS_PROFILE=profile,
        AWS_ENDPOINT_URL=server.url,
        AWS_CONFIG_FILE="/dev/null",
        AWS_PAGER="",
    )
    return subprocess.run([AWS, *words], env=env, capture_output=True, text=True, timeout=60)


def said(finished):
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout) if finished.stdout.strip() else None


def greeting_script(server):
    """The exports and the commands of the greeting, as one pastes them, once all of it is printed."""
    for _ in range(100):
        lines = [line for line in list(server.printed) if line.startswith(("export ", "LICENSE=", "BORROWED=", "aws "))]
        if lines and lines[-1].startswith("aws "):
            return "\n".join(lines) + "\n"
        time.sleep(0.02)
    raise AssertionError("\n".join(server.printed))


def test_the_greeting_can_be_pasted_into_a_shell(tmp_path):
    with Server(tmp_path / "the vendor's data") as server:
        path = f"{AWS.parent}{os.pathsep}{os.environ['PATH']}"
        env = environment(PATH=path, AWS_CONFIG_FILE="/dev/null", AWS_PAGER="")
        pasted = subprocess.run(
            ["sh", "-eu"], input=greeting_script(server), env=env, capture_output=True, text=True, timeout=120
        )
        assert (pasted.returncode, pasted.stderr) == (0, "")
        arn, token = pasted.stdout.split()
        client = server.vendor.client()
        assert [license["LicenseArn"] for license in client.list_licenses()["Licenses"]] == [arn]
        claims = verified(server.vendor, token, "ES256")
        assert claims["licenseArn"] == arn
        assert claims["entitlementsAllowed"] == [{"name": "Seats", "unit": "Count", "value": "1"}]
        assert consumed(client, arn) == {"Seats": 0}


def test_three_lines_issue_borrow_and_check_in(aws):
    request = license_request()
    created = said(aws("license-manager", "create-license", "--cli-input-json", json.dumps(request)))
    assert (created["Status"], created["Version"]) == ("AVAILABLE", "1")
    borrowed = said(aws(
        "license-manager", "checkout-borrow-license",
        "--license-arn", created["LicenseArn"],
        "--entitlements", "Name=Seats,Value=1,Unit=Count",
        "--digital-signature-method", "JWT_PS384",
        "--client-token", "first",
    ))
    assert borrowed["SignedToken"].count(".") == 2
    returned = aws(
        "license-manager", "check-in-license", "--license-consumption-token", borrowed["LicenseConsumptionToken"]
    )
    assert said(returned) is None
    usage = said(aws("license-manager", "get-license-usage", "--license-arn", created["LicenseArn"]))
    assert usage["LicenseUsage"]["EntitlementUsages"][0]["ConsumedValue"] == "0"


def test_a_refused_checkout_says_what_is_left_and_when_more_returns(aws, client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license, 5))
    request = checkout_request(vendor, license, 1)
    refused = aws("license-manager", "checkout-license", "--cli-input-json", json.dumps(request))
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert refused.stderr.strip().endswith(
        "An error occurred (NoEntitlementsAllowedException) when calling the CheckoutLicense operation: No "
        f"Entitlements Allowed: `Seats` has 0 of 5 Count left; next expiry {taken['Expiration']}"
    )


def test_a_refused_borrow_says_which_entitlement_is_short(aws, license):
    request = borrow_request(license["LicenseArn"], 6)
    refused = aws("license-manager", "checkout-borrow-license", "--cli-input-json", json.dumps(request))
    assert "(NoEntitlementsAllowedException)" in refused.stderr
    assert "`Seats` has 5 of 5 Count left" in refused.stderr


def test_an_unknown_license_is_named(aws, customer, license):
    refused = aws("license-manager", "get-license", "--license-arn", license["LicenseArn"], profile="customer")
    assert "(InvalidParameterValueException)" in refused.stderr
    assert license["LicenseArn"] in refused.stderr


def test_the_caller_is_who_signed(aws, vendor, customer):
    for account in (vendor, customer):
        identity = said(aws("sts", "get-caller-identity", profile=account.profile))
        assert identity["Account"] == account.number
        assert re.fullmatch(rf"arn:aws:iam::{account.number}:user/\w+", identity["Arn"])
        assert identity["UserId"]


def test_a_table_lists_licenses(aws, license):
    listed = aws("license-manager", "list-licenses", "--query", "Licenses[].LicenseArn", "--output", "text")
    assert license["LicenseArn"] in listed.stdout.split()
