"""Events, from the command line that asks for them to whoever receives them."""

import json
import re
import subprocess
import time

import pytest

from support import aws
from support.receiver import SECONDS, Receiver, make_certificate, verified
from support.runtime import function, http_event, opened
from support.samples import checkout_request, license_request
from support.server import Server, binary, environment

DOMAIN = "abcdefghij.lambda-url.us-east-1.on.aws"
SCHEDULED = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def licentia(data, *words, fails=False):
    """What a command prints; on standard error, if it fails as it should."""
    command = [str(word) for word in (binary(), *words, "--data", data)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def add(server, *words):
    """A new destination of the vendor, and its secret if it has one."""
    printed = licentia(server.data, "events", "add", "--account", server.vendor.number, *words)
    secret = re.search(r"^secret = (whsec_\S+)$", printed, re.MULTILINE)
    return re.match(r"destination (dst-[0-9a-f]{16}) made$", printed, re.MULTILINE)[1], secret and secret[1]


def remove(server, destination):
    licentia(server.data, "events", "remove", destination)


def dead_letters(server, *words, verb="list"):
    return licentia(server.data, "events", "dead-letters", verb, "--account", server.vendor.number, *words)


def eventually(found):
    """What is found, once something is."""
    deadline = time.monotonic() + SECONDS
    while not (answer := found()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer


def wait_until_known():
    """The running service looks again for destinations within two seconds."""
    time.sleep(2.5)


def test_a_change_reaches_a_webhook_signed(server, client):
    with Receiver() as receiver:
        destination, secret = add(server, "--webhook", receiver.url)
        wait_until_known()
        request = license_request()
        arn = client.create_license(**request)["LicenseArn"]
        event = verified(*receiver.next(), secret)
        assert (event["detail-type"], event["detail"]["state"]) == ("License Change", "Created")
        assert (event["resources"], event["account"]) == ([arn], server.vendor.number)
        taken = client.checkout_license(**checkout_request(server.vendor, request))
        event = verified(*receiver.next(), secret)
        assert event["detail"]["licenseConsumptionToken"] == taken["LicenseConsumptionToken"]
        assert "SignedToken" in taken and taken["SignedToken"] not in json.dumps(event)
        remove(server, destination)


def test_what_fails_is_sent_again_under_the_same_id(server, client):
    with Receiver(500) as receiver:
        destination, secret = add(server, "--webhook", receiver.url)
        wait_until_known()
        client.create_license(**license_request())
        (first, body), (second, again) = receiver.next(), receiver.next()
        assert (first["webhook-id"], body) == (second["webhook-id"], again)
        assert verified(first, body, secret) == verified(second, again, secret)
        remove(server, destination)


def test_dead_letters_are_listed_replayed_and_discarded(server, client):
    with Receiver(400, 400, 400) as receiver:
        destination, secret = add(server, "--webhook", receiver.url, "--detail-type", "License Change")
        wait_until_known()
        for _ in range(3):
            client.create_license(**license_request())
        listed = eventually(lambda: (lines := dead_letters(server).splitlines()) and len(lines) == 3 and lines)
        assert all(destination in line and "it answered 400" in line for line in listed)
        sent = {receiver.next()[0]["webhook-id"] for _ in range(3)}
        first, second, third = (line.split()[0] for line in listed)
        assert {first, second, third} == sent

        assert dead_letters(server, first, verb="replay") == "1 to be sent again\n"
        headers, body = receiver.next()
        assert (headers["webhook-id"], verified(headers, body, secret)["id"]) == (first, first)
        assert dead_letters(server, second, verb="discard") == "1 discarded\n"
        assert [line.split()[0] for line in dead_letters(server).splitlines()] == [third]
        account = ["--account", server.vendor.number]
        failed = licentia(server.data, "events", "dead-letters", "replay", *account, first, fails=True)
        assert f"there is no dead letter `{first}`" in failed
        assert dead_letters(server, "--all", "--destination", destination, verb="replay") == "1 to be sent again\n"
        assert receiver.next()[0]["webhook-id"] == third
        assert dead_letters(server) == ""
        remove(server, destination)


def test_a_paused_destination_gets_what_waits_when_it_is_resumed(server, client):
    with Receiver() as receiver:
        destination, _ = add(server, "--webhook", receiver.url)
        licentia(server.data, "events", "pause", destination)
        wait_until_known()
        assert "paused (by its operator)" in licentia(server.data, "events", "list")
        arn = client.create_license(**license_request())["LicenseArn"]
        licentia(server.data, "events", "resume", destination)
        assert json.loads(receiver.next()[1])["resources"] == [arn]
        listed = licentia(server.data, "events", "list", "--account", server.vendor.number)
        assert f"{destination}  {server.vendor.number}" in listed and "active" in listed
        remove(server, destination)
        assert destination not in licentia(server.data, "events", "list")


@pytest.mark.parametrize(
    "words, says",
    [
        (["--webhook", "http://example.com/"], "begins with https://"),
        (["--topic", "arn:aws:sqs:us-east-1:123456789012:queue"], "not an ARN such as `arn:aws:sns"),
        (["--event-bus", "default"], "not an ARN such as `arn:aws:events"),
        (["--webhook", "https://example.com/", "--detail-type", "license change"], "License Consumption Change"),
        ([], "--event-bus"),
        (["--webhook", "https://example.com/", "--account", "999999999999"], "no such account"),
    ],
)
def test_a_wrong_destination_is_refused_with_what_is_right(server, words, says):
    account = [] if "--account" in words else ["--account", server.vendor.number]
    assert says in licentia(server.data, "events", "add", *account, *words, fails=True)


def test_a_webhook_over_tls_needs_a_certificate_that_is_trusted(tmp_path):
    certificate = make_certificate(tmp_path / "receiver.pem")
    with Receiver(certificate=certificate) as receiver:
        with Server(tmp_path / "trusting", env={"SSL_CERT_FILE": str(certificate)}) as server:
            _, secret = add(server, "--webhook", receiver.url)
            wait_until_known()
            arn = server.vendor.client().create_license(**license_request())["LicenseArn"]
            assert verified(*receiver.next(), secret)["resources"] == [arn]
        with Server(tmp_path / "careful") as server:
            add(server, "--webhook", receiver.url)
            wait_until_known()
            server.vendor.client().create_license(**license_request())
            eventually(lambda: any("not sent" in line and "certificate" in line for line in server.log))
        assert receiver.messages.empty()


def test_what_was_committed_before_a_kill_is_sent_by_the_next_start(tmp_path):
    with Receiver() as receiver:
        with Server(tmp_path / "data") as server:
            destination, _ = add(server, "--webhook", receiver.url)
            licentia(server.data, "events", "pause", destination)
            wait_until_known()
            arn = server.vendor.client().create_license(**license_request())["LicenseArn"]
            server.kill()
        licentia(tmp_path / "data", "events", "resume", destination)
        with Server(tmp_path / "data"):
            assert json.loads(receiver.next()[1])["resources"] == [arn]


def test_an_event_bus_and_a_topic_get_them(tmp_path):
    with aws.kms(tmp_path) as port:
        env = aws.CREDENTIALS | {
            f"AWS_ENDPOINT_URL_{name}": f"http://127.0.0.1:{port}" for name in ("EVENTBRIDGE", "SNS")
        }
        events, sns, sqs = (aws.client(name, port) for name in ("events", "sns", "sqs"))
        bus = events.create_event_bus(Name="licenses")["EventBusArn"]
        topic = sns.create_topic(Name="licenses")["TopicArn"]
        queues = []
        for name in ("from-bus", "from-topic"):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            queues.append((url, arn))
        (bus_queue, bus_queue_arn), (topic_queue, topic_queue_arn) = queues
        pattern = json.dumps({"source": ["licentia.license-manager"]})
        events.put_rule(Name="all", EventBusName="licenses", EventPattern=pattern)
        events.put_targets(Rule="all", EventBusName="licenses", Targets=[{"Id": "queue", "Arn": bus_queue_arn}])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=topic_queue_arn)

        with Server(tmp_path / "data", env=env) as server:
            add(server, "--event-bus", bus)
            add(server, "--topic", topic)
            wait_until_known()
            license_arn = server.vendor.client().create_license(**license_request())["LicenseArn"]

            def received(url):
                messages = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
                return json.loads(messages[0]["Body"])

            event = received(bus_queue)
            assert (event["detail-type"], event["resources"]) == ("License Change", [license_arn])
            assert (event["source"], event["detail"]["state"]) == ("licentia.license-manager", "Created")
            assert event["detail"]["eventId"]
            note = received(topic_queue)
            assert json.loads(note["Message"])["resources"] == [license_arn]
            assert note["MessageAttributes"]["detail-type"]["Value"] == "License Change"


def test_on_lambda_the_schedule_sends_what_waits_and_nobody_else_can(tmp_path):
    with Receiver() as receiver:
        with Server(tmp_path / "data") as server:
            destination, secret = add(server, "--webhook", receiver.url)
            licentia(server.data, "events", "pause", destination)
            wait_until_known()
            arn = server.vendor.client().create_license(**license_request())["LicenseArn"]
        licentia(tmp_path / "data", "events", "resume", destination)
        with function(tmp_path / "data") as runtime:
            nothing = {"message": "nothing is served under this path"}
            for body in (b"{}", json.dumps(SCHEDULED).encode()):
                event = http_event(DOMAIN, "POST", "/events", {"Host": DOMAIN}, body, False)
                status, _, answer = opened(runtime.invoke(event))
                assert (status, json.loads(answer)) == (404, nothing)
                # A header that cannot be read: the function is given the event as it is.
                event["headers"]["x-unreadable"] = "\u0000"
                assert runtime.invoke(event) == nothing
            assert runtime.invoke({"source": "aws.s3", "detail-type": "Object Created"}) == nothing
            assert receiver.messages.empty()
            idle = {"settled": 0, "licenses": 1, "reclaimed": 0, "returned": 0}
            assert runtime.invoke(SCHEDULED) == {"sent": 1, **idle}
            assert verified(*receiver.next(), secret)["resources"] == [arn]
            assert runtime.invoke(SCHEDULED) == {"sent": 0, **idle}
