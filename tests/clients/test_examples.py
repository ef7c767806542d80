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
    "DeleteLicense",
]
SETTINGS = ["UpdateServiceSettings", "GetServiceSettings"]
# There is nothing on a page after the last one.
LAST_PAGE = {"NextToken"}
# The published license names a key of its own account, the replay the account's own key.
OWN_KEY = {"SignKey"}


def shape(value):
    """The members of an answer, without their values."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items() if name not in LAST_PAGE | OWN_KEY}
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
        if operation == "CheckoutLicense":
            request["KeyFingerprint"] = vendor.fingerprint("Example Software Inc")
            request["Beneficiary"] = EXAMPLES["CreateLicense"]["request"]["Beneficiary"]
        if operation == "CheckInLicense":
            request["Beneficiary"] = EXAMPLES["CreateLicense"]["request"]["Beneficiary"]
        if operation == "DeleteLicense":
            request["SourceVersion"] = "2"
        answer = client._make_api_call(operation, request)
        if operation in ("CreateLicense", "CheckoutLicense"):
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


def test_what_was_sent_comes_back(replay):
    sent, read = EXAMPLES["CreateLicense"]["request"], replay["GetLicense"]["License"]
    for name in ("Entitlements", "ConsumptionConfiguration", "LicenseMetadata", "Validity", "Beneficiary"):
        assert read[name] == sent[name], name
    assert replay["CheckoutBorrowLicense"]["CheckoutMetadata"] == [{"Name": "Mac", "Value": "0a:58:a9:fe:ac:02"}]
    usages = replay["GetLicenseUsage"]["LicenseUsage"]["EntitlementUsages"]
    assert {usage["Name"]: usage["ConsumedValue"] for usage in usages} == {"DataTransfer": "0", "Seats": "2"}
