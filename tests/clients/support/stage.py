"""A license with all that can hang on it, and a good request of each operation about it."""

from .samples import (
    borrow_request,
    checkout_request,
    grant_request,
    license_request,
    root,
    token,
    version_request,
)

PROPERTIES = ["customer:acme"]
# An account that nobody here has.
ELSEWHERE = "arn:aws:iam::999999999999:root"

OF_THE_GRANTEE = {"AcceptGrant", "RejectGrant", "ListReceivedGrants", "ListReceivedLicenses"}
# What the account may ask that manages an organization.
OF_THE_MANAGER = {"ListReceivedGrantsForOrganization", "ListReceivedLicensesForOrganization"}


class Stage:
    """What the owner of a license made of it: a checkout, a token, a grant that its buyer has not answered."""

    def __init__(self, vendor, buyer, manager, license=None):
        self.vendor, self.buyer, self.manager, client = vendor, buyer, manager, vendor.client()
        self.license = license or license_request()
        if license is None:
            self.license["LicenseArn"] = client.create_license(**self.license)["LicenseArn"]
        self.arn = self.license["LicenseArn"]
        self.checkout = client.checkout_license(**checkout_request(vendor, self.license))["LicenseConsumptionToken"]
        self.token = client.create_token(LicenseArn=self.arn, ClientToken=token(), TokenProperties=PROPERTIES)
        self.grant = client.create_grant(**grant_request(self.arn, root(buyer)))["GrantArn"]

    def state(self):
        """All that an operation could have changed, as those see it who may."""
        client, theirs = self.vendor.client(), self.buyer.client()
        answers = [
            client.list_license_versions(LicenseArn=self.arn),
            client.get_license_usage(LicenseArn=self.arn),
            client.get_grant(GrantArn=self.grant),
            client.list_tags_for_resource(ResourceArn=self.arn),
            client.list_tokens(TokenIds=[self.token["TokenId"]]),
            client.get_service_settings(),
            theirs.list_received_grants(GrantArns=[self.grant]),
            theirs.list_received_licenses(LicenseArns=[self.arn]),
        ]
        # Of others nothing but that they are there: their time may come while a test runs.
        everything = [
            [license["LicenseArn"] for license in client.list_licenses(MaxResults=100)["Licenses"]],
            [grant["GrantArn"] for grant in client.list_distributed_grants(MaxResults=100)["Grants"]],
            [token["TokenId"] for token in client.list_tokens(MaxResults=100)["Tokens"]],
        ]
        told = [{name: value for name, value in answer.items() if name != "ResponseMetadata"} for answer in answers]
        return told + everything

    def sender(self, operation):
        """The account that may send the request."""
        if operation in OF_THE_MANAGER:
            return self.manager
        return self.buyer if operation in OF_THE_GRANTEE else self.vendor

    def requests(self):
        """A request of each operation with which nothing is wrong."""
        license, grant = {"LicenseArn": self.arn}, {"GrantArn": self.grant}
        taken = {"LicenseConsumptionToken": self.checkout}
        exchanged = {"Token": self.token["Token"], "TokenProperties": PROPERTIES}
        tagged = {"ResourceArn": self.arn}
        return {
            "AcceptGrant": grant,
            "CheckInLicense": taken | {"Beneficiary": self.license["Beneficiary"]},
            "CheckoutBorrowLicense": borrow_request(self.arn),
            "CheckoutLicense": checkout_request(self.vendor, self.license),
            "CreateGrant": grant_request(self.arn, ELSEWHERE),
            "CreateGrantVersion": grant | {"ClientToken": token(), "GrantName": "Renamed"},
            "CreateLicense": license_request(),
            "CreateLicenseVersion": version_request(license, self.license),
            "CreateToken": license | {"ClientToken": token(), "TokenProperties": PROPERTIES},
            "DeleteGrant": grant | {"Version": "1"},
            "DeleteLicense": license | {"SourceVersion": "1"},
            "DeleteToken": {"TokenId": self.token["TokenId"]},
            "ExtendLicenseConsumption": taken | {"DryRun": True},
            "GetAccessToken": exchanged,
            "GetGrant": grant,
            "GetLicense": license,
            "GetLicenseUsage": license,
            "GetServiceSettings": {},
            "ListDistributedGrants": {"GrantArns": [self.grant], "MaxResults": 10},
            "ListLicenseVersions": license | {"MaxResults": 10},
            "ListLicenses": {"LicenseArns": [self.arn], "MaxResults": 10},
            "ListReceivedGrants": {"GrantArns": [self.grant], "MaxResults": 10},
            "ListReceivedGrantsForOrganization": license | {"MaxResults": 10},
            "ListReceivedLicenses": {"LicenseArns": [self.arn], "MaxResults": 10},
            "ListReceivedLicensesForOrganization": {"MaxResults": 10},
            "ListTagsForResource": tagged,
            "ListTokens": {"TokenIds": [self.token["TokenId"]], "MaxResults": 10},
            "RejectGrant": grant,
            "TagResource": tagged | {"Tags": [{"Key": "stage", "Value": "prod"}]},
            "UntagResource": tagged | {"TagKeys": ["team"]},
            "UpdateServiceSettings": {
                "S3BucketArn": "arn:aws:s3:::aws-license-manager-service-reports",
                "SnsTopicArn": f"arn:aws:sns:us-east-1:{self.vendor.number}:aws-license-manager-service-alerts",
                "OrganizationConfiguration": {"EnableIntegration": False},
                "EnableCrossAccountsDiscovery": False,
                "EnabledDiscoverySourceRegions": ["us-east-1"],
            },
        }


