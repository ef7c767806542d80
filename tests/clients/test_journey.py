"""boto3: a license from its making to its end, each answer in full."""

import time
import uuid
from datetime import datetime

import pytest

from support.samples import (
    borrow_request,
    checkout_request,
    consumed,
    license_request,
    seats,
    token,
    version_request,
    wanted,
)


def body(answer):
    """The answer without what boto3 adds; the request id must be there."""
    metadata = answer.pop("ResponseMetadata")
    assert uuid.UUID(metadata["RequestId"])
    assert metadata["HTTPStatusCode"] == 200
    return answer


def minutes_between(start, end):
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60


def test_a_new_license_is_version_1_and_available(client, vendor):
    answer = body(client.create_license(**license_request()))
    assert set(answer) == {"LicenseArn", "Status", "Version"}
    arn, number = answer["LicenseArn"].rsplit("-", 1)
    assert arn == f"arn:aws:license-manager::{vendor.number}:license:l" and len(number) == 32
    assert (answer["Status"], answer["Version"]) == ("AVAILABLE", "1")


def test_a_license_reads_as_it_was_made(client, vendor, license):
    read = body(client.get_license(LicenseArn=license["LicenseArn"]))["License"]
    assert read.pop("CreateTime").endswith("Z")
    made = {name: value for name, value in license.items() if name not in ("ClientToken", "Tags")}
    issuer = made["Issuer"] | {"KeyFingerprint": vendor.fingerprint()}
    assert read == made | {"Issuer": issuer, "Status": "AVAILABLE", "Version": "1"}


@pytest.mark.parametrize("name", ["Beneficiary", "ProductSKU", "Fingerprint", "Status"])
def test_licenses_are_found_by_each_filter(client, vendor, name):
    made = license_request(Issuer={"Name": f"Issuer {uuid.uuid4()}"}, Beneficiary=f"{uuid.uuid4()}@example.com")
    arn = client.create_license(**made)["LicenseArn"]
    other = license_request()
    other_arn = client.create_license(**other)["LicenseArn"]
    client.create_license_version(**version_request({"LicenseArn": other_arn}, other, Status="DEACTIVATED"))
    values = {"Fingerprint": vendor.fingerprint(made["Issuer"]["Name"]), "Status": "AVAILABLE"} | made
    found = client.list_licenses(LicenseArns=[arn, other_arn], Filters=[{"Name": name, "Values": [values[name]]}])
    assert [license["LicenseArn"] for license in found["Licenses"]] == [arn]
    assert "NextToken" not in found


def test_licenses_come_in_pages_each_once(client):
    beneficiary = f"{uuid.uuid4()}@example.com"
    made = [client.create_license(**license_request(Beneficiary=beneficiary))["LicenseArn"] for _ in range(5)]
    filters = [{"Name": "Beneficiary", "Values": [beneficiary]}]
    pages, more = [], {}
    while True:
        page = client.list_licenses(Filters=filters, MaxResults=2, **more)
        pages.append([license["LicenseArn"] for license in page["Licenses"]])
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(sum(pages, [])) == sorted(made)


def test_a_page_token_serves_only_its_own_listing(client, customer, license):
    for _ in range(2):
        client.create_license(**license_request())
    page_token = client.list_licenses(MaxResults=1)["NextToken"]
    other = [{"Name": "Status", "Values": ["AVAILABLE"]}]
    refused = client.exceptions.InvalidParameterValueException
    with pytest.raises(refused, match="NextToken"):
        client.list_licenses(MaxResults=1, NextToken=page_token, Filters=other)
    with pytest.raises(refused, match="NextToken"):
        client.list_license_versions(LicenseArn=license["LicenseArn"], NextToken=page_token)
    theirs = customer.client()
    with pytest.raises(theirs.exceptions.InvalidParameterValueException, match="NextToken"):
        theirs.list_licenses(MaxResults=1, NextToken=page_token)


def test_versions_are_immutable_and_listed_newest_first(client, license):
    arn = license["LicenseArn"]
    for number in (2, 3):
        request = version_request(license, license, LicenseName=f"Name {number}", SourceVersion=str(number - 1))
        answer = body(client.create_license_version(**request))
        assert answer == {"LicenseArn": arn, "Version": str(number), "Status": "AVAILABLE"}
    first = client.list_license_versions(LicenseArn=arn, MaxResults=2)
    rest = client.list_license_versions(LicenseArn=arn, MaxResults=2, NextToken=first["NextToken"])
    listed = first["Licenses"] + rest["Licenses"]
    assert [version["Version"] for version in listed] == ["3", "2", "1"]
    assert [version["LicenseName"] for version in listed] == ["Name 3", "Name 2", license["LicenseName"]]
    assert "NextToken" not in rest
    assert client.get_license(LicenseArn=arn, Version="1")["License"] == listed[2]
    assert client.get_license(LicenseArn=arn)["License"] == listed[0]


def test_a_source_version_must_be_the_current_one(client, license):
    client.create_license_version(**version_request(license, license, SourceVersion="1"))
    with pytest.raises(client.exceptions.ConflictException, match="current version `2`"):
        client.create_license_version(**version_request(license, license, SourceVersion="1"))
    with pytest.raises(client.exceptions.ConflictException, match="current version `2`"):
        client.delete_license(LicenseArn=license["LicenseArn"], SourceVersion="1")
    versions = client.list_license_versions(LicenseArn=license["LicenseArn"])["Licenses"]
    assert len(versions) == 2


def test_a_provisional_checkout_lasts_its_minutes(client, vendor, license):
    features = [wanted(2), {"Name": "Platinum", "Unit": "None"}, wanted(1, "Seats2")]
    answer = body(
        client.checkout_license(**checkout_request(vendor, license, Entitlements=features, NodeId="node-1"))
    )
    assert set(answer) == {
        "CheckoutType", "LicenseConsumptionToken", "EntitlementsAllowed", "SignedToken", "NodeId", "IssuedAt",
        "Expiration", "LicenseArn",
    }
    assert (answer["CheckoutType"], answer["NodeId"]) == ("PROVISIONAL", "node-1")
    assert answer["LicenseArn"] == license["LicenseArn"]
    assert answer["EntitlementsAllowed"] == [
        {"Name": "Seats", "Value": "2", "Unit": "Count"},
        {"Name": "Platinum", "Value": "Enabled", "Unit": "None"},
    ]
    assert minutes_between(answer["IssuedAt"], answer["Expiration"]) == 60
    assert answer["IssuedAt"].endswith("Z")
    assert consumed(client, license["LicenseArn"])["Seats"] == 2


def test_a_perpetual_checkout_is_taken_for_good(client, vendor, license):
    answer = body(client.checkout_license(**checkout_request(vendor, license, 3, CheckoutType="PERPETUAL")))
    assert answer["CheckoutType"] == "PERPETUAL"
    assert answer["Expiration"] == license["Validity"]["End"]
    with pytest.raises(client.exceptions.ValidationException, match="PERPETUAL"):
        client.check_in_license(
            LicenseConsumptionToken=answer["LicenseConsumptionToken"], Beneficiary=license["Beneficiary"]
        )
    with pytest.raises(client.exceptions.ValidationException, match="PROVISIONAL"):
        client.extend_license_consumption(LicenseConsumptionToken=answer["LicenseConsumptionToken"])
    assert consumed(client, license["LicenseArn"])["Seats"] == 3


def test_usage_lists_what_is_counted_as_decimal_strings(client, vendor, license):
    transfer = [wanted(41, "Transfer", "Gigabytes")]
    client.checkout_license(**checkout_request(vendor, license, Entitlements=transfer))
    assert body(client.get_license_usage(LicenseArn=license["LicenseArn"])) == {
        "LicenseUsage": {
            "EntitlementUsages": [
                {"Name": "Seats", "ConsumedValue": "0", "MaxCount": "5", "Unit": "Count"},
                {"Name": "Transfer", "ConsumedValue": "41", "MaxCount": "40", "Unit": "Gigabytes"},
            ]
        }
    }


def test_an_extension_moves_the_expiry_and_a_dry_run_does_not(client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license))
    longer = version_request(license, license)
    longer["ConsumptionConfiguration"] = {"ProvisionalConfiguration": {"MaxTimeToLiveInMinutes": 120}}
    client.create_license_version(**longer)
    name = {"LicenseConsumptionToken": taken["LicenseConsumptionToken"]}
    tried = body(client.extend_license_consumption(**name, DryRun=True))
    assert tried == name | {"Expiration": taken["Expiration"]}
    extended = body(client.extend_license_consumption(**name, DryRun=False))
    assert set(extended) == {"LicenseConsumptionToken", "Expiration"}
    assert minutes_between(taken["IssuedAt"], extended["Expiration"]) >= 120


@pytest.mark.parametrize("method", ["JWT_ES256", "JWT_PS384"])
def test_a_borrow_answers_with_every_member(client, license, method):
    arn, metadata = license["LicenseArn"], [{"Name": "Mac", "Value": "0a:58:a9:fe:ac:02"}]
    request = borrow_request(arn, 2, DigitalSignatureMethod=method, NodeId="node-1", CheckoutMetadata=metadata)
    answer = body(client.checkout_borrow_license(**request))
    assert set(answer) == {
        "LicenseArn", "LicenseConsumptionToken", "EntitlementsAllowed", "NodeId", "SignedToken", "IssuedAt",
        "Expiration", "CheckoutMetadata",
    }
    assert (answer["LicenseArn"], answer["NodeId"], answer["CheckoutMetadata"]) == (arn, "node-1", metadata)
    assert answer["EntitlementsAllowed"] == [{"Name": "Seats", "Value": "2", "Unit": "Count"}]
    assert answer["SignedToken"].count(".") == 2
    assert minutes_between(answer["IssuedAt"], answer["Expiration"]) == 24 * 60


def test_a_borrow_takes_all_or_nothing(client, license):
    arn = license["LicenseArn"]
    both = [wanted(1), wanted(1, "Absent")]
    with pytest.raises(client.exceptions.EntitlementNotAllowedException, match="`Absent`"):
        client.checkout_borrow_license(**borrow_request(arn, Entitlements=both))
    assert consumed(client, arn)["Seats"] == 0


def test_check_in_returns_what_was_taken_once(client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license, 4))
    name = {
        "LicenseConsumptionToken": taken["LicenseConsumptionToken"],
        "Beneficiary": license["Beneficiary"],
    }
    assert body(client.check_in_license(**name)) == {}
    assert consumed(client, license["LicenseArn"])["Seats"] == 0
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.check_in_license(**name)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.extend_license_consumption(LicenseConsumptionToken=taken["LicenseConsumptionToken"])


def test_check_in_names_the_beneficiary_of_the_checkout(client, vendor, license):
    taken = client.checkout_license(**checkout_request(vendor, license))
    name = {"LicenseConsumptionToken": taken["LicenseConsumptionToken"]}
    for wrong in ({}, {"Beneficiary": "somebody@example.com"}):
        with pytest.raises(client.exceptions.ValidationException, match="Beneficiary"):
            client.check_in_license(**name, **wrong)
    assert consumed(client, license["LicenseArn"])["Seats"] == 1


def test_what_does_not_allow_check_in_stays_taken(client, vendor, license):
    transfer = [wanted(1, "Transfer", "Gigabytes")]
    taken = client.checkout_license(**checkout_request(vendor, license, Entitlements=transfer))
    with pytest.raises(client.exceptions.ValidationException, match="`Transfer` does not allow check-in"):
        client.check_in_license(
            LicenseConsumptionToken=taken["LicenseConsumptionToken"], Beneficiary=license["Beneficiary"]
        )


def test_an_early_check_in_needs_the_licenses_leave(client):
    configuration = {"BorrowConfiguration": {"AllowEarlyCheckIn": False, "MaxTimeToLiveInMinutes": 60}}
    arn = client.create_license(**license_request(ConsumptionConfiguration=configuration))["LicenseArn"]
    taken = client.checkout_borrow_license(**borrow_request(arn))
    with pytest.raises(client.exceptions.ValidationException, match="early check-in"):
        client.check_in_license(LicenseConsumptionToken=taken["LicenseConsumptionToken"])


def test_a_reset_returns_all_usage(client, vendor, license):
    client.checkout_license(**checkout_request(vendor, license, 5, CheckoutType="PERPETUAL"))
    client.create_license_version(**version_request(license, license, ResetUsage=False))
    assert consumed(client, license["LicenseArn"])["Seats"] == 5
    client.create_license_version(**version_request(license, license, ResetUsage=True))
    assert consumed(client, license["LicenseArn"])["Seats"] == 0


def test_a_new_version_counts_with_its_own_numbers(client, vendor, license):
    client.checkout_license(**checkout_request(vendor, license, 5))
    client.create_license_version(**version_request(license, license, Entitlements=[seats(6)]))
    client.checkout_license(**checkout_request(vendor, license, 1))
    with pytest.raises(client.exceptions.NoEntitlementsAllowedException, match="0 of 6 Count left"):
        client.checkout_license(**checkout_request(vendor, license, 1))


@pytest.mark.parametrize("status", ["DEACTIVATED", "SUSPENDED"])
def test_only_an_available_license_is_checked_out(client, vendor, license, status):
    client.create_license_version(**version_request(license, license, Status=status))
    refused = client.exceptions.NoEntitlementsAllowedException
    with pytest.raises(refused, match=f"No Entitlements Allowed: the license is {status}"):
        client.checkout_license(**checkout_request(vendor, license))
    with pytest.raises(refused):
        client.checkout_borrow_license(**borrow_request(license["LicenseArn"]))
    client.create_license_version(**version_request(license, license, Status="AVAILABLE"))
    client.checkout_license(**checkout_request(vendor, license))


@pytest.mark.parametrize("validity, status, text", [
    ({"Begin": "2020-01-01T00:00:00Z", "End": "2021-01-01T00:00:00Z"}, "EXPIRED", "the license is EXPIRED"),
    ({"Begin": "2099-01-01T00:00:00Z"}, "AVAILABLE", "valid from 2099-01-01T00:00:00Z on"),
])
def test_a_license_serves_only_within_its_validity(client, vendor, validity, status, text):
    request = license_request(Validity=validity)
    arn = client.create_license(**request)["LicenseArn"]
    assert client.get_license(LicenseArn=arn)["License"]["Status"] == status
    with pytest.raises(client.exceptions.NoEntitlementsAllowedException, match=text):
        client.checkout_license(**checkout_request(vendor, request))


def test_the_newest_license_of_a_product_serves_first(client, vendor):
    older, newer = (license_request(ProductSKU="") for _ in range(2))
    older["ProductSKU"] = newer["ProductSKU"] = f"sku-{uuid.uuid4()}"
    first = client.create_license(**older)["LicenseArn"]
    time.sleep(1.1)
    second = client.create_license(**newer)["LicenseArn"]
    taken = [client.checkout_license(**checkout_request(vendor, newer, 5))["LicenseArn"] for _ in range(2)]
    assert taken == [second, first]


def test_a_deleted_license_is_read_only(client, vendor, license):
    arn = license["LicenseArn"]
    taken = client.checkout_license(**checkout_request(vendor, license))
    answer = body(client.delete_license(LicenseArn=arn, SourceVersion="1"))
    assert set(answer) == {"Status", "DeletionDate"} and answer["Status"] == "DELETED"
    assert client.get_license(LicenseArn=arn)["License"]["Status"] == "DELETED"
    assert client.list_licenses(LicenseArns=[arn])["Licenses"][0]["Status"] == "DELETED"
    assert client.list_license_versions(LicenseArn=arn)["Licenses"][0]["Status"] == "DELETED"
    assert consumed(client, arn)["Seats"] == 0
    errors = client.exceptions
    with pytest.raises(errors.NoEntitlementsAllowedException):
        client.checkout_license(**checkout_request(vendor, license))
    with pytest.raises(errors.NoEntitlementsAllowedException):
        client.checkout_borrow_license(**borrow_request(arn))
    with pytest.raises(errors.ResourceNotFoundException):
        client.extend_license_consumption(LicenseConsumptionToken=taken["LicenseConsumptionToken"])
    with pytest.raises(errors.ResourceNotFoundException):
        client.check_in_license(
            LicenseConsumptionToken=taken["LicenseConsumptionToken"], Beneficiary=license["Beneficiary"]
        )
    with pytest.raises(errors.ValidationException):
        client.create_license_version(**version_request(license, license))
    with pytest.raises(errors.ValidationException, match="deleted at"):
        client.delete_license(LicenseArn=arn, SourceVersion="1")


def test_a_missing_license_is_said_to_be_missing(client, vendor):
    arn = f"arn:aws:license-manager::{vendor.number}:license:l-{'0' * 32}"
    errors = client.exceptions
    for call in (client.get_license, client.get_license_usage, client.list_license_versions):
        with pytest.raises(errors.InvalidParameterValueException, match="does not exist"):
            call(LicenseArn=arn)
    with pytest.raises(errors.InvalidParameterValueException, match="does not exist"):
        client.delete_license(LicenseArn=arn, SourceVersion="1")
    with pytest.raises(errors.ResourceNotFoundException, match="does not exist"):
        client.create_license_version(**version_request({"LicenseArn": arn}, license_request()))
    with pytest.raises(errors.ResourceNotFoundException, match="does not exist"):
        client.checkout_borrow_license(**borrow_request(arn))
    with pytest.raises(errors.ResourceNotFoundException):
        client.checkout_license(**checkout_request(vendor, license_request()))
    with pytest.raises(errors.ResourceNotFoundException):
        client.check_in_license(LicenseConsumptionToken=token())
    with pytest.raises(errors.ResourceNotFoundException):
        client.extend_license_consumption(LicenseConsumptionToken=token())
    assert client.list_licenses(LicenseArns=[arn])["Licenses"] == []


def test_a_license_of_another_region_is_redirected(client):
    with pytest.raises(client.exceptions.RedirectException) as refused:
        client.create_license(**license_request(HomeRegion="eu-west-1"))
    assert refused.value.response["Location"] == "eu-west-1"


def test_offsets_and_fractions_of_times_are_read_and_written_in_utc(client):
    validity = {"Begin": "2026-01-01T02:30:00.500+02:30", "End": "2026-06-01T00:00:00-01:00"}
    arn = client.create_license(**license_request(Validity=validity))["LicenseArn"]
    read = client.get_license(LicenseArn=arn)["License"]
    assert read["Validity"] == {"Begin": "2026-01-01T00:00:00Z", "End": "2026-06-01T01:00:00Z"}
