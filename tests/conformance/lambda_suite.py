"""A pytest plugin that runs LocalStack's Lambda tests, whose answers were recorded on AWS, against Samlet's host.

- Addresses that AWS's answers name (function URLs, packages) lead to the host.
- Tests of what LocalStack alone has, and those that start containers, are left out.
- Since October 2025 a function URL needs the permission for the function too, which was not so when they were
  recorded: who permits the URL permits the function.

The results are written to `SAMLET_RESULTS`, as lines that `cargo xtask conformance` reads.
"""

import collections
import os
import pathlib
from urllib.parse import urlsplit

import requests
from botocore.client import BaseClient

ENDPOINT = os.environ["TEST_AWS_ENDPOINT_URL"].rstrip("/")
DOMAINS = (".amazonaws.com", ".on.aws")
FOREIGN_MARKS = ("aws_only_localstack", "requires_docker")

send_as_is = requests.Session.send
call_as_is = BaseClient._make_api_call


def send(self, request, **options):
    url = urlsplit(request.url)
    if (url.hostname or "").endswith(DOMAINS):
        request.headers.setdefault("Host", url.netloc)
        request.url = ENDPOINT + (url.path or "/") + (f"?{url.query}" if url.query else "")
    return send_as_is(self, request, **options)


def call(self, operation, params):
    answer = call_as_is(self, operation, params)
    if operation == "AddPermission" and params.get("Action") == "lambda:InvokeFunctionUrl":
        kept = ("FunctionName", "Qualifier", "Principal")
        function = {name: params[name] for name in kept if name in params}
        function |= {"StatementId": f"{params['StatementId']}-function", "Action": "lambda:InvokeFunction"}
        call_as_is(self, operation, function | {"InvokedViaFunctionUrl": True})
    return answer


requests.Session.send = send
BaseClient._make_api_call = call


class Results:
    def __init__(self):
        self.outcomes = {}

    def add(self, report):
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped:
            self.outcomes.setdefault(report.nodeid, "skipped")
        elif report.when == "call":
            self.outcomes.setdefault(report.nodeid, "passed")

    def lines(self):
        groups = collections.defaultdict(collections.Counter)
        for name, outcome in sorted(self.outcomes.items()):
            path, _, test = name.partition("::")
            group = pathlib.PurePath(path).stem
            groups[group][outcome] += 1
            if outcome == "failed":
                yield f"failed: {group} {test}"
        for group, counts in groups.items():
            yield f"{group}: " + ", ".join(f"{counts[kind]} {kind}" for kind in ("passed", "failed", "skipped"))


RESULTS = Results()


def pytest_collection_modifyitems(config, items):
    chosen = [item for item in items if not any(item.get_closest_marker(mark) for mark in FOREIGN_MARKS)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def pytest_runtest_logreport(report):
    RESULTS.add(report)


def pytest_sessionfinish():
    if path := os.environ.get("SAMLET_RESULTS"):
        pathlib.Path(path).write_text("\n".join(RESULTS.lines()) + "\n", encoding="utf-8")
