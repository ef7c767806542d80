"""Every operation that is served: what its table says, and how it refuses who and what it must."""

import json

import pytest

from support.commands import access_key, new_account
from support.operations import (
    COMMON,
    DENIED,
    ERRORS,
    NOT_FOUND,
    REQUIRED,
    SERVED,
    I,
    V,
    changed,
    list_of,
    member,
    validation,
    without,
)
from support.stage import OF_THE_MANAGER, Stage
from support.wire import assert_error, basic_headers, call, send

OPERATIONS = sorted(SERVED)
MISSING = [pytest.param(name, path, id=f"{name}-{path}") for name in OPERATIONS for path in REQUIRED[name]]
# What these are about is the caller's own, whoever calls.
OF_THE_CALLER = {"CreateLicense", "GetServiceSettings", "UpdateServiceSettings"}
# Who has the text of a refresh token may exchange it, signed as anybody or not at all (T-7).
OF_THE_BEARER = {"GetAccessToken"}
# The ARN of a grant is no secret, its contents are: who may not change it is told so (errors.md 6).
NOT_ALLOWED = {"AcceptGrant", "CreateGrant", "CreateGrantVersion", "DeleteGrant", "RejectGrant"}
# What a token is good for (T-1), and what serves whoever comes.
OF_THE_TOKEN = {
    "CheckInLicense",
    "CheckoutBorrowLicense",
    "CheckoutLicense",
    "ExtendLicenseConsumption",
    "GetLicense",
    "GetLicenseUsage",
} | OF_THE_BEARER


@pytest.fixture(scope="module")
def stage(server, buyer, manager):
    return Stage(server.vendor, buyer, manager)


@pytest.fixture(scope="module")
def requests(stage):
    return stage.requests()


@pytest.fixture(autouse=True, scope="module")
def nothing_changes(stage):
    """A refused request changes nothing: after all of them everything is as it was."""
    before = stage.state()
    yield
    assert stage.state() == before


@pytest.fixture(scope="module")
def denied(server, stage, tmp_path_factory):
    """Access keys to which everything is allowed, and each operation denied by its name; by account."""
    file = tmp_path_factory.mktemp("policies") / "denied.json"
    names = [f"license-manager:{name}" for name in OPERATIONS]
    allow, deny = ({"Effect": effect, "Resource": "*"} for effect in ("Allow", "Deny"))
    statements = [allow | {"Action": "*"}, deny | {"Action": names}]
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    accounts = {stage.sender(name).number for name in OPERATIONS}
    return {number: access_key(server, number, "--policy", file) for number in accounts}


@pytest.fixture(scope="module")
def others(server):
    """Two accounts whose licenses and grants may change."""
    return new_account(server, "Seller"), new_account(server, "Taker")


@pytest.fixture(scope="module")
def bearer(stage):
    return stage.vendor.client().get_access_token(Token=stage.token["Token"])["AccessToken"]


def test_every_operation_has_a_request(requests):
    assert sorted(requests) == OPERATIONS


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_lists_the_errors_that_its_description_does(operation):
    assert SERVED[operation].errors == ERRORS[operation]
    assert not SERVED[operation].errors & COMMON


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_is_refused_without_credentials(server, requests, operation):
    answer = send(server, basic_headers(server, operation), json.dumps(requests[operation]).encode())
    assert SERVED[operation].unsigned == (operation in OF_THE_BEARER)
    if operation in OF_THE_BEARER:
        assert answer.status == 200
    else:
        assert_error(answer, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in OF_THE_CALLER | OF_THE_BEARER])
def test_a_request_about_what_is_anothers_is_refused(customer, requests, operation):
    answer = call(customer, operation, requests[operation])
    if operation in OF_THE_MANAGER:
        assert_error(answer, DENIED)
    elif operation in NOT_ALLOWED:
        assert_error(answer, V)
        assert answer.message.startswith(f"Caller arn:aws:iam::{customer.number}:user/")
    elif REQUIRED[operation] == [] and list_of(operation):
        assert (answer.status, answer.json[list_of(operation)]) == (200, [])
    else:
        assert_error(answer, NOT_FOUND if NOT_FOUND in ERRORS[operation] else I)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_request_is_refused_by_a_policy_that_denies_it(stage, requests, denied, operation):
    account = denied[stage.sender(operation).number]
    answer = call(account, operation, requests[operation])
    assert_error(answer, DENIED)
    words = f"is not authorized to perform: license-manager:{operation} on resource: "
    assert answer.message.startswith(f"User: arn:aws:iam::{account.number}:user/") and words in answer.message
    assert answer.message.endswith("with an explicit deny in an identity-based policy")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in OF_THE_TOKEN])
def test_a_request_is_refused_to_the_holder_of_a_token(server, requests, bearer, operation):
    headers = basic_headers(server, operation) | {"Authorization": f"Bearer {bearer}"}
    answer = send(server, headers, json.dumps(requests[operation]).encode())
    assert_error(answer, DENIED)
    assert f"is not authorized to perform: license-manager:{operation}" in answer.message


@pytest.mark.parametrize("operation, path", MISSING)
def test_a_request_is_refused_that_lacks_a_required_member(stage, requests, operation, path):
    for request in (without(requests[operation], path), changed(requests[operation], path, None)):
        answer = call(stage.sender(operation), operation, request)
        assert_error(answer, validation(operation))
        assert answer.message.startswith("1 validation error detected: ")
        constraint = "failed to satisfy constraint: Member must not be null"
        assert f"Value 'null' at '{member(path)}' {constraint}" in answer.message


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if len(REQUIRED[name]) > 1])
def test_all_missing_members_stand_in_one_message(stage, operation):
    top = [path for path in REQUIRED[operation] if "." not in path]
    answer = call(stage.sender(operation), operation, {})
    assert_error(answer, validation(operation))
    assert answer.message.startswith(f"{len(top)} validation errors detected: ")
    for path in top:
        assert f"at '{member(path)}'" in answer.message


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_wrong_with_the_requests_that_are_refused_to_others(others, manager, operation):
    stage = Stage(*others, manager)
    answer = call(stage.sender(operation), operation, stage.requests()[operation])
    assert answer.status == 200, answer.body
