"""Event source mappings of data streams, with boto3."""

import json
import time

import pytest

SECONDS = 60


def eventually(look):
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("nothing came in time")


@pytest.fixture
def stream(host, name):
    """A data stream of one shard; its ARN."""
    kinesis = host.client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]


@pytest.fixture
def mapped(host, name, function, stream):
    """A function from its source that follows the stream, and may do everything."""
    client = host.client("lambda")

    def create(source, **settings):
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        function(source, Timeout=30)
        host.client("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
        made = client.create_event_source_mapping(
            FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON", **settings
        )
        assert made["State"] == "Creating"
        uuid = made["UUID"]
        eventually(lambda: client.get_event_source_mapping(UUID=uuid)["State"] == "Enabled")
        return uuid

    return create


def objects(s3, bucket):
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    return {key: json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in keys}


def test_a_tumbling_window_adds_up_and_tells_its_end(host, name, stream, mapped):
    bucket = name.lower()
    s3 = host.client("s3")
    s3.create_bucket(Bucket=bucket)
    mapped(
        """
        import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
        const s3 = new S3Client({});
        export const handler = async ({ Records, state, window, isFinalInvokeForWindow }) => {
          const sum = Records.reduce((sum, { kinesis }) => sum + Number(atob(kinesis.data)), state.sum ?? 0);
          if (isFinalInvokeForWindow) {
            const Body = JSON.stringify({ sum, window });
            await s3.send(new PutObjectCommand({ Bucket: "%s", Key: window.start, Body }));
          }
          return { state: { sum } };
        };
        """
        % bucket,
        TumblingWindowInSeconds=2,
    )
    kinesis = host.client("kinesis")
    for number in range(1, 5):
        kinesis.put_record(StreamName=name, PartitionKey="k", Data=str(number).encode())
        time.sleep(0.5)

    def windows():
        found = objects(s3, bucket).values()
        return found if sum(window["sum"] for window in found) == 10 else None

    for window in eventually(windows):
        assert window["window"]["start"] < window["window"]["end"]


def test_a_batch_that_is_given_up_is_written_to_a_bucket(host, name, stream, mapped):
    bucket = name.lower()
    s3 = host.client("s3")
    s3.create_bucket(Bucket=bucket)
    uuid = mapped(
        "export const handler = async () => { throw new Error('no') };",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}},
    )
    put = host.client("kinesis").put_record(StreamName=name, PartitionKey="k", Data=b"hello")
    ((key, record),) = eventually(lambda: objects(s3, bucket)).items()
    assert key.startswith(f"aws/lambda/{uuid}/{put['ShardId']}/")
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["KinesisBatchInfo"]["startSequenceNumber"] == put["SequenceNumber"]
    assert record["KinesisBatchInfo"]["streamArn"] == stream
    assert record["payload"]["Records"][0]["kinesis"]["data"] == "aGVsbG8="
    state = host.client("lambda").get_event_source_mapping(UUID=uuid)
    assert state["LastProcessingResult"] == "PROBLEM: Function call failed"
