"""What belongs to one account does not exist for another, in any operation."""

import pytest

from support.operations import ERRORS, NOT_FOUND, I, good_requests
from support.samples import checkout_request, consumed, license_request
from support.wire import assert_error, call

# An unknown thing is I where NF is not listed.
HIDDEN = {operation: NOT_FOUND if NOT_FOUND in errors else I for operation, errors in ERRORS.items()}
# What these are about is the caller's own, whoever calls.
OF_THE_CALLER = {"CreateLicense", "ListLicenses", "GetServiceSettings", "UpdateServiceSettings"}


@pytest.fixture
def requests(client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license))
    return good_requests(vendor, license, taken["LicenseConsumptionToken"])


def unsaid(text, *names):
    """The message, whatever it was that did not exist."""
    for name in names:
        text = text.replace(name, "it")
    return text


@pytest.mark.parametrize("operation", sorted(set(ERRORS) - OF_THE_CALLER))
def test_another_account_sees_nothing(client, vendor, customer, license, requests, operation):
    before = client.get_license(LicenseArn=license["LicenseArn"])["License"]
    used = consumed(client, license["LicenseArn"])
    answer = call(customer, operation, requests[operation])
    assert_error(answer, HIDDEN[operation])
    assert client.get_license(LicenseArn=license["LicenseArn"])["License"] == before
    assert consumed(client, license["LicenseArn"]) == used


@pytest.mark.parametrize("operation", sorted(set(ERRORS) - OF_THE_CALLER))
def test_foreign_and_unknown_are_told_apart_by_nobody(vendor, customer, license, requests, operation):
    foreign, unknown = requests[operation], {}
    for name, value in foreign.items():
        unknown[name] = value
        if name == "LicenseArn":
            unknown[name] = f"arn:aws:license-manager::{vendor.number}:license:l-{'0' * 32}"
        if name == "LicenseConsumptionToken":
            unknown[name] = "0" * len(value)
        if name == "ProductSKU":
            unknown[name] = "sku-unknown"
    answers = [call(customer, operation, request) for request in (foreign, unknown)]
    texts = [
        unsaid(answer.message, *[value for value in request.values() if isinstance(value, str)])
        for answer, request in zip(answers, (foreign, unknown))
    ]
    assert answers[0].code == answers[1].code
    assert texts[0] == texts[1]


def test_another_account_lists_nothing(customer, license):
    theirs = customer.client()
    listed = theirs.list_licenses()["Licenses"]
    assert license["LicenseArn"] not in [seen["LicenseArn"] for seen in listed]
    assert theirs.list_licenses(LicenseArns=[license["LicenseArn"]])["Licenses"] == []


def test_a_client_token_belongs_to_its_account(client, customer):
    request = license_request()
    ours = client.create_license(**request)
    theirs = customer.client().create_license(**request)
    assert ours["LicenseArn"] != theirs["LicenseArn"]
    assert customer.number in theirs["LicenseArn"]
