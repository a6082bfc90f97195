"""Packages in a function's own zip, as npm and PyPI have them: the AWS SDKs, and what handlers are written with."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from conftest import TRUST_LAMBDA
from samlet import CREDENTIALS, REGION

PACKAGES = Path(__file__).with_name("packages")
EXPECTED = {"count": 1, "set": ["x"], "deep": [1, "two", None], "found": 1, "error": "ResourceNotFoundException"}
KEY = {"AttributeName": "id", "AttributeType": "S"}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def nodejs(tmp_path_factory):
    """A folder with the packages from npm."""
    folder = tmp_path_factory.mktemp("nodejs")
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_bytes((PACKAGES / name).read_bytes())
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A folder with the packages from PyPI; pure ones, for the Python of the runtime."""
    folder = tmp_path_factory.mktemp("python")
    pure = ["--no-deps", "--only-binary=:all:", "--platform=any", "--implementation=py", "--python-version=3.13"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", folder, *pure]
    subprocess.run([*command, "--requirement", PACKAGES / "requirements.txt"], check=True)
    return folder


@pytest.fixture
def run(host, name):
    """Makes a function of a zip and invokes it; the zip lies in a bucket, as large ones have to."""

    def run(runtime, handler, package, event):
        bucket = name.lower()
        host.client("s3").create_bucket(Bucket=bucket)
        host.client("s3").put_object(Bucket=bucket, Key="code.zip", Body=package)
        iam = host.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
        # What is imported for the first time is compiled first, and that by an interpreter.
        patient = Config(read_timeout=300, retries={"max_attempts": 0})
        client = boto3.client("lambda", endpoint_url=host.endpoint, region_name=REGION, config=patient, **CREDENTIALS)
        client.create_function(
            FunctionName=name, Runtime=runtime, Role=role, Handler=handler, Timeout=300, MemorySize=3008,
            Code={"S3Bucket": bucket, "S3Key": "code.zip"},
        )  # fmt: skip
        client.get_waiter("function_active_v2").wait(FunctionName=name)
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event))
        return json.load(answer["Payload"])

    return run


@pytest.fixture
def table(host, name):
    """An empty table, as the event that names it."""
    schema = [{"AttributeName": "id", "KeyType": "HASH"}]
    host.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=[KEY], KeySchema=schema
    )
    host.client("dynamodb").get_waiter("table_exists").wait(TableName=name)
    return {"TableName": name}


def zipped(folder, source, parts, left_out=()):
    """A zip of one source file and some parts of a folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(PACKAGES / source, "index" + Path(source).suffix)
        for part in parts:
            for base, _, names in os.walk(folder / part):
                for file in names:
                    path = Path(base, file)
                    inner = str(path.relative_to(folder))
                    if not any(one in inner for one in left_out):
                        archive.write(path, inner)
    return buffer.getvalue()


#: What an npm package brings for other places than Lambda.
FOR_OTHERS = ("/esbuild/", "/@esbuild/", "/dist-es/", "/dist-types/", "/aws-sdk/dist/", ".d.ts", ".map", "/dist-cjs/index.browser")


@pytest.mark.parametrize("source", ["sdk-v3.js", "sdk-v2.js"])
def test_the_aws_sdk_for_javascript_in_node_modules(nodejs, run, table, source):
    unused = "/node_modules/aws-sdk/" if source == "sdk-v3.js" else "/node_modules/@aws-sdk/"
    package = zipped(nodejs, source, ["node_modules"], (*FOR_OTHERS, unused))
    assert run("nodejs22.x", "index.handler", package, table) == EXPECTED


def test_the_aws_sdk_for_javascript_in_a_bundle(nodejs, run, table, tmp_path):
    (nodejs / "sdk-v3.js").write_bytes((PACKAGES / "sdk-v3.js").read_bytes())
    bundle = tmp_path / "index.js"
    flags = ["--bundle", "--minify", "--platform=node", "--target=node22", f"--outfile={bundle}"]
    subprocess.run([nodejs / "node_modules/.bin/esbuild", "sdk-v3.js", *flags], cwd=nodejs, check=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(bundle, "index.js")
    assert run("nodejs22.x", "index.handler", buffer.getvalue(), table) == EXPECTED


def test_packages_for_node(nodejs, run):
    package = zipped(nodejs, "others.js", ["node_modules"], (*FOR_OTHERS, "/node_modules/aws-sdk/"))
    token = {"name": "ann", "body": {"a": 1}}
    assert run("nodejs22.x", "index.handler", package, {}) == {
        "axios": [200, "ENOTFOUND"],
        "dayjs": "2026/01/02",
        "express": [201, token],
        "vendia": [201, token],
        "jsonwebtoken": [1, 2],
        "lodash": [[1, 2], [3]],
        "middy": {"got": 1, "after": True},
        "moment": "2026-01-03T00:00:00Z",
        "powertools": True,
        "uuid": 36,
    }


def test_boto3_from_pypi(python, run, table):
    parts = ["boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3"]
    # The descriptions of services that the function does not use are most of the package.
    unused = tuple(f"/data/{one.name}/" for one in (python / "botocore/data").iterdir() if one.is_dir() and one.name != "dynamodb")
    package = zipped(python, "sdk.py", parts, unused)
    with_six = io.BytesIO(package)
    with zipfile.ZipFile(with_six, "a") as archive:
        archive.write(python / "six.py", "six.py")
    answer = run("python3.13", "index.handler", with_six.getvalue(), table)
    assert answer == {**EXPECTED, "from": "/var/task/boto3/__init__.py"}


def test_packages_for_python(python, run):
    package = zipped(python, "others.py", ["."], ("boto3/", "botocore/", "s3transfer/"))
    assert run("python3.13", "index.handler", package, {}) == {
        "powertools": [200, '{"name":"ann","q":"1"}'],
        "requests": [200, "ConnectionError"],
        "jwt": 1,
        "dateutil": "2026-02-02T10:00:00+00:00",
    }
