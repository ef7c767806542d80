"""Bytes that are no request: a clear error each, no harm, nothing stored."""

import json
import socket
from contextlib import suppress

import pytest

from support.samples import license_request
from support.wire import JSON11, assert_error, basic_headers, call, send, sign

SERIALIZATION, UNKNOWN_OPERATION = "SerializationException", "UnknownOperationException"
TOO_LARGE = "RequestEntityTooLargeException"
MEBIBYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def the_service_is_well_after(server, client):
    """Whatever was sent: it answers, it made nothing, and it did not panic."""
    before = client.list_licenses()["Licenses"]
    yield
    assert send(server, {}, b"", method="GET", path="/health").json["status"] == "ok"
    assert client.list_licenses()["Licenses"] == before
    assert not [line for line in server.log if "panicked" in line]


def create(**changes):
    return json.dumps(license_request(**changes)).encode()


def in_place_of(member, text):
    """A license whose member is this text, not a JSON value of ours."""
    return create(**{member: "PLACE"}).replace(b'"PLACE"', text)


NO_REQUESTS = {
    "cut short": create()[:-1],
    "no JSON": b"LicenseName=x",
    "XML": b"<CreateLicense/>",
    "trailing bytes": create() + b"{}",
    "trailing comma": create()[:-1] + b",}",
    "single quotes": b"{'LicenseName':'x'}",
    "invalid UTF-8": create().replace(b"Analytics", b"\xff\xfe\xfd"),
    "UTF-16": create().decode().encode("utf-16"),
    "a lone surrogate": create().replace(b"Analytics", b"\\ud800"),
    "a byte order mark": b"\xef\xbb\xbf" + create(),
    "a zero byte": create().replace(b"Analytics", b"\x00"),
    "an array": b"[]",
    "an array of values": json.dumps([*license_request().values()]).encode(),
    "null": b"null",
    "a number": b"7",
    "a string": b'"x"',
    "true": b"true",
    "a structure as an array": create(Issuer=["Example Software Inc", None]),
    "a deep structure as an array": create(Entitlements=[["Seats", None, 5, False, "Count", True]]),
    "a number for a string": create(LicenseName=7),
    "a string for a number": in_place_of("Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":"5"}]'),
    "a fraction for a whole number": in_place_of("Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":1.5}]'),
    "a number too large": in_place_of("Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":9223372036854775808}]'),
    "an infinite number": in_place_of("Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":1e999}]'),
    "NaN": in_place_of("Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":NaN}]'),
    "a string for a boolean": in_place_of(
        "Entitlements", b'[{"Name":"a","Unit":"Count","MaxCount":1,"Overage":"true"}]'
    ),
    "an object for a list": create(Entitlements={}),
    "a string for an object": create(Issuer="Example Software Inc"),
    "a list for a string": create(Beneficiary=[]),
    "a duplicate member": create()[:-1] + b',"LicenseName":"Another"}',
    "a duplicate member of a structure": in_place_of("Issuer", b'{"Name":"a","Name":"b"}'),
    "brackets, deep": b"[" * 100_000,
    "brackets, deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "braces, deep": b'{"a":' * 100_000,
    "a deep value of a member": in_place_of("Issuer", b"[" * 100_000 + b"]" * 100_000),
    "a deep value of an unknown member": create()[:-1] + b',"X":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_refused(vendor, name):
    answer = call(vendor, "CreateLicense", NO_REQUESTS[name])
    assert_error(answer, SERIALIZATION)
    assert len(answer.message) < 500


@pytest.mark.parametrize("operation, body", [
    ("GetLicense", b'["arn:aws:license-manager::111122223333:license:l-1"]'),
    ("CheckInLicense", b'["token"]'),
    ("ListLicenses", b"[null,null,null,1]"),
    ("ListLicenses", b'{"Filters":[["Status",["AVAILABLE"]]]}'),
    ("ListLicenses", b'{"MaxResults":"1"}'),
    ("ListLicenses", b'{"MaxResults":1.0}'),
    ("ExtendLicenseConsumption", b'{"LicenseConsumptionToken":"x","DryRun":1}'),
    ("GetLicense", b'{"LicenseArn":"a","LicenseArn":"b"}'),
])
def test_a_member_has_one_type_and_one_value(vendor, operation, body):
    assert_error(call(vendor, operation, body), SERIALIZATION)


def test_an_empty_body_is_an_empty_request(vendor):
    assert call(vendor, "ListLicenses", b"").status == 200
    assert call(vendor, "ListLicenses", b" \n{ } ").status == 200


@pytest.mark.parametrize("operation", ["", "createlicense", "CreateLicenses", "../CreateLicense"])
def test_an_unknown_operation_is_named(vendor, operation):
    answer = call(vendor, operation, create())
    assert_error(answer, UNKNOWN_OPERATION)
    assert operation in answer.message


@pytest.mark.parametrize("target", [None, "", "CreateLicense", "AWSLicenseManager", "AWSOther.CreateLicense"])
def test_a_target_must_name_the_service_and_the_operation(server, vendor, target):
    headers = basic_headers(server, None)
    if target is not None:
        headers["X-Amz-Target"] = target
    assert_error(send(server, sign(vendor, headers, create()), create()), UNKNOWN_OPERATION)


def test_a_browser_gets_a_page_at_the_root(server):
    answer = send(server, {}, b"", method="GET")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_another_method_is_refused_in_json(server, method):
    answer = send(server, {}, b"", method=method)
    assert answer.status == 405
    assert answer.headers["Allow"]
    assert_error(answer, "MethodNotAllowedException", 405)


@pytest.mark.parametrize("path", ["/x", "/license-server/ListLicenseServerEndpoints", "//", "/..%2f..%2fetc/passwd"])
def test_another_path_is_refused_in_json(server, path):
    answer = send(server, {"Content-Type": JSON11}, b"{}", path=path)
    assert answer.status in (404, 405)
    assert answer.headers["x-amzn-RequestId"]
    assert answer.json["message" if "message" in answer.json else "Message"]


@pytest.mark.parametrize("size, code", [(MEBIBYTE, SERIALIZATION), (MEBIBYTE + 1, TOO_LARGE), (8 * MEBIBYTE, TOO_LARGE)])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_has_at_most_a_mebibyte(server, vendor, size, code, is_chunked):
    body = b"[" + b" " * (size - 1)
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body)
    if is_chunked:
        headers["Transfer-Encoding"] = "chunked"
        body = [body[start : start + 65536] for start in range(0, size, 65536)]
    try:
        answer = send(server, headers, body)
    except (BrokenPipeError, ConnectionResetError):
        # The service need not read what it will not take.
        assert size > MEBIBYTE + 1
        return
    assert_error(answer, code, 413 if code == TOO_LARGE else 400)


def test_a_chunked_body_is_read_whole(server, vendor):
    body = b'{"MaxResults":1}'
    headers = sign(vendor, basic_headers(server, "ListLicenses"), body) | {"Transfer-Encoding": "chunked"}
    answer = send(server, headers, [body[:3], body[3:]])
    assert (answer.status, len(answer.json["Licenses"]) <= 1) == (200, True)


def raw(server, text, seconds=20):
    """Sends bytes and reads until the service closes, or for so many seconds."""
    with socket.create_connection(("127.0.0.1", server.port), seconds) as connection:
        connection.sendall(text)
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


@pytest.mark.parametrize("text", [
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nX-Bad: a\x00b\r\n\r\n",
    b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
])
def test_what_is_no_http_is_refused_or_dropped(server, text):
    answer = raw(server, text)
    assert not answer or int(answer.split(b" ")[1]) in (400, 413, 505), answer[:80]


@pytest.mark.parametrize("headers", [
    b"X-Long: " + b"x" * 1_000_000 + b"\r\n",
    b"".join(b"X-%d: x\r\n" % number for number in range(1000)),
])
def test_headers_have_a_limit(server, headers):
    try:
        answer = raw(server, b"POST / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
    except (BrokenPipeError, ConnectionResetError):
        return
    assert answer.startswith(b"HTTP/1.1 431 "), answer[:80]


def test_a_body_that_stops_half_way_is_no_request(server, vendor):
    body = create()
    headers = sign(vendor, basic_headers(server, "CreateLicense"), body)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    answer = raw(server, f"POST / HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
    assert not answer or int(answer.split(b" ")[1]) in (400, 408, 413), answer[:80]


def test_slow_clients_keep_nobody_waiting(server, client):
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    try:
        for number, connection in enumerate(slow):
            halves = [b"POST / HTT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"]
            connection.sendall(halves[number % 2])
        client.list_licenses(MaxResults=1)
        for connection in slow:
            connection.setblocking(False)
            # Neither answered nor hung up on: the answer above came while all of these were waiting.
            with pytest.raises(BlockingIOError):
                connection.recv(1)
    finally:
        for connection in slow:
            connection.close()
