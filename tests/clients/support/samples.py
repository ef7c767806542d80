"""Licenses and requests that tests vary."""

import uuid

MINUTES = 60


def token():
    return str(uuid.uuid4())


def license_request(**changes):
    """A license with five seats, a metered entitlement and a feature."""
    return {
        "LicenseName": "Analytics Pro - Team",
        "ProductName": "Analytics Pro",
        "ProductSKU": f"sku-{uuid.uuid4()}",
        "Issuer": {"Name": "Example Software Inc"},
        "HomeRegion": "us-east-1",
        "Validity": {"Begin": "2020-01-01T00:00:00Z", "End": "2099-12-31T23:59:59Z"},
        "Entitlements": [
            seats(5),
            {"Name": "Transfer", "Unit": "Gigabytes", "MaxCount": 40, "Overage": True, "AllowCheckIn": False},
            {"Name": "Platinum", "Unit": "None", "Value": "Enabled"},
        ],
        "Beneficiary": "user@example.com",
        "ConsumptionConfiguration": {
            "RenewType": "None",
            "ProvisionalConfiguration": {"MaxTimeToLiveInMinutes": MINUTES},
            "BorrowConfiguration": {"AllowEarlyCheckIn": True, "MaxTimeToLiveInMinutes": 24 * MINUTES},
        },
        "LicenseMetadata": [{"Name": "SellerOfRecord", "Value": "Example Software Inc"}],
        "ClientToken": token(),
        "Tags": [{"Key": "team", "Value": "sales"}],
    } | changes


def version_request(created, request, **changes):
    """The next version of a license: all that may change, as it was."""
    fixed = {"ProductSKU", "Beneficiary", "Tags"}
    kept = {name: value for name, value in request.items() if name not in fixed}
    return kept | {"LicenseArn": created["LicenseArn"], "Status": "AVAILABLE", "ClientToken": token()} | changes


def seats(count):
    return {"Name": "Seats", "Unit": "Count", "MaxCount": count, "Overage": False, "AllowCheckIn": True}


def wanted(count=1, name="Seats", unit="Count"):
    return {"Name": name, "Unit": unit, "Value": str(count)}


def checkout_request(account, license, count=1, **changes):
    return {
        "ProductSKU": license["ProductSKU"],
        "CheckoutType": "PROVISIONAL",
        "KeyFingerprint": account.fingerprint(license["Issuer"]["Name"]),
        "Entitlements": [wanted(count)],
        "Beneficiary": license["Beneficiary"],
        "ClientToken": token(),
    } | changes


def borrow_request(arn, count=1, **changes):
    return {
        "LicenseArn": arn,
        "Entitlements": [wanted(count)],
        "DigitalSignatureMethod": "JWT_ES256",
        "ClientToken": token(),
    } | changes


# All rights that a grant can give but one: to see what was distributed to others.
RIGHTS = [
    "CreateGrant",
    "CheckoutLicense",
    "CheckoutBorrowLicense",
    "CheckInLicense",
    "ExtendConsumptionLicense",
    "ListPurchasedLicenses",
    "CreateToken",
]


def root(account):
    """The account as a principal."""
    return f"arn:aws:iam::{account.number}:root"


def grant_request(arn, principal, **changes):
    return {
        "GrantName": "For the buyer",
        "LicenseArn": arn,
        "Principals": [principal],
        "HomeRegion": "us-east-1",
        "AllowedOperations": RIGHTS,
        "ClientToken": token(),
    } | changes


def consumed(client, arn):
    """What is consumed of each counted entitlement."""
    usages = client.get_license_usage(LicenseArn=arn)["LicenseUsage"]["EntitlementUsages"]
    return {usage["Name"]: int(usage["ConsumedValue"]) for usage in usages}
