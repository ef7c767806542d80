"""AWS Lambda's runtime API, as far as a function talks to it, and the events it passes on."""

import base64
import json
import queue
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .server import binary, environment

PREFIX = "/2018-06-01/runtime/"
SECONDS = 30


class Runtime:
    """Invokes one running function."""

    def __init__(self):
        # How long an invocation may take.
        self.seconds = SECONDS
        self.invocations, self.results = queue.Queue(), {}
        runtime = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                assert self.path == PREFIX + "invocation/next"
                invocation = runtime.invocations.get()
                if invocation is None:
                    self.close_connection = True
                    return
                name, event = invocation
                body = json.dumps(event).encode()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", name)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + runtime.seconds) * 1000)))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:1:function:licentia")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                words = self.path.removeprefix(PREFIX).split("/")
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                if words[0] == "invocation":
                    runtime.results[words[1]].put((words[2], json.loads(body)))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def invoke(self, event):
        """What the function answers to an event; its failure is an error here."""
        name = str(uuid.uuid4())
        self.results[name] = queue.Queue()
        self.invocations.put((name, event))
        outcome, answer = self.results[name].get(timeout=SECONDS)
        assert outcome == "response", answer
        return answer

    def close(self):
        self.invocations.put(None)
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def function(data, stdout=None, **more):
    """The program as AWS Lambda starts it, on a data folder."""
    runtime = Runtime()
    env = environment(
        AWS_LAMBDA_RUNTIME_API=runtime.address,
        AWS_LAMBDA_FUNCTION_NAME="licentia",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE="512",
        AWS_LAMBDA_FUNCTION_VERSION="$LATEST",
        AWS_LAMBDA_LOG_GROUP_NAME="/aws/lambda/licentia",
        AWS_LAMBDA_LOG_STREAM_NAME="1",
        AWS_REGION="us-east-1",
        LICENTIA_DATA=str(data),
        **more,
    )
    process = subprocess.Popen([binary()], env=env, stdout=stdout)
    try:
        yield runtime
    finally:
        process.kill()
        process.wait(SECONDS)
        runtime.close()


def http_event(domain, method, path, headers, body, is_base64):
    """Payload format 2.0, as function URLs and HTTP APIs both send it."""
    path, _, query = path.partition("?")
    text = base64.b64encode(body).decode() if is_base64 else body.decode()
    now = int(time.time())
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()}
        | {"x-forwarded-proto": "https", "x-forwarded-port": "443", "x-forwarded-for": "192.0.2.1"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": domain.split(".")[0],
            "domainName": domain,
            "domainPrefix": domain.split(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "test",
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": now * 1000,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def opened(answer):
    """The status, the headers in lower case, the body as bytes."""
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
    return answer["statusCode"], headers, content
