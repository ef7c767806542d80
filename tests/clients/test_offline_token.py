"""A borrowed license, verified by a library that knows nothing of Licentia."""

import base64
import hashlib
import json
import time
import urllib.error
import urllib.request

import jwt
import pytest

from support.samples import borrow_request, checkout_request, license_request

METHODS = ["ES256", "PS384"]


def key_set(account):
    with urllib.request.urlopen(f"{account.server.url}/issuers/{account.number}/jwks.json") as answer:
        assert answer.headers["Content-Type"] == "application/jwk-set+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return json.load(answer)


def public_key(account, token):
    """The key of the set that the token's header names."""
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.PyJWKSet.from_dict(key_set(account))[kid].key


def verified(license, token, key, algorithm, **options):
    """The claims of a token for the license's product."""
    return jwt.decode(token, key, algorithms=[algorithm], audience=license["ProductSKU"], **options)


def borrow(client, license, algorithm, **changes):
    request = borrow_request(license["LicenseArn"], DigitalSignatureMethod=f"JWT_{algorithm}", **changes)
    return client.checkout_borrow_license(**request)


@pytest.mark.parametrize("algorithm", METHODS)
def test_a_borrowed_token_verifies_and_says_what_the_answer_says(client, vendor, license, algorithm):
    metadata = [{"Name": "Mac", "Value": "0a:58:a9:fe:ac:02"}]
    answer = borrow(client, license, algorithm, NodeId="node-1", CheckoutMetadata=metadata)
    token = answer["SignedToken"]
    required = {"require": ["exp", "iat", "aud"]}
    claims = verified(license, token, public_key(vendor, token), algorithm, options=required)
    assert claims["entitlementsAllowed"] == [{"name": "Seats", "unit": "Count", "value": "1"}]
    assert claims["licenseArn"] == license["LicenseArn"]
    assert claims["licenseConsumptionToken"] == answer["LicenseConsumptionToken"]
    assert (claims["issuedAt"], claims["expiration"]) == (answer["IssuedAt"], answer["Expiration"])
    assert claims["exp"] - claims["iat"] == 24 * 60 * 60
    assert claims["nodeId"] == "node-1"
    assert claims["checkoutMetadata"] == {"Mac": "0a:58:a9:fe:ac:02"}
    assert claims["iss"] == vendor.fingerprint()


@pytest.mark.parametrize("algorithm", METHODS)
def test_the_header_names_the_algorithm_and_a_key_of_the_set(client, vendor, license, algorithm):
    header = jwt.get_unverified_header(borrow(client, license, algorithm)["SignedToken"])
    assert header["alg"] == algorithm
    key = next(key for key in key_set(vendor)["keys"] if key["kid"] == header["kid"])
    assert key["kty"] == {"ES256": "EC", "PS384": "RSA"}[algorithm]
    assert not set(key) & {"d", "p", "q", "dp", "dq", "qi"}


def test_a_key_is_named_by_its_thumbprint(vendor):
    for key in key_set(vendor)["keys"]:
        members = {"EC": ["crv", "kty", "x", "y"], "RSA": ["e", "kty", "n"]}[key["kty"]]
        text = json.dumps({name: key[name] for name in members}, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).digest()
        assert key["kid"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.parametrize("algorithm", METHODS)
def test_a_changed_character_is_noticed(client, vendor, license, algorithm):
    token = borrow(client, license, algorithm)["SignedToken"]
    key = public_key(vendor, token)
    header, payload, signature = token.split(".")
    for changed in (
        f"{header}.{flipped(payload)}.{signature}",
        f"{header}.{payload}.{flipped(signature)}",
    ):
        with pytest.raises(jwt.InvalidSignatureError):
            verified(license, changed, key, algorithm)


@pytest.mark.parametrize("algorithm", METHODS)
def test_any_library_enforces_the_product(client, vendor, license, algorithm):
    token = borrow(client, license, algorithm)["SignedToken"]
    key = public_key(vendor, token)
    assert verified(license, token, key, algorithm)["aud"] == license["ProductSKU"]
    with pytest.raises(jwt.InvalidAudienceError):
        verified({"ProductSKU": "another"}, token, key, algorithm)
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, algorithms=[algorithm])


def test_any_library_enforces_the_expiry(client, vendor, license):
    # The first borrow makes the keys, which may take longer than the license below is valid.
    keys = {method: public_key(vendor, borrow(client, license, method)["SignedToken"]) for method in METHODS}
    end = int(time.time()) + 10
    validity = {"Begin": "2020-01-01T00:00:00Z", "End": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end))}
    request = license_request(Validity=validity)
    ending = {**client.create_license(**request), "ProductSKU": request["ProductSKU"]}
    tokens = {method: borrow(client, ending, method)["SignedToken"] for method in METHODS}
    for method, token in tokens.items():
        assert verified(ending, token, keys[method], method)["exp"] == end
    while time.time() <= end:
        time.sleep(0.1)
    for method, token in tokens.items():
        with pytest.raises(jwt.ExpiredSignatureError):
            verified(ending, token, keys[method], method)


def test_a_checkout_carries_a_token_too(client, vendor, license):
    answer = client.checkout_license(**checkout_request(vendor, license))
    token = answer["SignedToken"]
    claims = verified(license, token, public_key(vendor, token), "ES256")
    assert claims["licenseConsumptionToken"] == answer["LicenseConsumptionToken"]


def test_the_keys_of_an_issuer_stay_the_same(client, vendor, license):
    kids = {jwt.get_unverified_header(borrow(client, license, "ES256")["SignedToken"])["kid"] for _ in range(2)}
    assert len(kids) == 1


@pytest.mark.parametrize("account", ["000000000000", "x", "12345678901%32%2e%2e"])
def test_who_issues_nothing_has_no_keys(server, account):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.url}/issuers/{account}/jwks.json")
    assert refused.value.code == 404
    assert refused.value.headers["x-amzn-RequestId"]
    assert json.load(refused.value)["message"]


def flipped(text):
    """The text with one character in its middle exchanged."""
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
