"""S3 with boto3 and the AWS CLI: buckets, objects, listings, errors."""

import json
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from samlet import CREDENTIALS, REGION, boto3


@pytest.fixture
def s3(host):
    return host.client("s3")


@pytest.fixture
def bucket(s3, name):
    """A bucket that is gone after the test, with all that it holds."""
    name = name.lower()
    s3.create_bucket(Bucket=name)
    yield name
    for found in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=found["Key"])
    s3.delete_bucket(Bucket=name)


def code(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_object_round_trip(s3, bucket):
    body = bytes(range(256)) * 100
    put = s3.put_object(Bucket=bucket, Key="a/b c+d//e", Body=body, ContentType="text/x", Metadata={"mood": "calm"})
    got = s3.get_object(Bucket=bucket, Key="a/b c+d//e", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert (got["ETag"], got["ContentType"], got["Metadata"]) == (put["ETag"], "text/x", {"mood": "calm"})
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"]
    head = s3.head_object(Bucket=bucket, Key="a/b c+d//e")
    assert (head["ContentLength"], head["LastModified"]) == (len(body), got["LastModified"])
    part = s3.get_object(Bucket=bucket, Key="a/b c+d//e", Range="bytes=-3")
    assert (part["Body"].read(), part["ContentRange"]) == (body[-3:], "bytes 25597-25599/25600")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a/b c+d//e"})
    assert s3.get_object(Bucket=bucket, Key="copy")["Metadata"] == {"mood": "calm"}


def test_listing_pages_and_prefixes(s3, bucket):
    keys = sorted(f"{folder}/{number} ü" for folder in "ab" for number in range(4))
    for key in [*keys, "top"]:
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    assert [found["Key"] for page in pages for found in page["Contents"]] == [*keys, "top"]
    top = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [prefix["Prefix"] for prefix in top["CommonPrefixes"]] == ["a/", "b/"]
    assert [found["Key"] for found in top["Contents"]] == ["top"]
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert sorted(found["Key"] for found in deleted["Deleted"]) == keys
    assert bucket in [found["Name"] for found in s3.list_buckets()["Buckets"]]


def test_errors(s3, bucket):
    assert code(s3.get_object, Bucket=bucket, Key="none") == "NoSuchKey"
    assert code(s3.head_object, Bucket=bucket, Key="none") == "404"
    assert code(s3.list_objects_v2, Bucket="no-such-bucket-here") == "NoSuchBucket"
    assert code(s3.put_bucket_accelerate_configuration, Bucket=bucket, AccelerateConfiguration={}) == "NotImplemented"
    assert code(s3.list_parts, Bucket=bucket, Key="k", UploadId="none") == "NoSuchUpload"
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert code(s3.delete_bucket, Bucket=bucket) == "BucketNotEmpty"
    assert code(s3.get_object, Bucket=bucket, Key="k", Range="bytes=5-") == "InvalidRange"
    assert code(s3.get_object, Bucket=bucket, Key="k", IfMatch="other") == "PreconditionFailed"


def test_virtual_hosts_and_presigned_urls(host, s3, bucket):
    virtual = boto3.client(
        "s3",
        endpoint_url=f"http://localhost:{host.port}",
        region_name=REGION,
        config=Config(s3={"addressing_style": "virtual"}),
        **CREDENTIALS,
    )
    virtual.meta.events.register("before-send.s3.PutObject", to_loopback)
    virtual.put_object(Bucket=bucket, Key="k", Body=b"by host")
    # Where the region's oldest buckets may be, boto3 would sign as S3 once did.
    signer = boto3.client(
        "s3",
        endpoint_url=host.endpoint,
        region_name=REGION,
        config=Config(signature_version="s3v4"),
        **CREDENTIALS,
    )
    url = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert urllib.request.urlopen(url).read() == b"by host"


def to_loopback(request, **_):
    """Hosts below localhost are this machine, which not every resolver knows."""
    host = request.url.split("/")[2]
    request.headers["Host"] = host
    request.url = request.url.replace(host, "127.0.0.1:" + host.rsplit(":")[-1], 1)


def test_streamed_upload_of_the_command_line(host, s3, bucket, tmp_path):
    source = tmp_path / "song.txt"
    source.write_text("la la la")
    host.cli("s3api", "put-object", "--bucket", bucket, "--key", "song", "--body", source)
    assert s3.get_object(Bucket=bucket, Key="song")["Body"].read() == b"la la la"


def test_large_files_go_in_parts(host, s3, bucket, tmp_path):
    source, copy = tmp_path / "tape", tmp_path / "copy"
    body = bytes(range(256)) * (20 * 1024 * 4)
    source.write_bytes(body)
    s3.upload_file(str(source), bucket, "by boto3", ExtraArgs={"ContentType": "audio/x", "Tagging": "side=a"})
    head = s3.head_object(Bucket=bucket, Key="by boto3")
    assert (head["ContentLength"], head["ContentType"], head["ETag"][-3:]) == (len(body), "audio/x", '-3"')
    s3.download_file(bucket, "by boto3", str(copy))
    assert copy.read_bytes() == body
    assert s3.get_object_tagging(Bucket=bucket, Key="by boto3")["TagSet"] == [{"Key": "side", "Value": "a"}]
    s3.copy({"Bucket": bucket, "Key": "by boto3"}, bucket, "copied")
    assert s3.get_object(Bucket=bucket, Key="copied", Range="bytes=-2")["Body"].read() == body[-2:]
    host.cli("s3", "cp", source, f"s3://{bucket}/by cli", "--no-progress")
    host.cli("s3", "cp", f"s3://{bucket}/by cli", copy, "--no-progress")
    assert copy.read_bytes() == body
    upload = s3.create_multipart_upload(Bucket=bucket, Key="left")["UploadId"]
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket)
    assert [found["UploadId"] for page in pages for found in page["Uploads"]] == [upload]
    s3.abort_multipart_upload(Bucket=bucket, Key="left", UploadId=upload)


def test_a_policy_opens_a_bucket(host, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"open")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert code(s3.put_bucket_policy, Bucket=bucket, Policy=policy) == "AccessDenied"
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"] == [statement]
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"] == {"IsPublic": True}
    assert [found["Key"] for found in s3.list_objects(Bucket=bucket)["Contents"]] == ["k"]
    statement["Effect"] = "Deny"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert code(s3.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    s3.delete_bucket_policy(Bucket=bucket)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"open"


def test_other_regions(host, s3, name):
    west = boto3.client("s3", endpoint_url=host.endpoint, region_name="eu-west-1", **CREDENTIALS)
    bucket = f"west-{name.lower()}"
    configuration = {"LocationConstraint": "eu-west-1"}
    west.create_bucket(Bucket=bucket, CreateBucketConfiguration=configuration)
    again = code(west.create_bucket, Bucket=bucket, CreateBucketConfiguration=configuration)
    assert again == "BucketAlreadyOwnedByYou"
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"
    west.delete_bucket(Bucket=bucket)


def test_a_function_hears_of_new_objects(host, s3, bucket, function):
    copier = function(
        """
        import { S3Client, CopyObjectCommand } from '@aws-sdk/client-s3';
        const s3 = new S3Client();
        export const handler = async ({ Records }) => {
          for (const { s3: { bucket, object } } of Records) {
            const key = decodeURIComponent(object.key.replaceAll('+', ' '));
            const CopySource = `${bucket.name}/${encodeURIComponent(key)}`;
            await s3.send(new CopyObjectCommand({ Bucket: bucket.name, CopySource, Key: key.replace('in/', 'out/') }));
          }
        };
        """
    )
    rights = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rights]})
    host.client("iam").put_role_policy(RoleName=copier, PolicyName="s3", PolicyDocument=policy)
    client = host.client("lambda")
    arn = client.get_function(FunctionName=copier)["Configuration"]["FunctionArn"]
    filtered = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}
    listener = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": filtered}
    configuration = {"Bucket": bucket, "NotificationConfiguration": {"LambdaFunctionConfigurations": [listener]}}
    # The function does not let S3 call it yet.
    assert code(s3.put_bucket_notification_configuration, **configuration) == "InvalidArgument"
    client.add_permission(
        FunctionName=copier,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceAccount="123456789012",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )
    s3.put_bucket_notification_configuration(**configuration)
    kept = s3.get_bucket_notification_configuration(Bucket=bucket)["LambdaFunctionConfigurations"]
    assert (kept[0]["LambdaFunctionArn"], kept[0]["Events"]) == (arn, ["s3:ObjectCreated:*"])
    s3.put_object(Bucket=bucket, Key="in/a b", Body=b"copied")
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="out/a b", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    assert s3.get_object(Bucket=bucket, Key="out/a b")["Body"].read() == b"copied"
