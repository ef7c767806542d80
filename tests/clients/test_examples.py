"""The published examples as the one story that they tell, each answer with every member of the published one."""

import json
import re
from pathlib import Path

import pytest

from support.commands import licentia, new_account
from support.operations import MODEL
from support.samples import token
from support.server import Server

EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text())
ISSUER, BUYER, MEMBER = "111122223333", "444455556666", "777788889999"
# What this service gives out itself: where a published answer has a name, later requests have ours.
GIVEN = {"LicenseArn", "GrantArn", "LicenseConsumptionToken", "TokenId", "Token"}
# What differs from answer to answer: keys, tokens, and the times of the calls.
VARYING = GIVEN | {
    "AccessToken",
    "CreateTime",
    "DeletionDate",
    "Expiration",
    "ExpirationTime",
    "IssuedAt",
    "LicenseManagerResourceShareArn",
    "ParentArn",
    "ServiceStatus",
    "SignedToken",
    "SignKey",
    "Validity",
}
# There is nothing on a page after the last one.
LAST_PAGE = {"NextToken"}
# The published grants override what is active of a product, although it is not from AWS Marketplace (G-21).
OVERRIDE = {"Options"}


class Story:
    """Issuer, buyer, and a member of the organization that the buyer manages; what they were answered."""

    def __init__(self, server):
        self.server, self.answers, self.ours = server, {}, {}
        named = ((ISSUER, "Issuer"), (BUYER, "Buyer"), (MEMBER, "Member"))
        self.clients = {number: new_account(server, name, "--id", number).client() for number, name in named}
        made = licentia(server, "organizations", "create", "--management", BUYER)
        self.organization = re.search(r"o-[a-z0-9]{10}", made)[0]
        joins = ("--organization", self.organization, "--account", MEMBER)
        licentia(server, "organizations", "accounts", "join", *joins)
        key = ("--account", ISSUER, "--name", "published", "--algorithm", "PS384")
        self.key = re.match(r"key (\S+) made", licentia(server, "keys", "create", *key))[1]

    def send(self, account, operation, **changes):
        """A request on the way, not among the published ones."""
        return self.clients[account]._make_api_call(operation, changes)

    def tell(self, account, operation, **changes):
        """The published request, but for the names that this service gave out."""
        request = self.request(operation) | changes
        answer = self.send(account, operation, **request)
        self.answers[operation] = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
        self.learn(EXAMPLES[operation]["response"], answer)
        return answer

    def request(self, operation):
        request = self.translate(EXAMPLES[operation]["request"])
        if "ClientToken" in request:
            request["ClientToken"] = token()
        if "Issuer" in request:
            request["Issuer"]["SignKey"] = self.key
        if "Validity" in request:
            request["Validity"] = {"Begin": "2020-01-01T00:00:00Z", "End": "2099-12-31T23:59:59Z"}
        for name in OVERRIDE & set(request):
            del request[name]
        return request

    def learn(self, published, ours):
        for name in GIVEN & set(published):
            self.ours.setdefault(published[name], ours[name])

    def translate(self, value):
        if isinstance(value, dict):
            return {name: self.translate(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.translate(item) for item in value]
        return self.ours.get(value, value)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("examples") / "data") as server:
        story = Story(server)
        license = story.tell(ISSUER, "CreateLicense")["LicenseArn"]
        grants_begin(story, license)
        the_buyer_consumes(story)
        the_buyer_distributes(story, license)
        a_program_without_an_account(story)
        the_license_goes_on(story)
        the_license_ends(story)
        yield story


def grants_begin(story, license):
    story.tell(ISSUER, "GetLicense")
    grant = story.tell(ISSUER, "CreateGrant")["GrantArn"]
    story.tell(BUYER, "AcceptGrant")
    story.tell(BUYER, "CreateGrantVersion")
    story.tell(ISSUER, "GetGrant")
    story.tell(ISSUER, "ListDistributedGrants")
    story.tell(BUYER, "ListReceivedGrants")
    story.tell(BUYER, "ListReceivedLicenses")
    assert (license.split(":")[4], grant.split(":")[4]) == (ISSUER, ISSUER)


def the_buyer_consumes(story):
    taken = [{"Name": "DataTransfer", "Value": "10", "Unit": "Gigabytes"}]
    story.send(BUYER, "CheckoutLicense", **story.request("CheckoutLicense") | {"Entitlements": taken})
    story.tell(BUYER, "CheckoutLicense")
    story.tell(BUYER, "ExtendLicenseConsumption")
    story.tell(ISSUER, "GetLicenseUsage")
    story.tell(BUYER, "CheckoutBorrowLicense")


def the_buyer_distributes(story, license):
    rights = [right for right in EXAMPLES["CreateGrant"]["request"]["AllowedOperations"] if right != "CreateGrant"]
    onward = story.request("CreateGrant") | {"GrantName": "Analytics Pro - org", "AllowedOperations": rights}
    published = EXAMPLES["RejectGrant"]["request"]["GrantArn"]

    # Before the organization is linked, a member is asked.
    to_member = {"ClientToken": token(), "Principals": [f"arn:aws:iam::{MEMBER}:root"]}
    refused = story.send(BUYER, "CreateGrant", **onward | to_member)["GrantArn"]
    story.tell(MEMBER, "RejectGrant", GrantArn=refused)

    story.tell(BUYER, "UpdateServiceSettings")
    story.tell(BUYER, "GetServiceSettings")
    to_all = {"ClientToken": token(), "Principals": [f"arn:aws:organizations::{BUYER}:organization/{story.organization}"]}
    parent = story.send(BUYER, "CreateGrant", **onward | to_all)["GrantArn"]
    [example] = EXAMPLES["ListReceivedGrantsForOrganization"]["request"]["Filters"]
    story.ours[example["Values"][0]] = parent
    [granted] = story.tell(BUYER, "ListReceivedGrantsForOrganization")["Grants"]
    story.tell(BUYER, "ListReceivedLicensesForOrganization")

    story.ours[published] = granted["GrantArn"]
    for status in ("ACTIVE", "DISABLED"):
        answered = {"GrantArn": granted["GrantArn"], "ClientToken": token(), "Status": status}
        story.send(MEMBER, "CreateGrantVersion", **answered)
    story.tell(BUYER, "DeleteGrant")


def a_program_without_an_account(story):
    story.tell(BUYER, "CreateToken")
    story.tell(BUYER, "GetAccessToken")
    story.tell(BUYER, "ListTokens")
    story.tell(BUYER, "DeleteToken")


def the_license_goes_on(story):
    story.tell(ISSUER, "CreateLicenseVersion")
    story.tell(ISSUER, "ListLicenses")
    story.tell(ISSUER, "ListLicenseVersions")
    story.tell(ISSUER, "TagResource")
    story.tell(ISSUER, "ListTagsForResource")
    story.tell(ISSUER, "UntagResource")


def the_license_ends(story):
    """Another license, as published: one that was used by the issuer, and is deleted in its third version."""
    beneficiary = {"Beneficiary": EXAMPLES["CheckInLicense"]["request"]["Beneficiary"]}
    other = story.send(ISSUER, "CreateLicense", **story.request("CreateLicense") | beneficiary)["LicenseArn"]
    taken = story.send(ISSUER, "CheckoutLicense", **story.request("CheckoutLicense") | beneficiary)
    story.tell(ISSUER, "CheckInLicense", LicenseConsumptionToken=taken["LicenseConsumptionToken"])
    story.ours[EXAMPLES["DeleteLicense"]["request"]["LicenseArn"]] = other
    for version in ("1", "2"):
        request = story.request("CreateLicenseVersion") | {"LicenseArn": other, "SourceVersion": version}
        story.send(ISSUER, "CreateLicenseVersion", **request)
    story.tell(ISSUER, "DeleteLicense")


def members(value, left_out):
    """All of a value but for these members."""
    if isinstance(value, dict):
        return {name: members(member, left_out) for name, member in value.items() if name not in left_out}
    if isinstance(value, list):
        return [members(item, left_out) for item in value]
    return value


def shape(value):
    """The types of a value's members, without what they hold."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return type(value)


def test_every_published_operation_is_told(story):
    assert len(EXAMPLES) == 31
    assert set(story.answers) == set(EXAMPLES) <= set(MODEL.operation_names)


@pytest.mark.parametrize("operation", EXAMPLES)
def test_an_answer_has_every_member_of_the_published_one(story, operation):
    published = members(EXAMPLES[operation]["response"], LAST_PAGE | OVERRIDE)
    answer = story.answers[operation]
    assert shape(answer) == shape(published)
    assert members(answer, VARYING) == members(published, VARYING)


def test_the_names_given_out_come_back(story):
    license = story.ours[EXAMPLES["CreateLicense"]["response"]["LicenseArn"]]
    grant = story.ours[EXAMPLES["CreateGrant"]["response"]["GrantArn"]]
    [received] = story.answers["ListReceivedLicenses"]["Licenses"]
    assert received["LicenseArn"] == story.answers["CheckoutLicense"]["LicenseArn"] == license
    assert received["Issuer"]["SignKey"] == story.key
    read = story.answers["GetGrant"]["Grant"]
    assert (read["GrantArn"], read["LicenseArn"], read["ParentArn"]) == (grant, license, license)
