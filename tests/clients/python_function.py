"""Runs one case of tests/corpus/python in this CPython, with the Lambda runtime that the guest has.

It is called as a program, so that the case has an interpreter of its own: `python_function.py CASE` prints
`{"transcript": […], "log": "…"}`. What crates/sandbox/tests/function is for the guest, this is for CPython.
"""

import json
import os
import sys
import time
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "crates/runtimes/python/lib"
RUNTIME_API = "http://127.0.0.1:9001/2018-06-01/runtime/"
#: 2026-01-02T03:04:05.000Z
START_MS = 1_767_323_045_000
TIMEOUT_MS = 30_000
DULL_HEADERS = {"user-agent", "accept", "content-length", "amz-sdk-invocation-id", "amz-sdk-request"}


class NoMoreEvents(BaseException):
    """The case is over."""


class Function:
    """A Lambda service that fits on a page."""

    def __init__(self, case):
        self.case = case
        self.settings = json.loads((case / "case.json").read_text())
        events = case / "events.json"
        self.events = json.loads(events.read_text()) if events.exists() else [{}]
        self.answers = self.settings.get("answers", [])
        self.invocation = 0
        self.transcript = []
        self.lines = []

    def http(self, method, url, headers, body):
        body = body.encode() if isinstance(body, str) else body
        if not url.startswith(RUNTIME_API):
            return self.answer(method, url, headers, body)
        kind = url.rsplit("/", 1)[1]
        if kind == "next":
            return self.hand_over()
        self.transcript.append({"init_error" if url.endswith("init/error") else kind: body_value(body)})
        return 202, [], b'{"status":"OK"}'

    def hand_over(self):
        if self.invocation == len(self.events):
            raise NoMoreEvents
        event = json.dumps(self.events[self.invocation]).encode()
        self.invocation += 1
        headers = [
            ("lambda-runtime-aws-request-id", f"invocation-{self.invocation}"),
            ("lambda-runtime-deadline-ms", str(START_MS + TIMEOUT_MS)),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:case"),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1"),
        ]
        return 200, headers, event

    def answer(self, method, url, headers, body):
        shown = {name.lower(): value for name, value in headers if name.lower() not in DULL_HEADERS}
        self.transcript.append(
            {"call": {"request": f"{method} {url}", "headers": shown, "body": body_value(body)}}
        )
        answer = self.answers.pop(0) if self.answers else {}
        if "fails" in answer:
            raise OSError(answer["fails"])
        body = answer.get("body", "")
        text = body if isinstance(body, str) else json.dumps(body)
        return answer.get("status", 200), list(answer.get("headers", {}).items()), text.encode()

    def run(self):
        os.environ.clear()
        os.environ.update(self.environment())
        time.time = lambda: START_MS / 1000
        time.time_ns = lambda: START_MS * 1_000_000
        sys.modules["_samlet"] = types.SimpleNamespace(http=self.http, log=self.lines.append)
        sys.path[:] = [str(LIB), *(path for path in sys.path if "site-packages" not in path)]
        sys.dont_write_bytecode = True
        own_output = sys.stdout
        import samlet_bootstrap

        try:
            samlet_bootstrap.run()
        except NoMoreEvents:
            pass
        except SystemExit as end:
            self.transcript.append({"exited": f"exit status {end.code}"})
        result = {"transcript": self.transcript, "log": "".join(f"{line}\n" for line in self.lines)}
        own_output.write(json.dumps(result).replace(str(self.case), "/var/task"))

    def environment(self):
        return {
            "_HANDLER": self.settings.get("handler", "index.handler"),
            "AWS_REGION": "us-east-1",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": "case",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/case",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/02/[$LATEST]stream",
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
            "LAMBDA_TASK_ROOT": str(self.case),
            **self.settings.get("env", {}),
        }


def body_value(body):
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


if __name__ == "__main__":
    Function(Path(sys.argv[1]).resolve()).run()
