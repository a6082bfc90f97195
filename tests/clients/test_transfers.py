"""Exports, imports and bulk puts of DynamoDB, through buckets."""

import gzip
import json
import time

import pytest


@pytest.fixture
def db(host):
    return host.client("dynamodb")


@pytest.fixture
def bucket(host, name):
    s3 = host.client("s3")
    s3.create_bucket(Bucket=name.lower())
    return name.lower()


def shape(table):
    return {
        "TableName": table,
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def until_done(describe, status):
    for _ in range(100):
        description = describe()
        if description[status] != "IN_PROGRESS":
            return description
        time.sleep(0.1)
    raise AssertionError(description)


def test_a_table_goes_to_a_bucket_and_comes_back(host, db, bucket, name):
    s3 = host.client("s3")
    table = db.create_table(**shape(name))["TableDescription"]
    db.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for number in range(30):
        db.put_item(TableName=name, Item={"id": {"N": str(number)}, "raw": {"B": bytes([number])}})
    begun = db.export_table_to_point_in_time(TableArn=table["TableArn"], S3Bucket=bucket)["ExportDescription"]
    db.get_waiter("export_completed").wait(ExportArn=begun["ExportArn"], WaiterConfig={"Delay": 1})
    export = db.describe_export(ExportArn=begun["ExportArn"])["ExportDescription"]
    assert (export["ExportStatus"], export["ItemCount"]) == ("COMPLETED", 30)
    manifest = json.loads(s3.get_object(Bucket=bucket, Key=export["ExportManifest"])["Body"].read())
    assert (manifest["itemCount"], manifest["tableArn"]) == (30, table["TableArn"])
    files = s3.get_object(Bucket=bucket, Key=manifest["manifestFilesS3Key"])["Body"].read()
    keys = [json.loads(line)["dataFileS3Key"] for line in files.splitlines()]
    lines = [gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
    assert sum(len(text.splitlines()) for text in lines) == 30

    copy = f"{name}-copy"
    begun = db.import_table(
        S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": keys[0].rsplit("/", 1)[0]},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters=shape(copy),
    )["ImportTableDescription"]
    arn = begun["ImportArn"]
    done = until_done(lambda: db.describe_import(ImportArn=arn)["ImportTableDescription"], "ImportStatus")
    assert (done["ImportStatus"], done["ImportedItemCount"]) == ("COMPLETED", 30)
    by_id = lambda item: item["id"]["N"]
    assert sorted(db.scan(TableName=copy)["Items"], key=by_id) == sorted(db.scan(TableName=name)["Items"], key=by_id)
    assert arn in [found["ImportArn"] for found in db.list_imports()["ImportSummaryList"]]


def test_the_command_line_imports_csv(host, db, bucket, name):
    host.client("s3").put_object(Bucket=bucket, Key="a.csv", Body=b"id,name\n1,one\n2,two\n")
    begun = host.cli(
        "dynamodb", "import-table", "--s3-bucket-source", f"S3Bucket={bucket}", "--input-format", "CSV",
        "--table-creation-parameters", json.dumps(shape(name)),
    )  # fmt: skip
    arn = begun["ImportTableDescription"]["ImportArn"]
    until_done(lambda: db.describe_import(ImportArn=arn)["ImportTableDescription"], "ImportStatus")
    item = db.get_item(TableName=name, Key={"id": {"N": "2"}})["Item"]
    assert item == {"id": {"N": "2"}, "name": {"S": "two"}}


def test_a_bulk_put(host, db, bucket, name):
    db.create_table(**shape(name))
    lines = [{"Item": {"id": {"N": str(number)}}} for number in range(250)] + [{"Item": {"id": {"S": "x"}}}]
    body = "\n".join(json.dumps(line) for line in lines)
    host.client("s3").put_object(Bucket=bucket, Key="in/a.json", Body=body.encode())
    begun = db.start_bulk_put_items(
        TableName=name,
        InputS3Configuration={"S3Bucket": bucket, "S3KeyPrefix": "in/", "InputFormat": "DYNAMODB_JSON"},
        OutputS3Configuration={"S3Bucket": bucket, "S3KeyPrefix": "out", "OutputType": ["ERROR"]},
    )["BulkOperationDescription"]
    arn = begun["BulkOperationArn"]
    describe = lambda: db.describe_bulk_operation(BulkOperationArn=arn)["BulkOperationDescription"]
    done = until_done(describe, "BulkOperationStatus")
    assert (done["BulkOperationStatus"], done["FailedItemCount"]) == ("COMPLETED_WITH_ERRORS", 1)
    assert db.scan(TableName=name, Select="COUNT")["Count"] == 250
