"""A signed token, checked as an application does that has nothing but the issuer's key set."""

import json
import urllib.request

import jwt


def verified(account, token, algorithm):
    """The claims, once the signature is found good under the keys that the account publishes; of any product."""
    with urllib.request.urlopen(f"{account.server.url}/issuers/{account.number}/jwks.json") as answer:
        keys = jwt.PyJWKSet.from_dict(json.load(answer))
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key.key, algorithms=[algorithm], options={"verify_aud": False})
