"""Requests as bytes, signed or not, past every check of a client library."""

import datetime
import hashlib
import hmac
import json
from http.client import HTTPConnection

from .server import REGION

JSON11 = "application/x-amz-json-1.1"


class Answer:
    """What came back."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["__type"]

    @property
    def message(self):
        return self.json["Message"]


def sign(account, headers, body, *, at=None, service="license-manager", region=REGION, signed=None, secret=None):
    """Adds AWS Signature Version 4 for `POST /`, written out so that each part can be wrong."""
    at = at or datetime.datetime.now(datetime.timezone.utc)
    date = at.strftime("%Y%m%dT%H%M%SZ")
    headers = headers | {"x-amz-date": date}
    names = sorted(signed or [name.lower() for name in headers])
    lower = {name.lower(): value for name, value in headers.items()}
    canonical_headers = "".join(f"{name}:{lower[name]}\n" for name in names)
    payload = hashlib.sha256(body).hexdigest()
    canonical = "\n".join(["POST", "/", "", canonical_headers, ";".join(names), payload])
    scope = f"{date[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{secret or account.secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={account.access_key}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={key.hex()}"
    )
    return headers | {"Authorization": authorization}


def basic_headers(server, operation):
    headers = {"Host": f"127.0.0.1:{server.port}", "Content-Type": JSON11}
    if operation is not None:
        headers["X-Amz-Target"] = f"AWSLicenseManager.{operation}"
    return headers


def send(server, headers, body, *, method="POST", path="/", timeout=60):
    """One request on its own connection; `body` may be an iterable, sent in chunks."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers, encode_chunked=not isinstance(body, bytes))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def call(account, operation, body, **signing):
    """A well-signed request of this operation; a dict becomes JSON."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    headers = sign(account, basic_headers(account.server, operation), body, **signing)
    return send(account.server, headers, body)


def assert_error(answer, code, status=400):
    """An error in the one form that every client reads."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["Content-Type"] == JSON11
    assert len(answer.headers["x-amzn-RequestId"]) == 36
    assert answer.headers["x-amzn-ErrorType"] == code, answer.body
    assert set(answer.json) >= {"__type", "Message"}
    assert answer.code == code, answer.body
    assert answer.message, answer.body
