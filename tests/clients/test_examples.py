"""The published examples: sent as they are, but for the names that this service gave out."""

import json
from pathlib import Path

import pytest

from support.commands import licentia
from support.samples import token
from support.server import Server

EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text())
STORY = [
    "CreateLicense",
    "GetLicense",
    "CreateLicenseVersion",
    "ListLicenses",
    "ListLicenseVersions",
    "CheckoutLicense",
    "ExtendLicenseConsumption",
    "CheckoutBorrowLicense",
    "GetLicenseUsage",
    "CheckInLicense",
    "CreateToken",
    "GetAccessToken",
    "ListTokens",
    "DeleteToken",
    "DeleteLicense",
]
SETTINGS = ["UpdateServiceSettings", "GetServiceSettings"]
GRANTS = [
    "CreateGrant",
    "AcceptGrant",
    "CreateGrantVersion",
    "GetGrant",
    "ListDistributedGrants",
    "ListReceivedGrants",
    "ListReceivedGrantsForOrganization",
    "DeleteGrant",
    "RejectGrant",
]
MEMBER = "777788889999"
# There is nothing on a page after the last one.
LAST_PAGE = {"NextToken"}
# The published grants override what is active of a product, although it is not from AWS Marketplace (G-21).
OVERRIDE = {"Options"}
# The published license names a key of its own account, the replay the account's own key.
OWN_KEY = {"SignKey"}
UNLIKE = LAST_PAGE | OVERRIDE | OWN_KEY


def shape(value):
    """The members of an answer, without their values."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items() if name not in UNLIKE}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value)


@pytest.fixture(scope="module")
def replay(client, server):
    """Every answer of the story, by operation."""
    vendor, given, answers = server.vendor, {}, {}
    for operation in STORY:
        request = json.loads(json.dumps(EXAMPLES[operation]["request"]))
        if "ClientToken" in request:
            request["ClientToken"] = token()
        if "Issuer" in request:
            del request["Issuer"]["SignKey"]
        if "LicenseArn" in request:
            request["LicenseArn"] = given["LicenseArn"]
        if "LicenseArns" in request:
            request["LicenseArns"] = [given["LicenseArn"]]
        if "LicenseConsumptionToken" in request:
            request["LicenseConsumptionToken"] = given["LicenseConsumptionToken"]
        if "TokenId" in request:
            request["TokenId"] = given["TokenId"]
        if "Token" in request:
            request["Token"] = given["Token"]
        if operation == "ListTokens":
            request["TokenIds"] = [given["TokenId"]]
            request["Filters"][0]["Values"] = [given["LicenseArn"]]
        if operation == "CheckoutLicense":
            request["KeyFingerprint"] = vendor.fingerprint("Example Software Inc")
            request["Beneficiary"] = EXAMPLES["CreateLicense"]["request"]["Beneficiary"]
        if operation == "CheckInLicense":
            request["Beneficiary"] = EXAMPLES["CreateLicense"]["request"]["Beneficiary"]
        if operation == "DeleteLicense":
            request["SourceVersion"] = "2"
        answer = client._make_api_call(operation, request)
        if operation in ("CreateLicense", "CheckoutLicense", "CreateToken"):
            given |= answer
        answers[operation] = answer
    return answers


@pytest.mark.parametrize("operation", STORY)
def test_an_answer_has_every_member_of_the_published_one(replay, operation):
    answer = {name: value for name, value in replay[operation].items() if name != "ResponseMetadata"}
    if operation == "CheckoutLicense":
        # Beyond the published answer: a token for offline use.
        assert answer.pop("SignedToken")
    assert shape(answer) == shape(EXAMPLES[operation]["response"])


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """The answers about settings, of an account that manages an organization."""
    with Server(tmp_path_factory.mktemp("settings") / "data") as server:
        licentia(server, "organizations", "create", "--management", server.vendor.number)
        client = server.vendor.client()
        return {name: client._make_api_call(name, EXAMPLES[name]["request"]) for name in SETTINGS}


@pytest.mark.parametrize("operation", SETTINGS)
def test_an_answer_about_settings_has_every_member_of_the_published_one(settings, operation):
    answer = {name: value for name, value in settings[operation].items() if name != "ResponseMetadata"}
    assert shape(answer) == shape(EXAMPLES[operation]["response"])
    for name, value in EXAMPLES["UpdateServiceSettings"]["request"].items():
        assert settings["GetServiceSettings"].get(name, value) == value, name


class Grants:
    """The story of the grants: issuer, buyer, and a member of the buyer's organization."""

    def __init__(self, server):
        self.vendor, self.customer, self.answers = server.vendor.client(), server.customer.client(), {}
        self.buyer = f"arn:aws:iam::{server.customer.number}:root"
        made = licentia(server, "organizations", "create", "--management", server.customer.number)
        organization = made.split()[1]
        self.organization = f"arn:aws:organizations::{server.customer.number}:organization/{organization}"
        licentia(server, "accounts", "create", "--id", MEMBER, "--name", "Member")
        licentia(server, "organizations", "accounts", "join", "--organization", organization, "--account", MEMBER)
        self.customer.update_service_settings(OrganizationConfiguration={"EnableIntegration": True})

    def call(self, client, operation, **changes):
        """The published request, but for the names that this service gave out."""
        request = json.loads(json.dumps(EXAMPLES[operation]["request"]))
        if "ClientToken" in request:
            request["ClientToken"] = token()
        request.pop("Options", None)
        self.answers[operation] = client._make_api_call(operation, request | changes)
        return self.answers[operation]

    def license(self):
        request = EXAMPLES["CreateLicense"]["request"] | {"ClientToken": token()}
        request["Issuer"] = {"Name": request["Issuer"]["Name"]}
        return self.vendor.create_license(**request)["LicenseArn"]

    def distributed(self, license):
        """The buyer's grant to its organization."""
        request = EXAMPLES["CreateGrant"]["request"]
        operations = [name for name in request["AllowedOperations"] if name != "CreateGrant"]
        request |= {"ClientToken": token(), "LicenseArn": license, "Principals": [self.organization]}
        return self.customer.create_grant(**request | {"AllowedOperations": operations})["GrantArn"]


@pytest.fixture(scope="module")
def grants(tmp_path_factory):
    """Every answer about grants, by operation."""
    with Server(tmp_path_factory.mktemp("grants") / "data") as server:
        story = Grants(server)
        license = story.license()
        only = [{"Name": "LicenseArn", "Values": [license]}]
        of_buyer = {"LicenseArn": license, "Principals": [story.buyer]}
        grant = story.call(story.vendor, "CreateGrant", **of_buyer)["GrantArn"]
        story.call(story.customer, "AcceptGrant", GrantArn=grant)
        story.call(story.customer, "CreateGrantVersion", GrantArn=grant)
        story.call(story.vendor, "GetGrant", GrantArn=grant)
        story.call(story.vendor, "ListDistributedGrants", GrantArns=[grant], Filters=only)
        story.call(story.customer, "ListReceivedGrants")
        parent = [{"Name": "ParentArn", "Values": [story.distributed(license)]}]
        listed = story.call(
            story.customer, "ListReceivedGrantsForOrganization", LicenseArn=license, Filters=parent
        )
        sub_grant = listed["Grants"][0]
        story.call(story.customer, "DeleteGrant", GrantArn=sub_grant["GrantArn"], Version=sub_grant["Version"])
        of_buyer["LicenseArn"] = story.license()
        rejected = story.vendor.create_grant(**EXAMPLES["CreateGrant"]["request"] | of_buyer | {"ClientToken": token()})
        story.call(story.customer, "RejectGrant", GrantArn=rejected["GrantArn"])
        yield story.answers


@pytest.mark.parametrize("operation", GRANTS)
def test_an_answer_about_grants_has_every_member_of_the_published_one(grants, operation):
    answer = {name: value for name, value in grants[operation].items() if name != "ResponseMetadata"}
    published = EXAMPLES[operation]["response"]
    assert shape(answer) == shape(published)
    if operation != "DeleteGrant":
        assert (answer.get("Status"), answer.get("Version")) == (published.get("Status"), published.get("Version"))


def test_a_sub_grant_is_as_published(grants):
    [answer], [published] = (
        side["Grants"]
        for side in (
            grants["ListReceivedGrantsForOrganization"],
            EXAMPLES["ListReceivedGrantsForOrganization"]["response"],
        )
    )
    for name in ("GranteePrincipalArn", "GrantStatus", "StatusReason", "Version", "GrantedOperations", "GrantType"):
        assert answer[name] == published[name], name


def test_what_was_sent_comes_back(replay):
    sent, read = EXAMPLES["CreateLicense"]["request"], replay["GetLicense"]["License"]
    for name in ("Entitlements", "ConsumptionConfiguration", "LicenseMetadata", "Validity", "Beneficiary"):
        assert read[name] == sent[name], name
    assert replay["CheckoutBorrowLicense"]["CheckoutMetadata"] == [{"Name": "Mac", "Value": "0a:58:a9:fe:ac:02"}]
    usages = replay["GetLicenseUsage"]["LicenseUsage"]["EntitlementUsages"]
    assert {usage["Name"]: usage["ConsumedValue"] for usage in usages} == {"DataTransfer": "0", "Seats": "2"}
