"""A client token makes one effect of a request and its retries (C-6, C-7)."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.operations import V
from support.samples import borrow_request, checkout_request, consumed, license_request, token, version_request, wanted
from support.wire import assert_error, call

PARALLEL = 16
OPERATIONS = ["CreateLicense", "CreateLicenseVersion", "CheckoutLicense", "CheckoutBorrowLicense", "PS384"]


def request_of(operation, vendor, license):
    """The operation's name and a new request of it."""
    arn = license["LicenseArn"]
    return {
        "CreateLicense": lambda: ("CreateLicense", license_request(Beneficiary=f"{token()}@example.com")),
        "CreateLicenseVersion": lambda: (operation, version_request(license, license, LicenseName="Renamed")),
        "CheckoutLicense": lambda: (operation, checkout_request(vendor, license)),
        "CheckoutBorrowLicense": lambda: (operation, borrow_request(arn)),
        "PS384": lambda: ("CheckoutBorrowLicense", borrow_request(arn, DigitalSignatureMethod="JWT_PS384")),
    }[operation]()


def effects(client, license, request):
    """What the service has made so far."""
    arn = license["LicenseArn"]
    filters = [{"Name": "Beneficiary", "Values": [request.get("Beneficiary", license["Beneficiary"])]}]
    versions = client.list_license_versions(LicenseArn=arn)["Licenses"]
    return len(versions), consumed(client, arn)["Seats"], len(client.list_licenses(Filters=filters)["Licenses"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_retry_is_answered_as_the_first_time_to_the_byte(client, vendor, license, operation):
    name, request = request_of(operation, vendor, license)
    first = call(vendor, name, request)
    assert first.status == 200, first.body
    made = effects(client, license, request)
    for _ in range(3):
        assert call(vendor, name, request).body == first.body
    assert effects(client, license, request) == made


@pytest.mark.parametrize("operation", OPERATIONS)
def test_parallel_retries_have_one_effect(client, vendor, license, operation):
    name, request = request_of(operation, vendor, license)
    before = effects(client, license, request)
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda _: call(vendor, name, request), range(PARALLEL)))
    assert {answer.status for answer in answers} == {200}, [answer.body for answer in answers]
    assert len({answer.body for answer in answers}) == 1
    after = effects(client, license, request)
    assert sum(after) - sum(before) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_order_and_spaces_make_no_other_request(vendor, license, operation):
    name, request = request_of(operation, vendor, license)
    first = call(vendor, name, request)
    turned = dict(reversed(request.items()))
    assert call(vendor, name, json.dumps(turned, indent=2).encode()).body == first.body


@pytest.mark.parametrize("operation", OPERATIONS)
def test_other_parameters_need_another_token(client, vendor, license, operation):
    name, request = request_of(operation, vendor, license)
    assert call(vendor, name, request).status == 200
    made = effects(client, license, request)
    change = {
        "CreateLicense": {"LicenseName": "Other"},
        "CreateLicenseVersion": {"LicenseName": "Other"},
        "CheckoutLicense": {"Entitlements": [wanted(2)]},
        "CheckoutBorrowLicense": {"NodeId": "other"},
    }[name]
    answer = call(vendor, name, request | change)
    assert_error(answer, V)
    assert "ClientToken was used before with other parameters" in answer.message
    assert effects(client, license, request) == made


@pytest.mark.parametrize("operation", ["CheckoutLicense", "CheckoutBorrowLicense", "PS384"])
def test_a_retry_after_the_check_in_takes_nothing(client, vendor, license, operation):
    name, request = request_of(operation, vendor, license)
    first = call(vendor, name, request)
    returned = {"LicenseConsumptionToken": first.json["LicenseConsumptionToken"]}
    if name == "CheckoutLicense":
        returned["Beneficiary"] = license["Beneficiary"]
    client.check_in_license(**returned)
    assert call(vendor, name, request).body == first.body
    assert consumed(client, license["LicenseArn"])["Seats"] == 0


def test_a_retry_after_an_extension_is_answered_as_the_first_time(client, vendor, license):
    request = checkout_request(vendor, license)
    first = call(vendor, "CheckoutLicense", request)
    longer = version_request(license, license)
    longer["ConsumptionConfiguration"] = {"ProvisionalConfiguration": {"MaxTimeToLiveInMinutes": 120}}
    client.create_license_version(**longer)
    client.extend_license_consumption(LicenseConsumptionToken=first.json["LicenseConsumptionToken"])
    assert call(vendor, "CheckoutLicense", request).body == first.body


def test_a_retry_is_answered_when_nothing_is_left(client, vendor, license):
    request = checkout_request(vendor, license, 5)
    first = call(vendor, "CheckoutLicense", request)
    with pytest.raises(client.exceptions.NoEntitlementsAllowedException):
        client.checkout_license(**checkout_request(vendor, license))
    assert call(vendor, "CheckoutLicense", request).body == first.body


def test_a_failed_request_leaves_its_token_free(client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license, 5))
    request = checkout_request(vendor, license)
    with pytest.raises(client.exceptions.NoEntitlementsAllowedException):
        client.checkout_license(**request)
    client.check_in_license(
        LicenseConsumptionToken=taken["LicenseConsumptionToken"], Beneficiary=license["Beneficiary"]
    )
    assert client.checkout_license(**request)["LicenseArn"] == license["LicenseArn"]
    conflicting = version_request(license, license, SourceVersion="7")
    with pytest.raises(client.exceptions.ConflictException):
        client.create_license_version(**conflicting)
    assert client.create_license_version(**conflicting | {"SourceVersion": "1"})["Version"] == "2"
    wrong = license_request(HomeRegion="eu-west-1")
    with pytest.raises(client.exceptions.RedirectException):
        client.create_license(**wrong)
    assert client.create_license(**wrong | {"HomeRegion": "us-east-1"})["Version"] == "1"


def test_a_token_belongs_to_its_operation(client, vendor, license):
    shared = token()
    client.create_license(**license_request(ClientToken=shared))
    client.checkout_license(**checkout_request(vendor, license, ClientToken=shared))
    client.checkout_borrow_license(**borrow_request(license["LicenseArn"], ClientToken=shared))
    client.create_license_version(**version_request(license, license, ClientToken=shared))
    assert consumed(client, license["LicenseArn"])["Seats"] == 2


def test_a_request_too_deep_to_be_told_apart_does_nothing(client, vendor, license):
    request = borrow_request(license["LicenseArn"])
    deep = json.dumps(request).encode()[:-1] + b',"Unknown":' + b"[" * 1000 + b"]" * 1000 + b"}"
    assert_error(call(vendor, "CheckoutBorrowLicense", deep), "SerializationException")
    assert consumed(client, license["LicenseArn"])["Seats"] == 0
    # Nor is its client token used up (C-7).
    assert call(vendor, "CheckoutBorrowLicense", json.dumps(request).encode()).status == 200
