import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")


def handler(event, context):
    table = dynamodb.Table(event["TableName"])
    table.put_item(Item={"id": "a", "count": 1, "set": {"x"}, "deep": [1, "two", None]})
    item = table.get_item(Key={"id": "a"})["Item"]
    found = table.query(KeyConditionExpression=Key("id").eq("a"))
    try:
        dynamodb.meta.client.get_item(TableName="none", Key={"id": "a"})
    except ClientError as error:
        code = error.response["Error"]["Code"]
    return {"count": item["count"], "set": list(item["set"]), "deep": item["deep"], "found": found["Count"], "error": code,
            "from": boto3.__file__}  # fmt: skip
