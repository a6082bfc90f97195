"""The boto3 of the Python runtime against the one from PyPI: same calls, same host, same results and errors."""

import json
import runpy
import subprocess
import sys
import uuid
from pathlib import Path

import boto3
import boto3_cases
import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "crates/runtimes/python/lib/botocore/tables.py"
RUNNER = Path(__file__).with_name("boto3_cases.py")


@pytest.mark.parametrize("case", boto3_cases.CASES, ids=lambda case: case.__name__)
def test_both_see_the_same(host, monkeypatch, case):
    monkeypatch.setenv("AWS_ENDPOINT_URL", host.endpoint)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    names = [f"c{uuid.uuid4().hex[:20]}" for _ in range(2)]
    expected = json.loads(json.dumps(boto3_cases.run(case, boto3, names[0])))
    assert with_the_own_boto3(case, names[1]) == expected


def with_the_own_boto3(case, name):
    done = subprocess.run([sys.executable, "-B", RUNNER, case.__name__, name], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_collections_of_objects(host, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", host.endpoint)
    seen = with_the_own_boto3(boto3_cases.s3_collections, f"c{uuid.uuid4().hex[:20]}")
    assert seen == [[["a/1", 2], ["a/2", 2], ["b/3", 2]], ["a/1", "a/2"], ["a/1", "a/2"], ["b/3"]]


def test_the_table_has_every_operation_that_is_here():
    """If not: `cargo xtask tables` writes it anew."""
    sections = runpy.run_path(str(TABLES))["TABLES"].values()
    known = {line.split("\t")[0] for text in sections for line in text.split("\n-\n")[1].split("\n")}
    status = (ROOT / "ARCHITECTURE.md").read_text().split("| API |")[1].split("\n\n")[0]
    here = {name for row in status.split("\n")[2:] for name in row.split("|")[3].strip().split(", ")}
    assert here <= known
