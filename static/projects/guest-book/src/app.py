import json
import logging
import os
from datetime import datetime, timezone
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key

logger = logging.getLogger()
logger.setLevel("INFO")

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def answer(status, body):
    text = json.dumps(body, default=lambda number: int(number) if number % 1 == 0 else float(number))
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": text}


def sign(page, guest):
    if not guest.get("name"):
        return answer(400, {"message": "name is required"})
    entry = {
        "page": page,
        "signed": datetime.now(timezone.utc).isoformat(),
        "name": guest["name"],
        "stars": Decimal(str(guest.get("stars", 5))),
    }
    table.put_item(Item=entry, ConditionExpression=Attr("signed").not_exists())
    logger.info("%s signed page %s", entry["name"], page)
    return answer(201, entry)


def read(page):
    found = table.query(KeyConditionExpression=Key("page").eq(page), ScanIndexForward=False)
    entries = found["Items"]
    stars = sum(entry["stars"] for entry in entries)
    return answer(200, {"entries": entries, "average": stars / len(entries) if entries else None})


def handler(event, context):
    page = event["pathParameters"]["page"]
    if event["requestContext"]["http"]["method"] == "POST":
        return sign(page, json.loads(event["body"] or "{}"))
    return read(page)
