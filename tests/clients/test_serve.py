"""The native host as a program: projects deployed from folders, state kept, honest exit codes."""

import json
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from samlet import BINARY, PROJECTS, Host


@pytest.fixture
def todo_host():
    host = Host(PROJECTS / "todo-api")
    yield host
    host.stop()


def api_url(host):
    """The URL of the first API that the host has named."""
    for _ in range(100):
        for line in host.lines:
            found = [word for word in line.split() if ".execute-api." in word]
            if found:
                return found[0].rstrip("/")
        time.sleep(0.1)
    raise AssertionError("no line names an API: " + "\n".join(host.lines))


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.loads(refusal.read() or b"null")


def run(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def test_a_project_is_deployed_and_its_api_answers_plain_http(todo_host):
    url = api_url(todo_host)
    status, todo = call("POST", f"{url}/todos", {"title": "Buy rice"})
    assert (status, todo["title"]) == (201, "Buy rice")
    assert call("GET", f"{url}/todos")[1][0]["id"] == todo["id"]
    assert call("GET", f"{url}/todos/{todo['id']}")[0] == 200
    assert call("DELETE", f"{url}/todos/{todo['id']}")[0] == 204
    assert call("GET", f"{url}/todos/{todo['id']}")[0] == 404


def test_a_path_without_a_route_gets_api_gateways_own_answer(todo_host):
    status, body = call("GET", f"{api_url(todo_host)}/nothing-here")
    assert (status, body) == (403, {"message": "Missing Authentication Token"})


def test_the_stack_is_described_by_cloudformation(todo_host):
    stacks = todo_host.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackStatus"] for stack in stacks] == ["CREATE_COMPLETE"]
    assert "ApiUrl" in [output["OutputKey"] for output in stacks[0]["Outputs"]]


def test_with_a_data_folder_everything_is_there_after_a_restart(tmp_path):
    first = Host("--data", tmp_path)
    table = first.resource("dynamodb").create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    table.put_item(Item={"id": "1", "word": "still here"})
    first.process.kill()
    first.process.wait()

    second = Host("--data", tmp_path)
    try:
        found = second.resource("dynamodb").Table("kept").get_item(Key={"id": "1"})
        assert found["Item"]["word"] == "still here"
    finally:
        second.stop()


def test_transform_writes_the_cloudformation_template():
    done = run("transform", PROJECTS / "todo-api/template.yaml")
    assert done.returncode == 0
    types = {resource["Type"] for resource in json.loads(done.stdout)["Resources"].values()}
    assert {"AWS::Lambda::Function", "AWS::ApiGateway::RestApi", "AWS::IAM::Role"} <= types


@pytest.mark.parametrize(
    "arguments",
    [["serve", "/no/such/folder"], ["transform", "/no/such/file"], ["nonsense"], ["serve", "--port", "many"]],
)
def test_a_mistake_is_one_line_and_a_failure(arguments):
    done = run(*arguments)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
