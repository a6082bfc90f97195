"""Functions created from a zip and invoked, by boto3 and the AWS CLI."""

import base64
import json


def test_a_handler_gets_the_event_and_its_answer_comes_back(host, function):
    name = function("export const handler = async (event) => ({ sum: event.a + event.b });")
    answer = host.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"a": 2, "b": 3}))
    assert answer["StatusCode"] == 200
    assert json.load(answer["Payload"]) == {"sum": 5}


def test_a_thrown_error_is_reported_as_lambda_reports_it(host, function):
    name = function("export const handler = async () => { throw new TypeError('no'); };")
    answer = host.client("lambda").invoke(FunctionName=name)
    assert answer["FunctionError"] == "Unhandled"
    error = json.load(answer["Payload"])
    assert (error["errorType"], error["errorMessage"]) == ("TypeError", "no")


def test_the_tail_of_the_log_comes_with_the_answer(host, function):
    name = function("export const handler = async () => console.log('hello from inside');")
    answer = host.client("lambda").invoke(FunctionName=name, LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    assert "hello from inside" in log
    assert "REPORT RequestId:" in log


def test_a_handler_that_takes_too_long_is_stopped(host, function):
    name = function("export const handler = () => new Promise(() => setTimeout(() => {}, 60000));", Timeout=1)
    answer = host.client("lambda").invoke(FunctionName=name)
    assert answer["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in json.load(answer["Payload"])["errorMessage"]


def test_the_aws_cli_invokes(host, function, tmp_path):
    name = function("export const handler = async (event) => event.word.toUpperCase();")
    out = tmp_path / "answer.json"
    host.cli("lambda", "invoke", "--function-name", name, "--payload", json.dumps({"word": "samlet"}), out)
    assert json.loads(out.read_text()) == "SAMLET"
