"""Licenses signed by keys that never leave KMS."""

import pytest

from support import aws
from support.programs import free_port
from support.samples import borrow_request, checkout_request, license_request, version_request
from support.server import REGION, Server
from support.tokens import verified

SPECS = {"ES256": "ECC_NIST_P256", "PS384": "RSA_2048"}
UNFIT = {
    "symmetric": {},
    "for HMAC": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "for encryption": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
    "on another curve": {"KeySpec": "ECC_NIST_P384", "KeyUsage": "SIGN_VERIFY"},
}


@pytest.fixture(scope="module")
def kms_server(tmp_path_factory):
    """A service, and the KMS of its vendor's account."""
    folder, port = tmp_path_factory.mktemp("kms"), free_port()
    env = aws.CREDENTIALS | {"AWS_ENDPOINT_URL_KMS": f"http://127.0.0.1:{port}"}
    with Server(folder / "data", env=env) as server, aws.kms(folder, port, server.vendor.number):
        yield server, aws.client("kms", port)


@pytest.fixture(scope="module")
def keys(kms_server):
    """A key in KMS for each algorithm."""
    kms = kms_server[1]
    make = lambda spec: kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    return {algorithm: make(spec) for algorithm, spec in SPECS.items()}


@pytest.fixture
def vendor(kms_server):
    return kms_server[0].vendor


@pytest.fixture(scope="module")
def kms_client(kms_server):
    return kms_server[0].vendor.client()


def signed_with(key, **changes):
    return license_request(Issuer={"Name": "Example Software Inc", "SignKey": key}, **changes)


@pytest.mark.parametrize("algorithm", SPECS)
def test_a_key_in_kms_signs_what_is_borrowed(kms_client, vendor, keys, algorithm):
    arn = kms_client.create_license(**signed_with(keys[algorithm]))["LicenseArn"]
    assert kms_client.get_license(LicenseArn=arn)["License"]["Issuer"]["SignKey"] == keys[algorithm]
    request = borrow_request(arn, DigitalSignatureMethod=f"JWT_{algorithm}")
    borrowed = kms_client.checkout_borrow_license(**request)
    claims = verified(vendor, borrowed["SignedToken"], algorithm)
    assert claims["licenseArn"] == arn
    assert kms_client.checkout_borrow_license(**request)["SignedToken"] == borrowed["SignedToken"]


def test_an_alias_stands_for_its_key(kms_server, kms_client, vendor, keys):
    kms_server[1].create_alias(AliasName="alias/licenses", TargetKeyId=keys["ES256"])
    alias = f"arn:aws:kms:{REGION}:{vendor.number}:alias/licenses"
    arn = kms_client.create_license(**signed_with(alias))["LicenseArn"]
    verified(vendor, kms_client.checkout_borrow_license(**borrow_request(arn))["SignedToken"], "ES256")


@pytest.mark.parametrize("has, asked", [("ES256", "PS384"), ("PS384", "ES256")])
def test_a_key_signs_with_its_own_algorithm_only(kms_client, keys, has, asked):
    arn = kms_client.create_license(**signed_with(keys[has]))["LicenseArn"]
    refused = kms_client.exceptions.UnsupportedDigitalSignatureMethodException
    with pytest.raises(refused, match=f"JWT_{has}"):
        kms_client.checkout_borrow_license(**borrow_request(arn, DigitalSignatureMethod=f"JWT_{asked}"))
    usages = kms_client.get_license_usage(LicenseArn=arn)["LicenseUsage"]["EntitlementUsages"]
    assert usages[0]["ConsumedValue"] == "0"


@pytest.mark.parametrize("algorithm, has_token", [("ES256", True), ("PS384", False)])
def test_a_checkout_carries_a_token_if_the_key_makes_small_ones(kms_client, vendor, keys, algorithm, has_token):
    license = signed_with(keys[algorithm])
    kms_client.create_license(**license)
    taken = kms_client.checkout_license(**checkout_request(vendor, license))
    assert ("SignedToken" in taken) == has_token
    if has_token:
        verified(vendor, taken["SignedToken"], algorithm)


@pytest.mark.parametrize("kind", UNFIT)
def test_an_unfit_key_is_refused(kms_server, kms_client, kind):
    key = kms_server[1].create_key(**UNFIT[kind])["KeyMetadata"]["Arn"]
    with pytest.raises(kms_client.exceptions.ValidationException, match="does not fit"):
        kms_client.create_license(**signed_with(key))


def test_a_disabled_key_is_refused(kms_server, kms_client):
    key = kms_server[1].create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    kms_server[1].disable_key(KeyId=key["KeyId"])
    with pytest.raises(kms_client.exceptions.ValidationException, match="Disabled"):
        kms_client.create_license(**signed_with(key["Arn"]))


def test_an_unknown_key_is_refused(kms_client, vendor, keys):
    missing = f"arn:aws:kms:{REGION}:{vendor.number}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    with pytest.raises(kms_client.exceptions.ValidationException, match="does not exist"):
        kms_client.create_license(**signed_with(missing))
    license = signed_with(keys["ES256"])
    created = kms_client.create_license(**license)
    issuer = {"Name": "Example Software Inc", "SignKey": missing}
    with pytest.raises(kms_client.exceptions.ValidationException, match="does not exist"):
        kms_client.create_license_version(**version_request(created, license, Issuer=issuer))


def test_another_accounts_key_is_refused(kms_server, keys):
    customer = kms_server[0].customer.client()
    with pytest.raises(customer.exceptions.ValidationException, match="belongs to another account"):
        customer.create_license(**signed_with(keys["ES256"]))
