"""Customers without an account: tokens, temporary credentials, and access tokens sent as they are."""

import json
import uuid
from contextlib import contextmanager

import boto3
import jwt
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from support.commands import licentia
from support.samples import borrow_request, checkout_request, consumed, license_request, token
from support.server import REGION, boto_config
from support.wire import JSON11, assert_error, basic_headers, call, send

ISSUER = "https://openid-license-manager.amazonaws.com"
ORIGIN = "https://app.example.com"


def unsigned(server, service="license-manager"):
    """boto3 without any credentials."""
    config = boto_config().merge(Config(signature_version=UNSIGNED))
    return boto3.session.Session().client(service, endpoint_url=server.url, region_name=REGION, config=config)


def temporary(server, credentials, service="license-manager"):
    """boto3 with temporary credentials, as STS answers them."""
    return boto3.session.Session().client(
        service,
        endpoint_url=server.url,
        region_name=REGION,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=boto_config(),
    )


def role(account):
    return f"arn:aws:iam::{account.number}:role/AWSLicenseManagerConsumptionRole"


def assume(server, account, access, **changes):
    request = {"RoleArn": role(account), "RoleSessionName": "laptop", "WebIdentityToken": access} | changes
    return unsigned(server, "sts").assume_role_with_web_identity(**request)


def bear(server, access, operation, request, **headers):
    """A call as `fetch` makes it: the access token, and no signature."""
    headers = basic_headers(server, operation) | {"Authorization": f"Bearer {access}"} | headers
    return send(server, headers, json.dumps(request).encode())


@contextmanager
def refuses(code, text=None, status=400):
    """The call must fail so: the classes of errors are each client's own."""
    with pytest.raises(ClientError, match=text) as refused:
        yield
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.fixture
def refresh(client, vendor, license):
    return client.create_token(
        LicenseArn=license["LicenseArn"],
        RoleArns=[role(vendor)],
        TokenProperties=["customer:acme"],
        ClientToken=token(),
    )


@pytest.fixture
def access(server, refresh):
    return unsigned(server).get_access_token(Token=refresh["Token"])["AccessToken"]


@pytest.fixture
def wanted(vendor, license):
    """A checkout of the license, which need not say for whom."""
    request = checkout_request(vendor, license)
    del request["Beneficiary"]
    return request


def test_stock_clients_go_from_the_refresh_token_to_a_checkout(server, vendor, license, refresh, wanted, client):
    assert (refresh["TokenType"], len(refresh["Token"]) <= 4096) == ("REFRESH_TOKEN", True)
    answer = unsigned(server).get_access_token(Token=refresh["Token"], TokenProperties=["customer:acme"])
    assumed = assume(server, vendor, answer["AccessToken"], DurationSeconds=900)
    assert assumed["SubjectFromWebIdentityToken"] == refresh["TokenId"]
    assert (assumed["Provider"], assumed["Audience"]) == (ISSUER, license["LicenseArn"])
    arn = f"arn:aws:sts::{vendor.number}:assumed-role/AWSLicenseManagerConsumptionRole/laptop"
    assert assumed["AssumedRoleUser"]["Arn"] == arn
    credentials = assumed["Credentials"]
    assert credentials["AccessKeyId"].startswith("ASIA") and credentials["Expiration"].tzinfo

    identity = temporary(server, credentials, "sts").get_caller_identity()
    assert (identity["Arn"], identity["Account"]) == (arn, vendor.number)
    assert identity["UserId"] == assumed["AssumedRoleUser"]["AssumedRoleId"]

    customer = temporary(server, credentials)
    taken = customer.checkout_license(**wanted)
    assert taken["LicenseArn"] == license["LicenseArn"]
    assert consumed(client, license["LicenseArn"])["Seats"] == 1
    consumption = {"LicenseConsumptionToken": taken["LicenseConsumptionToken"]}
    assert customer.extend_license_consumption(**consumption)["Expiration"]
    assert customer.get_license(LicenseArn=license["LicenseArn"])["License"]["LicenseArn"] == license["LicenseArn"]
    customer.check_in_license(**consumption)
    assert consumed(client, license["LicenseArn"])["Seats"] == 0


def test_a_signed_exchange_must_be_signed_well(server, vendor, customer, refresh):
    for account in (vendor, customer):
        assert account.client().get_access_token(Token=refresh["Token"])["AccessToken"]
    request = {"Token": refresh["Token"]}
    assert_error(call(vendor, "GetAccessToken", request, secret="wrong"), "InvalidSignatureException")
    headers = basic_headers(server, "GetAccessToken") | {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}
    answer = send(server, headers, json.dumps(request).encode())
    assert_error(answer, "IncompleteSignatureException")


def test_unsigned_calls_of_anything_else_are_refused(server, license, wanted):
    for operation, request in [("CheckoutLicense", wanted), ("GetLicense", {"LicenseArn": license["LicenseArn"]})]:
        answer = send(server, basic_headers(server, operation), json.dumps(request).encode())
        assert_error(answer, "MissingAuthenticationTokenException")


def test_anyone_can_verify_a_token_by_the_published_keys(server, license, refresh, access):
    configuration = send(server, {}, b"", method="GET", path="/.well-known/openid-configuration").json
    assert configuration["issuer"] == ISSUER
    assert configuration["jwks_uri"] == f"{server.url}/.well-known/jwks.json"
    keys = jwt.PyJWKClient(configuration["jwks_uri"])
    for text, token_use in [(refresh["Token"], "refresh"), (access, "access")]:
        key = keys.get_signing_key_from_jwt(text)
        claims = jwt.decode(text, key, algorithms=["RS256"], audience=license["LicenseArn"], issuer=ISSUER)
        assert (claims["sub"], claims["token_use"]) == (refresh["TokenId"], token_use)


def test_tokens_are_listed_and_deleted(server, client, license, refresh, access):
    listed = client.list_tokens(TokenIds=[refresh["TokenId"]])["Tokens"]
    assert [(token["Status"], token["TokenProperties"]) for token in listed] == [("AVAILABLE", ["customer:acme"])]
    assert "Token" not in listed[0]
    client.delete_token(TokenId=refresh["TokenId"])
    of_license = [{"Name": "LicenseArns", "Values": [license["LicenseArn"]]}]
    assert [token["Status"] for token in client.list_tokens(Filters=of_license)["Tokens"]] == ["DELETED"]
    with refuses("ValidationException"):
        unsigned(server).get_access_token(Token=refresh["Token"])
    # What was issued before runs out on its own.
    assert bear(server, access, "GetLicense", {"LicenseArn": license["LicenseArn"]}).status == 200


def test_a_property_that_the_token_lacks_is_refused(server, client, refresh):
    with refuses("AccessDeniedException"):
        unsigned(server).get_access_token(Token=refresh["Token"], TokenProperties=["customer:other"])


def test_a_retry_answers_the_same_token(client, license):
    request = {"LicenseArn": license["LicenseArn"], "ClientToken": token()}
    first, second = client.create_token(**request), client.create_token(**request)
    assert (first["TokenId"], first["Token"]) == (second["TokenId"], second["Token"])
    with refuses("ValidationException"):
        client.create_token(**request, TokenProperties=["other"])


def test_sts_refuses_in_its_own_words(server, vendor, customer, refresh, access):
    changed = access[:-8] + "AAAAAAAA"
    for text in (refresh["Token"], changed, "x" * 5000, "x.y.z"):
        with refuses("InvalidIdentityToken"):
            assume(server, vendor, text)
    with refuses("AccessDenied", status=403):
        assume(server, customer, access)
    for changes in ({"DurationSeconds": 3601}, {"RoleArn": "arn:aws:iam::1:role/AWSLicenseManagerConsumptionRole"}):
        with refuses("ValidationError"):
            assume(server, vendor, access, **changes)


def test_credentials_cannot_be_mixed(server, vendor, access):
    ours, theirs = (assume(server, vendor, access)["Credentials"] for _ in range(2))
    for mixed in (
        ours | {"SessionToken": theirs["SessionToken"]},
        ours | {"SessionToken": ours["SessionToken"][:-4] + "AAAA"},
        ours | {"AccessKeyId": vendor.access_key, "SecretAccessKey": vendor.secret},
    ):
        with refuses("UnrecognizedClientException"):
            temporary(server, mixed).get_license(LicenseArn="arn:aws:license-manager::1:license:l-1")
        with refuses("InvalidClientTokenId", status=403):
            temporary(server, mixed, "sts").get_caller_identity()
    with refuses("InvalidSignatureException"):
        temporary(server, ours | {"SecretAccessKey": theirs["SecretAccessKey"]}).list_licenses()


def test_a_session_policy_narrows_the_credentials(server, vendor, license, access, wanted):
    reading = {"Effect": "Allow", "Action": "license-manager:GetLicense", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    reader = temporary(server, assume(server, vendor, access, Policy=policy)["Credentials"])
    assert reader.get_license(LicenseArn=license["LicenseArn"])["License"]["Status"] == "AVAILABLE"
    with refuses("AccessDeniedException", "no session policy allows"):
        reader.checkout_license(**wanted)
    preset = [{"arn": "arn:aws:iam::aws:policy/LicenseManagerReadOnly"}]
    reader = temporary(server, assume(server, vendor, access, PolicyArns=preset)["Credentials"])
    with refuses("AccessDeniedException", "no session policy allows"):
        reader.checkout_license(**wanted)
    with refuses("MalformedPolicyDocument"):
        assume(server, vendor, access, Policy="{}")


def test_a_token_is_good_for_its_license_alone(server, vendor, client, license, access, wanted):
    other = license_request(ProductSKU=license["ProductSKU"])
    other = client.create_license(**other)["LicenseArn"]
    customer = temporary(server, assume(server, vendor, access)["Credentials"])
    assert customer.checkout_license(**wanted)["LicenseArn"] == license["LicenseArn"]
    with refuses("InvalidParameterValueException"):
        customer.get_license(LicenseArn=other)
    with refuses("ResourceNotFoundException"):
        customer.checkout_borrow_license(**borrow_request(other))
    for operation, request in [
        ("list_licenses", {}),
        ("list_tokens", {}),
        ("delete_license", {"LicenseArn": license["LicenseArn"], "SourceVersion": "1"}),
        ("create_token", {"LicenseArn": license["LicenseArn"], "ClientToken": token()}),
    ]:
        with refuses("AccessDeniedException", "is not authorized to perform"):
            getattr(customer, operation)(**request)


def test_an_access_token_serves_in_place_of_a_signature(server, license, access, wanted):
    taken = bear(server, access, "CheckoutLicense", wanted)
    assert (taken.status, taken.json["LicenseArn"]) == (200, license["LicenseArn"])
    consumption = {"LicenseConsumptionToken": taken.json["LicenseConsumptionToken"]}
    assert bear(server, access, "CheckInLicense", consumption).status == 200
    assert_error(bear(server, access, "ListLicenses", {}), "AccessDeniedException")


def test_bearers_of_anything_else_are_refused(server, vendor, refresh, access, wanted):
    assert_error(bear(server, "", "CheckoutLicense", wanted), "IncompleteSignatureException")
    for text in (refresh["Token"], access[:-8] + "AAAAAAAA", "x", "x" * 5000):
        answer = bear(server, text, "CheckoutLicense", wanted)
        assert_error(answer, "UnrecognizedClientException")
    assert "refresh token" in bear(server, refresh["Token"], "CheckoutLicense", wanted).message


def test_a_browser_may_call_from_any_page(server, refresh, access, wanted):
    asks = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-amz-target",
    }
    preflight = send(server, asks, b"", method="OPTIONS")
    assert (preflight.status, preflight.body) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Credentials"] is None
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert int(preflight.headers["Access-Control-Max-Age"]) >= 600
    allowed = {name.strip() for name in preflight.headers["Access-Control-Allow-Headers"].split(",")}
    assert allowed >= {
        "authorization", "content-type", "x-amz-target", "x-amz-date", "x-amz-security-token",
        "x-amz-content-sha256", "x-amz-user-agent", "amz-sdk-invocation-id", "amz-sdk-request",
    }
    good = bear(server, access, "CheckoutLicense", wanted, Origin=ORIGIN)
    bad = bear(server, refresh["Token"], "CheckoutLicense", wanted, Origin=ORIGIN)
    assert (good.status, bad.status) == (200, 400)
    for answer in (good, bad):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "x-amzn-requestid" in answer.headers["Access-Control-Expose-Headers"]
        assert uuid.UUID(answer.headers["x-amzn-requestid"])
    for path in ("/health", "/.well-known/jwks.json", "/.well-known/openid-configuration"):
        answer = send(server, {"Origin": ORIGIN}, b"", method="GET", path=path)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


def test_an_answer_to_an_access_token_is_json(server, access):
    answer = bear(server, access, "GetLicense", {"LicenseArn": "l-1"})
    assert answer.headers["Content-Type"] == JSON11
    assert_error(answer, "ValidationException")


def test_a_session_may_what_its_role_may_for_the_tokens_that_the_role_trusts(
    server, vendor, license, access, refresh, tmp_path
):
    policy, trust = tmp_path / "usage.json", tmp_path / "trust.json"
    allow = {"Effect": "Allow", "Action": "license-manager:GetLicenseUsage", "Resource": license["LicenseArn"]}
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": allow}))
    federated = "openid-license-manager.amazonaws.com"
    admit = {
        "Effect": "Allow",
        "Principal": {"Federated": federated},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{federated}:sub": refresh["TokenId"]}},
    }
    trust.write_text(json.dumps({"Version": "2012-10-17", "Statement": admit}))
    words = ("--account", vendor.number, "--name", "Metering", "--policy", policy, "--trust-policy", trust)
    licentia(server, "roles", "create", *words)
    arn = f"arn:aws:iam::{vendor.number}:role/Metering"
    metering = temporary(server, assume(server, vendor, access, RoleArn=arn)["Credentials"])
    metering.get_license_usage(LicenseArn=license["LicenseArn"])
    with refuses("AccessDeniedException"):
        metering.get_license(LicenseArn=license["LicenseArn"])
    other = vendor.client().create_token(LicenseArn=license["LicenseArn"], ClientToken=token())
    other = unsigned(server).get_access_token(Token=other["Token"])["AccessToken"]
    with refuses("AccessDenied", status=403):
        assume(server, vendor, other, RoleArn=arn)
    licentia(server, "roles", "delete", "--account", vendor.number, "Metering")
    with refuses("AccessDeniedException"):
        metering.get_license_usage(LicenseArn=license["LicenseArn"])
