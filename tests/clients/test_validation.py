"""What is wrong with a request is said, all of it, and in the words of the interface description."""

import pytest

from support.operations import COMMON, ERRORS, I, V, changed, validation
from support.stage import Stage
from support.wire import assert_error, call

LONG = "x" * 2049
ARN = "Member must be an ARN"
PATTERN = "Member must satisfy regular expression pattern: \\S+"
ENUM = "Member must satisfy enum value set: ["
AT_LEAST = "Member must have value greater than or equal to {}"
AT_MOST = "Member must have value less than or equal to {}"
AT_MOST_LONG = "Member must have length less than or equal to {}"
WHOLE_NUMBER = "Member must be a whole number in decimal digits, at least 1"
CONFIGURATION = "ConsumptionConfiguration"
TTL = "MaxTimeToLiveInMinutes"

TERMS = [
    ("Validity.Begin", "yesterday", "at 'validity.begin'"),
    ("Validity.Begin", "2026-02-30T00:00:00Z", "at 'validity.begin'"),
    ("Validity.End", "2026-13-01T00:00:00Z", "at 'validity.end'"),
    ("Validity.End", "2019-12-31T23:59:59Z", "End"),
    ("Entitlements", [], "ntitlement"),
    ("Entitlements.0.Unit", "Seats", ENUM),
    ("Entitlements.0.Unit", "count", ENUM),
    ("Entitlements.0.MaxCount", -1, AT_LEAST.format(0)),
    ("Entitlements.0.MaxCount", None, "entitlements.1.member"),
    ("Entitlements.0.Value", "x", "entitlements.1.member"),
    ("Entitlements.2.MaxCount", 1, "entitlements.3.member"),
    ("Entitlements.1.Name", "Seats", "Seats"),
    (CONFIGURATION, {}, "onfiguration"),
    (f"{CONFIGURATION}.RenewType", "Yearly", ENUM),
    (f"{CONFIGURATION}.ProvisionalConfiguration.{TTL}", 0, AT_LEAST.format(1)),
    (f"{CONFIGURATION}.BorrowConfiguration.{TTL}", 0, AT_LEAST.format(1)),
    (f"{CONFIGURATION}.BorrowConfiguration.{TTL}", 2**31, AT_MOST.format(2**31 - 1)),
    ("ClientToken", "", PATTERN),
    ("ClientToken", "two words", PATTERN),
    ("ClientToken", LONG, "Member must have length less than or equal to 2048"),
]
TAKEN = [
    ("Entitlements", [], "Member must have length greater than or equal to 1"),
    ("Entitlements.0.Value", "0", WHOLE_NUMBER),
    ("Entitlements.0.Value", "-1", WHOLE_NUMBER),
    ("Entitlements.0.Value", "1.5", WHOLE_NUMBER),
    ("Entitlements.0.Value", "one", WHOLE_NUMBER),
    ("Entitlements.0.Value", "99999999999999999999", WHOLE_NUMBER),
    ("Entitlements.0.Value", None, WHOLE_NUMBER),
    ("Entitlements.0.Unit", "Seat", ENUM),
    ("Entitlements.0", {"Name": "Platinum", "Unit": "None", "Value": "1"}, "left out or 0"),
    ("ClientToken", "two words", PATTERN),
]
NAMES_A_LICENSE = ["CreateLicenseVersion", "GetLicense", "ListLicenseVersions", "DeleteLicense", "GetLicenseUsage"]
BROKEN = [
    *[("CreateLicense", *row) for row in TERMS],
    *[("CreateLicenseVersion", *row) for row in TERMS],
    *[("CheckoutLicense", *row) for row in TAKEN],
    *[("CheckoutBorrowLicense", *row) for row in TAKEN],
    *[(operation, "LicenseArn", "l-1", ARN) for operation in [*NAMES_A_LICENSE, "CheckoutBorrowLicense"]],
    *[(operation, "LicenseArn", "", ARN) for operation in NAMES_A_LICENSE],
    ("ListLicenses", "LicenseArns.0", "l-1", ARN),
    *[(operation, "MaxResults", 0, AT_LEAST.format(1)) for operation in ("ListLicenses", "ListLicenseVersions")],
    *[(operation, "MaxResults", 101, AT_MOST.format(100)) for operation in ("ListLicenses", "ListLicenseVersions")],
    ("CreateToken", "LicenseArn", "l-1", ARN),
    ("CreateToken", "RoleArns", ["admin"], ARN),
    ("CreateToken", "ExpirationInDays", 0, AT_LEAST.format(1)),
    ("CreateToken", "ClientToken", "two words", PATTERN),
    ("CreateToken", "TokenProperties", ["a", "b", "c", "d"], "Member must have length less than or equal to 3"),
    ("CreateToken", "TokenProperties", ["aws:license-manager:x"], "Member must not begin with aws:"),
    ("ListTokens", "MaxResults", 0, AT_LEAST.format(1)),
    ("ListTokens", "MaxResults", 101, AT_MOST.format(100)),
    ("CreateLicenseVersion", "Status", "available", ENUM),
    ("CreateLicenseVersion", "Status", "DELETED", "DELETED"),
    ("CreateLicenseVersion", "Status", "EXPIRED", "EXPIRED"),
    ("CreateLicenseVersion", "HomeRegion", "eu-west-1", "HomeRegion never changes"),
    ("CheckoutLicense", "CheckoutType", "FOREVER", ENUM),
    ("CreateLicense", "Issuer.SignKey", "my key", "sign key `my key` is no key"),
    ("UpdateServiceSettings", "EnabledDiscoverySourceRegions.0", "here", "not the name of a Region"),
    ("UpdateServiceSettings", "EnabledDiscoverySourceRegions", ["us-east-1"] * 101, AT_MOST_LONG.format(100)),
    ("UpdateServiceSettings", "EnableCrossAccountsDiscovery", True, "enableIntegration"),
]
# Well-formed, but not what is stored or known.
UNFIT = [
    ("ListLicenses", "Filters", [{"Name": "Colour", "Values": ["red"]}], I),
    ("ListLicenses", "Filters", [{"Name": "beneficiary", "Values": ["red"]}], I),
    ("ListLicenses", "Filters", [{"Name": "Status", "Values": ["AVAILABLE", "DELETED"]}], I),
    ("ListLicenses", "Filters", [{"Name": "Status", "Values": []}], I),
    ("ListLicenses", "Filters", [{"Name": "Status"}], I),
    ("ListLicenses", "NextToken", "invented", I),
    ("ListLicenseVersions", "NextToken", "invented", I),
    ("GetLicense", "Version", "2", I),
    ("GetLicense", "Version", "one", I),
    ("DeleteLicense", "SourceVersion", "2", "ConflictException"),
    ("DeleteLicense", "SourceVersion", "01", "ConflictException"),
    ("CreateLicenseVersion", "SourceVersion", "2", "ConflictException"),
    ("CreateLicense", "HomeRegion", "eu-west-1", "RedirectException"),
    ("CreateLicense", "Tags", [{"Key": "aws:x", "Value": "y"}], I),
    ("CreateLicense", "Tags", [{"Key": "", "Value": "y"}], I),
    ("CreateLicense", "Tags", [{"Key": "k" * 129, "Value": "y"}], I),
    ("CreateLicense", "Tags", [{"Key": "k", "Value": "v" * 257}], I),
    ("CreateLicense", "Tags", [{"Key": "k"}, {"Key": "k"}], I),
    ("CreateLicense", "Tags", [{"Key": f"k{number}"} for number in range(51)], I),
    ("CheckoutLicense", "Beneficiary", None, V),
    ("CheckoutLicense", "ProductSKU", "unknown", "ResourceNotFoundException"),
    ("CheckoutLicense", "KeyFingerprint", "aws:0:x:issuer-fingerprint", "ResourceNotFoundException"),
    ("CheckoutLicense", "Beneficiary", "unknown", "ResourceNotFoundException"),
    ("CheckoutLicense", "Entitlements.0.Unit", "Gigabytes", "NoEntitlementsAllowedException"),
    ("CheckoutLicense", "Entitlements.0.Value", "6", "NoEntitlementsAllowedException"),
    ("CheckInLicense", "LicenseConsumptionToken", "", "ResourceNotFoundException"),
    ("DeleteToken", "TokenId", "", "ResourceNotFoundException"),
    ("DeleteToken", "TokenId", LONG, "ResourceNotFoundException"),
    ("GetAccessToken", "Token", "x", V),
    ("GetAccessToken", "Token", LONG * 3, V),
    ("ListTokens", "Filters", [{"Name": "Status", "Values": ["AVAILABLE"]}], V),
    ("ListTokens", "NextToken", "invented", V),
    ("CheckInLicense", "LicenseConsumptionToken", LONG, "ResourceNotFoundException"),
    ("ExtendLicenseConsumption", "LicenseConsumptionToken", "", "ResourceNotFoundException"),
    ("ExtendLicenseConsumption", "LicenseConsumptionToken", LONG, "ResourceNotFoundException"),
    ("UpdateServiceSettings", "SnsTopicArn", "arn:aws:sns:us-east-1:111122223333:alerts", I),
    ("UpdateServiceSettings", "S3BucketArn", "arn:aws:s3:::reports", I),
    ("CheckoutBorrowLicense", "DigitalSignatureMethod", "JWT_HS256", "UnsupportedDigitalSignatureMethodException"),
    ("CheckoutBorrowLicense", "DigitalSignatureMethod", "jwt_es256", "UnsupportedDigitalSignatureMethodException"),
]


@pytest.fixture(scope="module")
def stage(server, buyer, manager):
    return Stage(server.vendor, buyer, manager)


@pytest.fixture(scope="module")
def requests(stage):
    """A good request of each operation, about one license that no test here changes."""
    return stage.requests()


@pytest.fixture(autouse=True, scope="module")
def nothing_changes(stage):
    """A refused request changes nothing: after all of them everything is as it was."""
    before = stage.state()
    yield
    assert stage.state() == before


def rows(table):
    return [pytest.param(*row, id=f"{row[0]}-{row[1]}-{number}") for number, row in enumerate(table)]


@pytest.mark.parametrize("operation, path, value, text", rows(BROKEN))
def test_a_broken_rule_is_named(vendor, requests, operation, path, value, text):
    answer = call(vendor, operation, changed(requests[operation], path, value))
    assert_error(answer, validation(operation))
    assert text in answer.message


@pytest.mark.parametrize("operation, path, value, code", rows(UNFIT))
def test_a_value_that_does_not_fit_has_its_own_error(vendor, requests, operation, path, value, code):
    answer = call(vendor, operation, changed(requests[operation], path, value))
    assert_error(answer, code)
    assert code in ERRORS[operation] | COMMON


def test_violations_of_structures_stand_there_too(vendor, requests):
    request = requests["CreateLicense"]
    for path, value in [
        ("Issuer.Name", None),
        ("Entitlements.0.Unit", "Seats"),
        ("Entitlements.1.Name", None),
        ("Validity.Begin", "now"),
        ("ClientToken", "two words"),
    ]:
        request = changed(request, path, value)
    answer = call(vendor, "CreateLicense", request)
    assert_error(answer, V)
    assert answer.message.startswith("5 validation errors detected: ")


def test_a_name_is_asked_for_once(vendor, requests):
    twice = changed(requests["CheckoutLicense"], "Entitlements", requests["CheckoutLicense"]["Entitlements"] * 2)
    answer = call(vendor, "CheckoutLicense", twice)
    assert_error(answer, V)
    assert "Member must name each entitlement once" in answer.message


def test_unknown_members_are_ignored(vendor, requests):
    for operation in ("GetLicense", "ListLicenses", "GetLicenseUsage"):
        assert call(vendor, operation, requests[operation] | {"Colour": {"red": [1]}}).status == 200


def test_names_and_values_are_case_sensitive(vendor, requests):
    answer = call(vendor, "GetLicense", {"licenseArn": requests["GetLicense"]["LicenseArn"]})
    assert_error(answer, V)
