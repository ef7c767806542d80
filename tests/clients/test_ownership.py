"""What belongs to one account does not exist for another, in any operation."""

import pytest

from support.operations import REQUIRED
from support.samples import license_request
from support.stage import Stage
from support.wire import call

# What these are about is made by the request, or is the caller's own.
OF_THE_CALLER = {"CreateLicense", "UpdateServiceSettings"}
# Who has the text of a token may exchange it, whoever that is.
OF_THE_CALLER |= {"GetAccessToken"}
# Who may not act on a grant or a license is told so, wherever it is known to exist (errors.md 6).
NOT_ALLOWED = {"AcceptGrant", "CreateGrant", "CreateGrantVersion", "DeleteGrant", "RejectGrant"}
HIDING = sorted(name for name in REQUIRED if REQUIRED[name] and name not in OF_THE_CALLER | NOT_ALLOWED)


@pytest.fixture(scope="module")
def stage(server, buyer, manager):
    return Stage(server.vendor, buyer, manager)


def unsaid(text, *names):
    """The message, whatever it was that did not exist."""
    for name in names:
        text = text.replace(name, "it")
    return text


@pytest.mark.parametrize("operation", HIDING)
def test_foreign_and_unknown_are_told_apart_by_nobody(vendor, customer, stage, operation):
    missing = {
        "LicenseArn": f"arn:aws:license-manager::{vendor.number}:license:l-{'0' * 32}",
        "GrantArn": f"arn:aws:license-manager::{vendor.number}:grant:g-{'0' * 32}",
        "ResourceArn": f"arn:aws:license-manager::{vendor.number}:license:l-{'0' * 32}",
        "TokenId": "00000000-0000-7000-8000-000000000000",
        "LicenseConsumptionToken": "0" * len(stage.checkout),
        "ProductSKU": "sku-unknown",
    }
    foreign = stage.requests()[operation]
    unknown = foreign | {name: value for name, value in missing.items() if name in foreign}
    assert unknown != foreign
    answers = [call(customer, operation, request) for request in (foreign, unknown)]
    texts = [
        unsaid(answer.message, *[value for value in request.values() if isinstance(value, str)])
        for answer, request in zip(answers, (foreign, unknown))
    ]
    assert answers[0].code == answers[1].code
    assert texts[0] == texts[1]


def test_a_client_token_belongs_to_its_account(client, customer):
    request = license_request()
    ours = client.create_license(**request)
    theirs = customer.client().create_license(**request)
    assert ours["LicenseArn"] != theirs["LicenseArn"]
    assert customer.number in theirs["LicenseArn"]
