"""What the interface description says of the operations that are served."""

import copy

from .samples import borrow_request, checkout_request, license_request, version_request

V, I = "ValidationException", "InvalidParameterValueException"
NOT_FOUND, CONFLICT, REDIRECT = "ResourceNotFoundException", "ConflictException", "RedirectException"
NO_ENTITLEMENTS, NOT_ALLOWED = "NoEntitlementsAllowedException", "EntitlementNotAllowedException"
UNSUPPORTED = "UnsupportedDigitalSignatureMethodException"

# The errors that each operation lists, those common to all left out.
ERRORS = {
    "CreateLicense": {V, I, REDIRECT},
    "CreateLicenseVersion": {V, NOT_FOUND, REDIRECT, CONFLICT},
    "GetLicense": {V, I},
    "ListLicenses": {V, I},
    "ListLicenseVersions": {I},
    "DeleteLicense": {V, I, REDIRECT, CONFLICT},
    "GetLicenseUsage": {V, I},
    "CheckoutLicense": {V, I, NOT_FOUND, NO_ENTITLEMENTS, UNSUPPORTED, REDIRECT},
    "CheckoutBorrowLicense": {V, I, NOT_FOUND, NO_ENTITLEMENTS, NOT_ALLOWED, UNSUPPORTED, REDIRECT},
    "CheckInLicense": {V, I, NOT_FOUND, CONFLICT},
    "ExtendLicenseConsumption": {V, I, NOT_FOUND},
    "GetServiceSettings": set(),
    "UpdateServiceSettings": {V, I, CONFLICT},
}

TERMS = [
    "LicenseName",
    "ProductName",
    "Issuer",
    "Issuer.Name",
    "HomeRegion",
    "Validity",
    "Validity.Begin",
    "Entitlements",
    "Entitlements.0.Name",
    "Entitlements.0.Unit",
    "ConsumptionConfiguration",
    "ConsumptionConfiguration.ProvisionalConfiguration.MaxTimeToLiveInMinutes",
    "ConsumptionConfiguration.BorrowConfiguration.MaxTimeToLiveInMinutes",
    "ConsumptionConfiguration.BorrowConfiguration.AllowEarlyCheckIn",
    "ClientToken",
]
TAKEN = ["Entitlements", "Entitlements.0.Name", "Entitlements.0.Unit", "ClientToken"]

# The members that must be there, those of structures included.
REQUIRED = {
    "CreateLicense": [*TERMS, "ProductSKU", "Beneficiary"],
    "CreateLicenseVersion": [*TERMS, "LicenseArn", "Status"],
    "GetLicense": ["LicenseArn"],
    "ListLicenses": [],
    "ListLicenseVersions": ["LicenseArn"],
    "DeleteLicense": ["LicenseArn", "SourceVersion"],
    "GetLicenseUsage": ["LicenseArn"],
    "CheckoutLicense": [*TAKEN, "ProductSKU", "CheckoutType", "KeyFingerprint"],
    "CheckoutBorrowLicense": [*TAKEN, "LicenseArn", "DigitalSignatureMethod"],
    "CheckInLicense": ["LicenseConsumptionToken"],
    "ExtendLicenseConsumption": ["LicenseConsumptionToken"],
    "GetServiceSettings": [],
    "UpdateServiceSettings": ["OrganizationConfiguration.EnableIntegration"],
}


def good_requests(account, license, consumption_token):
    """A request of each operation with which nothing is wrong."""
    arn = license["LicenseArn"]
    taken = {"LicenseConsumptionToken": consumption_token}
    return {
        "CreateLicense": license_request(),
        "CreateLicenseVersion": version_request(license, license),
        "GetLicense": {"LicenseArn": arn},
        "ListLicenses": {"LicenseArns": [arn], "MaxResults": 10},
        "ListLicenseVersions": {"LicenseArn": arn, "MaxResults": 10},
        "DeleteLicense": {"LicenseArn": arn, "SourceVersion": "1"},
        "GetLicenseUsage": {"LicenseArn": arn},
        "CheckoutLicense": checkout_request(account, license),
        "CheckoutBorrowLicense": borrow_request(arn),
        "CheckInLicense": taken | {"Beneficiary": license["Beneficiary"]},
        "ExtendLicenseConsumption": taken | {"DryRun": True},
        "GetServiceSettings": {},
        "UpdateServiceSettings": {
            "S3BucketArn": "arn:aws:s3:::aws-license-manager-service-reports",
            "SnsTopicArn": f"arn:aws:sns:us-east-1:{account.number}:aws-license-manager-service-alerts",
            "OrganizationConfiguration": {"EnableIntegration": False},
            "EnableCrossAccountsDiscovery": False,
            "EnabledDiscoverySourceRegions": ["us-east-1"],
        },
    }


def changed(request, path, value):
    """The request with another value at a path such as `Entitlements.0.Name`."""
    request = copy.deepcopy(request)
    place, last = _place(request, path)
    place[last] = value
    return request


def without(request, path):
    """The request without the member at this path."""
    request = copy.deepcopy(request)
    place, last = _place(request, path)
    del place[last]
    return request


def member(path):
    """How messages write a path: `entitlements.1.member.name`."""
    words = []
    for word in path.split("."):
        words.append(f"{int(word) + 1}.member" if word.isdigit() else word[0].lower() + word[1:])
    return ".".join(words)


def _place(request, path):
    *way, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    for word in way:
        request = request[word]
    return request, last
