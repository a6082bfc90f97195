"""CloudFormation with the AWS CLI and boto3: what a person deploys, and a host that is killed in the midst."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from samlet import Host

EVERYTHING = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]

INNER = """
Parameters: {Key: {Type: String}}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: !Ref Key, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: !Ref Key, AttributeType: S}]
Outputs: {Name: {Value: !Ref Table}}
"""

OUTER = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Stack:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Key: id}}
  Application:
    Type: AWS::Serverless::Application
    Properties: {Location: inner.yaml, Parameters: {Key: id}}
Outputs:
  Names: {Value: !Join [' ', [!GetAtt Stack.Outputs.Name, !GetAtt Application.Outputs.Name]]}
"""

# What a function of a custom resource does: it answers at the URL that it is given.
MAKER = """
const https = require('https');
exports.handler = (event) => new Promise((resolve, reject) => {
  const {StackId, RequestId, LogicalResourceId, ResourceProperties} = event;
  const Status = ResourceProperties.Status || 'SUCCESS';
  const Data = {Length: String(ResourceProperties.Text.length)};
  const PhysicalResourceId = 'made', Reason = 'as it was told to';
  const body = JSON.stringify({Status, Reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId, Data});
  const {hostname, pathname, search} = new URL(event.ResponseURL);
  const headers = {'content-type': '', 'content-length': body.length};
  const request = https.request({hostname, path: pathname + search, method: 'PUT', headers}, (response) => {
    response.on('data', () => {});
    response.on('end', resolve);
  });
  request.on('error', reject);
  request.end(body);
});
"""


def loops(status):
    """Tables in a loop and a custom resource, in one template."""
    return {
        "Transform": ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"],
        "Parameters": {"Names": {"Type": "CommaDelimitedList", "Default": "One,Two"}},
        "Resources": {
            "Fn::ForEach::Tables": [
                "Name",
                {"Ref": "Names"},
                {"Table${Name}": {"Type": "AWS::Serverless::SimpleTable"}},
            ],
            "Maker": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler", "InlineCode": MAKER},
            },
            "Made": {
                "Type": "Custom::Made",
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["Maker", "Arn"]},
                    "Text": {"Fn::ToJsonString": {"names": {"Ref": "Names"}}},
                    "Status": status,
                },
            },
        },
        "Outputs": {"Length": {"Value": {"Fn::GetAtt": ["Made", "Length"]}}},
    }


@pytest.fixture
def stacks(host):
    return host.client("cloudformation")


def settled(stacks, name):
    while True:
        stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return stack
        time.sleep(0.1)


def outputs(stack):
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def test_the_cli_packages_and_deploys_nested_stacks(host, stacks, name, tmp_path):
    bucket = name.lower()
    host.client("s3").create_bucket(Bucket=bucket)
    (tmp_path / "inner.yaml").write_text(INNER)
    (tmp_path / "outer.yaml").write_text(OUTER)
    packed = tmp_path / "packed.yaml"
    host.cli(
        "cloudformation", "package", "--template-file", tmp_path / "outer.yaml",
        "--s3-bucket", bucket, "--output-template-file", packed,
    )  # fmt: skip
    host.cli(
        "cloudformation", "deploy", "--stack-name", name, "--template-file", packed,
        "--capabilities", *EVERYTHING,
    )  # fmt: skip
    stack = settled(stacks, name)
    tables = outputs(stack)["Names"].split()
    assert set(tables) <= set(host.client("dynamodb").list_tables()["TableNames"])
    nested = [other for other in stacks.describe_stacks()["Stacks"] if other.get("ParentId") == stack["StackId"]]
    assert len(nested) == 2
    host.cli("cloudformation", "delete-stack", "--stack-name", name)
    host.cli("cloudformation", "wait", "stack-delete-complete", "--stack-name", name)
    assert not set(tables) & set(host.client("dynamodb").list_tables()["TableNames"])


def test_loops_and_custom_resources(host, stacks, name):
    order = {"StackName": name, "Capabilities": EVERYTHING}
    stacks.create_stack(TemplateBody=json.dumps(loops("SUCCESS")), **order)
    stack = settled(stacks, name)
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
    assert outputs(stack)["Length"] == str(len('{"names":["One","Two"]}'))
    found = stacks.describe_stack_resources(StackName=name)["StackResources"]
    assert {"TableOne", "TableTwo"} <= {resource["LogicalResourceId"] for resource in found}

    stacks.update_stack(TemplateBody=json.dumps(loops("FAILED")), **order)
    assert settled(stacks, name)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    reasons = [event.get("ResourceStatusReason", "") for event in stacks.describe_stack_events(StackName=name)["StackEvents"]]
    expected = "Received response status [FAILED] from custom resource. Message returned: as it was told to"
    assert any(reason.startswith(expected) for reason in reasons)
    stacks.delete_stack(StackName=name)


def test_a_host_that_is_killed_takes_the_deployment_back(tmp_path):
    """A function that never answers holds the deployment up, until the host is gone."""
    silent = loops("SUCCESS")
    silent["Resources"]["Maker"]["Properties"]["InlineCode"] = "exports.handler = async () => {};"
    silent["Resources"]["Made"]["DependsOn"] = ["TableOne", "TableTwo"]
    host = Host("--data", tmp_path)
    stacks = host.client("cloudformation")
    stacks.create_stack(StackName="half", Capabilities=EVERYTHING, TemplateBody=json.dumps(silent))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        made = stacks.describe_stack_resources(StackName="half")["StackResources"]
        if any(resource["LogicalResourceId"] == "Made" for resource in made):
            break
        time.sleep(0.1)
    assert len(host.client("dynamodb").list_tables()["TableNames"]) == 2
    host.process.kill()
    host.process.wait()

    host = Host("--data", tmp_path)
    try:
        stack = settled(host.client("cloudformation"), "half")
        assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
        assert host.client("dynamodb").list_tables()["TableNames"] == []
        assert host.client("lambda").list_functions()["Functions"] == []
        with pytest.raises(ClientError):
            host.client("cloudformation").update_stack(StackName="half", UsePreviousTemplate=True)
    finally:
        host.stop()
