"""Asynchronous invocations, provisioned concurrency, streams and what hangs beside functions, by boto3."""

import json
import time
import urllib.request

import pytest
from botocore.exceptions import ClientError
from samlet import zipped

TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def create(host, name):
    """Creates a function from the source of its index.mjs, with a role that may do what `statements` allow."""

    def create(source, *statements, suffix=""):
        client, iam = host.client("lambda"), host.client("iam")
        function = name + suffix
        role = iam.create_role(RoleName=function, AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=function, PolicyName="own", PolicyDocument=policy)
        client.create_function(
            FunctionName=function,
            Runtime="nodejs22.x",
            Role=role["Arn"],
            Handler="index.handler",
            Code={"ZipFile": zipped({"index.mjs": source})},
        )
        client.get_waiter("function_active_v2").wait(FunctionName=function)
        return function

    return create


def eventually(ask):
    """The first answer that is not empty."""
    for _ in range(100):
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError("nothing came")


def test_a_failed_event_is_recorded_in_a_bucket(host, create, name):
    client, s3 = host.client("lambda"), host.client("s3")
    s3.create_bucket(Bucket=name)
    allowed = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"}
    function = create("export const handler = async () => { throw new TypeError('no'); };", allowed)
    config = client.put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{name}"}},
    )
    assert config["FunctionArn"].endswith(":$LATEST")
    assert config["LastModified"].year >= 2024
    accepted = client.invoke(FunctionName=function, InvocationType="Event", Payload=b'{"a": 1}')
    assert accepted["StatusCode"] == 202
    [entry] = eventually(lambda: s3.list_objects_v2(Bucket=name).get("Contents", []))
    assert entry["Key"].startswith(f"aws/lambda/async/{function}/")
    record = json.load(s3.get_object(Bucket=name, Key=entry["Key"])["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestPayload"] == {"a": 1}
    assert record["responsePayload"]["errorType"] == "TypeError"


def test_a_role_that_may_not_write_to_the_destination_is_refused(host, create):
    function = create("export const handler = async () => 1;")
    with pytest.raises(ClientError, match="does not have permissions to call PutObject"):
        host.client("lambda").put_function_event_invoke_config(
            FunctionName=function, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::elsewhere"}}
        )


def test_provisioned_environments_get_ready(host, create):
    client = host.client("lambda")
    function = create("export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;")
    version = client.publish_version(FunctionName=function)["Version"]
    put = client.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier=version, ProvisionedConcurrentExecutions=2
    )
    assert put["Status"] == "IN_PROGRESS"

    def ready():
        config = client.get_provisioned_concurrency_config(FunctionName=function, Qualifier=version)
        return config["Status"] == "READY" and config

    assert eventually(ready)["AllocatedProvisionedConcurrentExecutions"] == 2
    answer = client.invoke(FunctionName=function, Qualifier=version)
    assert json.load(answer["Payload"]) == "provisioned-concurrency"
    [listed] = client.list_provisioned_concurrency_configs(FunctionName=function)["ProvisionedConcurrencyConfigs"]
    assert listed["FunctionArn"].endswith(f"{function}:{version}")
    client.delete_provisioned_concurrency_config(FunctionName=function, Qualifier=version)
    with pytest.raises(client.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        client.get_provisioned_concurrency_config(FunctionName=function, Qualifier=version)


STREAMED = """
export const handler = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' } });
    for (const word of ['one', 'two', 'three']) stream.write(word + ' ');
    stream.end();
});
"""


def test_a_stream_is_read_event_by_event(host, create):
    client = host.client("lambda")
    function = create("export const handler = async (event) => 'x'.repeat(event.length);")
    answer = client.invoke_with_response_stream(FunctionName=function, Payload=b'{"length": 100000}')
    events = list(answer["EventStream"])
    assert len(events) == 3
    body = b"".join(event["PayloadChunk"]["Payload"] for event in events[:-1])
    assert json.loads(body) == "x" * 100000
    assert events[-1] == {"InvokeComplete": {}}
    assert answer["ExecutedVersion"] == "$LATEST"


def test_a_url_streams(host, create):
    client = host.client("lambda")
    function = create(STREAMED)
    url = client.create_function_url_config(FunctionName=function, AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    for action in ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]:
        client.add_permission(
            FunctionName=function, StatementId=action.split(":")[1], Action=action, Principal="*"
        )
    request = urllib.request.Request(host.endpoint, headers={"Host": url["FunctionUrl"].split("/")[2]})
    with urllib.request.urlopen(request) as answer:
        assert (answer.status, answer.headers["x-a"], answer.read()) == (201, "b", b"one two three ")


def test_code_signing_and_the_rest_are_kept(host, create):
    client = host.client("lambda")
    function = create("export const handler = async () => 1;")
    profile = "arn:aws:signer:us-east-1:123456789012:/signing-profiles/test"
    config = client.create_code_signing_config(
        AllowedPublishers={"SigningProfileVersionArns": [profile]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
    )["CodeSigningConfig"]
    arn = config["CodeSigningConfigArn"]
    client.put_function_code_signing_config(FunctionName=function, CodeSigningConfigArn=arn)
    with pytest.raises(client.exceptions.CodeVerificationFailedException):
        client.update_function_code(FunctionName=function, ZipFile=zipped({"index.mjs": ""}))
    client.put_function_recursion_config(FunctionName=function, RecursiveLoop="Allow")
    assert client.get_function_recursion_config(FunctionName=function)["RecursiveLoop"] == "Allow"
    assert client.get_runtime_management_config(FunctionName=function)["UpdateRuntimeOn"] == "Auto"


def test_layers_are_listed_and_have_policies(host, name):
    client = host.client("lambda")
    published = client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped({"a": "a"})})
    by_arn = client.get_layer_version_by_arn(Arn=published["LayerVersionArn"])
    assert by_arn["Content"]["CodeSha256"] == published["Content"]["CodeSha256"]
    assert name in [layer["LayerName"] for layer in client.list_layers()["Layers"]]
    client.add_layer_version_permission(
        LayerName=name, VersionNumber=1, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
    )
    policy = json.loads(client.get_layer_version_policy(LayerName=name, VersionNumber=1)["Policy"])
    assert policy["Statement"][0]["Principal"] == "*"
    client.remove_layer_version_permission(LayerName=name, VersionNumber=1, StatementId="all")


TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Listener:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: exports.handler = async (record) => console.log('RECORD ' + record.requestContext.condition)
  Failing:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: exports.handler = async () => { throw new Error('no') }
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 }
      EventInvokeConfig:
        MaximumRetryAttempts: 0
        DestinationConfig:
          OnFailure: { Type: Lambda, Destination: !GetAtt Listener.Arn }
Outputs:
  Listener: { Value: !Ref Listener }
  Failing: { Value: !Ref Failing }
"""


def test_a_sam_template_asks_for_a_destination_and_ready_environments(host, name):
    stacks, client = host.client("cloudformation"), host.client("lambda")
    stacks.create_stack(StackName=name, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    [stack] = stacks.describe_stacks(StackName=name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    config = client.get_provisioned_concurrency_config(FunctionName=outputs["Failing"], Qualifier="live")
    assert config["Status"] == "READY"
    client.invoke(FunctionName=outputs["Failing"], Qualifier="live", InvocationType="Event")
    group, logs = f"/aws/lambda/{outputs['Listener']}", host.client("logs")

    def recorded():
        groups = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        return groups and logs.filter_log_events(logGroupName=group, filterPattern="RECORD")["events"]

    assert "RetriesExhausted" in eventually(recorded)[0]["message"]
    stacks.delete_stack(StackName=name)
    stacks.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def test_a_dead_letter_queue_needs_its_permission(host, create):
    client = host.client("lambda")
    function = create("export const handler = async () => 1;")
    queue = "arn:aws:sqs:us-east-1:123456789012:dead"
    with pytest.raises(ClientError, match="does not have permissions to call SendMessage on SQS"):
        client.update_function_configuration(FunctionName=function, DeadLetterConfig={"TargetArn": queue})
    allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    permitted = create("export const handler = async () => 1;", allowed, suffix="-2")
    updated = client.update_function_configuration(FunctionName=permitted, DeadLetterConfig={"TargetArn": queue})
    assert updated["DeadLetterConfig"] == {"TargetArn": queue}
