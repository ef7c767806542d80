"""What operators see of the service: Prometheus scrapes it, a collector of OpenTelemetry takes its traces."""

import json
import subprocess
import time
import uuid
from http.client import HTTPConnection

import pytest
from botocore.exceptions import ClientError
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from support.receiver import SECONDS, Receiver
from support.runtime import function, http_event, opened
from support.samples import checkout_request, license_request
from support.server import Server, binary, environment
from support.wire import basic_headers, send, sign

DOMAIN = "abcdefghij.lambda-url.us-east-1.on.aws"
CALLS = "rpc_server_call_duration_seconds_count"


def metrics_port(server):
    """The port that the log names."""
    lines = [json.loads(line) for line in list(server.log)]
    return int(next(line for line in lines if line["message"] == "serving metrics")["address"].rsplit(":", 1)[1])


def scraped(server):
    """The value of each series, as a strict parser reads them."""
    connection = HTTPConnection("127.0.0.1", metrics_port(server), timeout=60)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
        text = response.read().decode()
    finally:
        connection.close()
    families = text_string_to_metric_families(text)
    return text, [sample for family in families for sample in family.samples]


def total(samples, name, **labels):
    """The sum of the series that have these labels."""
    return sum(
        sample.value
        for sample in samples
        if sample.name == name and all(sample.labels.get(label) == value for label, value in labels.items())
    )


@pytest.fixture(scope="module")
def collector():
    """One that is overloaded at first: what it did not take is sent again."""
    with Receiver(503) as receiver:
        yield receiver


@pytest.fixture(scope="module")
def measured(collector, tmp_path_factory):
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20key"}
    data = tmp_path_factory.mktemp("measured") / "data"
    with Server(data, ["--metrics", "127.0.0.1:0"], env) as server:
        yield server


def test_calls_are_measured_by_operation_and_error(measured):
    client, request = measured.vendor.client(), license_request()
    client.create_license(**request)
    _, before = scraped(measured)
    for count in (1, 1, 6):
        try:
            client.checkout_license(**checkout_request(measured.vendor, request, count))
        except ClientError as error:
            assert error.response["Error"]["Code"] == "NoEntitlementsAllowedException"
    text, after = scraped(measured)

    def grown(name, **labels):
        return total(after, name, **labels) - total(before, name, **labels)

    checkouts = {"rpc_service": "license-manager", "rpc_method": "CheckoutLicense"}
    assert grown(CALLS, **checkouts) == 3
    assert grown(CALLS, **checkouts, error_type="NoEntitlementsAllowedException") == 1
    assert grown("rpc_server_call_duration_seconds_bucket", **checkouts, le="10.0") == 3
    assert 0 < grown("rpc_server_call_duration_seconds_sum", **checkouts) < 3 * SECONDS
    assert grown("http_server_request_duration_seconds_count", http_route="/", http_response_status_code="200") == 2
    commits = {"db_system_name": "sqlite", "db_operation_name": "commit"}
    # Two checkouts, and the record of each call.
    assert grown("db_client_operation_duration_seconds_count", **commits) >= 5
    assert total(after, "licentia_calls_under_way") == total(after, "licentia_calls_waiting") == 0
    assert "# UNIT rpc_server_call_duration_seconds seconds\n" in text


def test_labels_name_nobody(measured):
    client, request = measured.vendor.client(), license_request()
    arn = client.create_license(**request)["LicenseArn"]
    taken = client.checkout_license(**checkout_request(measured.vendor, request))
    headers = basic_headers(measured, f"Nonsense{uuid.uuid4()}")
    send(measured, headers, b"{}")
    send(measured, {}, b"", method="BREW", path=f"/{uuid.uuid4()}")
    text, samples = scraped(measured)
    for secret in (arn, measured.vendor.number, measured.vendor.access_key, taken["LicenseConsumptionToken"],
                   request["ProductSKU"], "Nonsense"):
        assert secret not in text
    assert total(samples, "http_server_request_duration_seconds_count", http_route="_OTHER",
                 http_request_method="_OTHER") >= 1


def test_metrics_are_not_for_the_public(measured, server):
    assert send(measured, {}, b"", method="GET", path="/metrics").status == 404
    assert not any("serving metrics" in line for line in server.log)


def test_an_address_in_use_is_said_to_be(measured, tmp_path):
    port = metrics_port(measured)
    with pytest.raises(RuntimeError, match=f"cannot listen on 127.0.0.1:{port}"):
        Server(tmp_path / "data", ["--metrics", f"127.0.0.1:{port}"])


def spans_of(collector, trace, count):
    """So many spans of a trace, once they have come, and what they came with."""
    spans, deadline = [], time.monotonic() + SECONDS
    while len(spans) < count:
        assert time.monotonic() < deadline, spans
        headers, body = collector.next()
        assert headers["Content-Type"] == "application/json" and headers["api-key"] == "a key"
        # Refuses members that OTLP does not know.
        request = json_format.Parse(body, ExportTraceServiceRequest())
        for resource in request.resource_spans:
            assert {"service.name", "service.version"} <= {one.key for one in resource.resource.attributes}
        # Ids are hexadecimal in OTLP's JSON, which a general reader takes for base64.
        spans += [
            span
            for resource in json.loads(body)["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
            if span["traceId"] == trace
        ]
    return spans


def attributes(span):
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def traced_call(measured, operation, body, **more):
    headers = basic_headers(measured, operation) | more
    return send(measured, sign(measured.vendor, headers, body), body)


@pytest.mark.parametrize("header", ["traceparent", "X-Amzn-Trace-Id"])
def test_a_request_carries_on_the_trace_of_its_sender(measured, collector, header):
    trace, parent = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    value = {
        "traceparent": f"00-{trace}-{parent}-01",
        "X-Amzn-Trace-Id": f"Root=1-{trace[:8]}-{trace[8:]};Parent={parent};Sampled=1",
    }[header]
    answer = traced_call(measured, "ListLicenses", b"{}", **{header: value})
    spans = spans_of(collector, trace, 4)
    request = next(span for span in spans if span["kind"] == Span.SPAN_KIND_SERVER)
    assert request["parentSpanId"] == parent and request["name"] == "POST /"
    assert attributes(request)["aws.request_id"] == answer.headers["x-amzn-RequestId"]
    assert attributes(request)["http.response.status_code"] == "200"
    call = next(span for span in spans if span["name"] == "license-manager/ListLicenses")
    assert call["parentSpanId"] == request["spanId"]
    stores = [span for span in spans if span["kind"] == Span.SPAN_KIND_CLIENT]
    assert {attributes(span)["db.system.name"] for span in stores} == {"sqlite"}
    assert all(span["parentSpanId"] == call["spanId"] for span in stores)
    for span in spans:
        assert int(request["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    for secret in (measured.vendor.number, measured.vendor.access_key, "arn:"):
        assert secret not in json.dumps(spans)


def test_a_refused_call_is_a_span_with_its_error(measured, collector):
    trace = uuid.uuid4().hex
    traced_call(measured, "GetLicense", b"{}", traceparent=f"00-{trace}-{'1' * 16}-01")
    spans = spans_of(collector, trace, 2)
    call = next(span for span in spans if span["name"] == "license-manager/GetLicense")
    assert call["status"]["code"] == Status.STATUS_CODE_ERROR
    assert attributes(call)["error.type"] == "ValidationException"


def test_what_its_sender_does_not_trace_is_not_traced(measured, collector):
    silent, told = uuid.uuid4().hex, uuid.uuid4().hex
    traced_call(measured, "ListLicenses", b"{}", traceparent=f"00-{silent}-{'1' * 16}-00")
    traced_call(measured, "ListLicenses", b"{}", traceparent=f"00-{told}-{'1' * 16}-01")
    while True:
        _, body = collector.next()
        assert silent not in body.decode()
        if told in body.decode():
            return


def test_a_stop_sends_the_spans_that_are_left(tmp_path):
    with Receiver() as collector:
        with Server(tmp_path / "data", env={"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}) as server:
            send(server, {}, b"", method="GET", path="/health")
        assert any("/health" in body.decode() for _, body in collector.messages.queue)


def test_a_collector_that_is_not_there_delays_no_call(tmp_path):
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    with Server(tmp_path / "data", ["--metrics", "127.0.0.1:0"], env) as server:
        client, started = server.vendor.client(), time.monotonic()
        for _ in range(20):
            client.list_licenses()
        assert time.monotonic() - started < SECONDS
        while not any("does not take spans" in line for line in list(server.log)):
            assert time.monotonic() - started < SECONDS
            time.sleep(0.05)
        assert total(scraped(server)[1], "licentia_spans_lost_total") > 0


def test_a_collector_that_cannot_be_meant_is_refused_on_start(tmp_path):
    env = environment(OTEL_EXPORTER_OTLP_ENDPOINT="127.0.0.1:4317", OTEL_EXPORTER_OTLP_PROTOCOL="grpc")
    done = subprocess.run([binary(), "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0"], env=env,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "OTEL_EXPORTER_OTLP_PROTOCOL" in done.stderr and "4318" in done.stderr


def test_on_lambda_each_call_leaves_lines_for_cloudwatch_and_its_spans(tmp_path):
    data = tmp_path / "data"
    with Server(data) as server:
        vendor = server.vendor
    scheduled = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    with Receiver() as collector, open(tmp_path / "out", "w") as out:
        env = {"AWS_EMF_NAMESPACE": "Licenses", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with function(data, stdout=out, **env) as runtime:
            headers = {"Host": DOMAIN, "Content-Type": "application/x-amz-json-1.1",
                       "X-Amz-Target": "AWSLicenseManager.GetLicense"}
            event = http_event(DOMAIN, "POST", "/", sign(vendor, headers, b"{}"), b"{}", False)
            assert opened(runtime.invoke(event))[0] == 400
            # All of it is out before the answer.
            told = collector.messages.qsize()
            lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
            runtime.invoke(scheduled)
            later = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()][len(lines):]
    assert told == 1
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Licenses" for line in lines)
    [call] = [line for line in lines if line.get("rpc_method") == "GetLicense"]
    [directive] = call["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["rpc_service", "rpc_method", "error_type"]]
    assert directive["Metrics"] == [{"Name": "rpc_server_call_duration", "Unit": "Seconds"}]
    assert call["error_type"] == "ValidationException"
    [seconds] = call["rpc_server_call_duration"]
    assert 0 < seconds < SECONDS
    assert abs(call["_aws"]["Timestamp"] / 1000 - time.time()) < 2 * SECONDS
    assert [line["licentia_events_waiting"] for line in later if "licentia_events_waiting" in line] == [[0]]
