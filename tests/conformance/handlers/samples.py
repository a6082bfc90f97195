"""The event that a function's trigger sends, as AWS's documentation shows it."""

import base64
import json

ACCOUNT, REGION = "123456789012", "us-east-1"
WHEN = "2026-01-15T10:00:00Z"
BODY = json.dumps({"id": "1", "name": "sample", "message": "hello"})


def of(project, logical_id):
    """The sample event of the first trigger of a function."""
    events = (project.resources[logical_id].get("Properties") or {}).get("Events") or {}
    for event in events.values():
        make = MAKERS.get(event.get("Type")) if isinstance(event, dict) else None
        if make is not None:
            return make(event.get("Properties") or {})
    if "FunctionUrlConfig" in (project.resources[logical_id].get("Properties") or {}):
        return http_api({})
    return _of_mapping(project, logical_id)


def _of_mapping(project, logical_id):
    """Templates without SAM's events name the source of a function's records by an event source mapping."""
    for one in project.resources.values():
        properties = one.get("Properties") or {}
        if one.get("Type") == "AWS::Lambda::EventSourceMapping" and logical_id in json.dumps(properties):
            source = json.dumps(properties.get("EventSourceArn"))
            for word, make in (("Queue", sqs), ("Stream", dynamodb), ("kinesis", kinesis), ("Table", dynamodb)):
                if word in source:
                    return make({})
    return {"key1": "value1", "key2": "value2", "key3": "value3"}


def _path(properties):
    template = properties.get("Path")
    template = template if isinstance(template, str) else "/"
    names = [part.strip("{}").rstrip("+") for part in template.split("/") if part.startswith("{")]
    path = "/".join("1" if part.startswith("{") else part for part in template.split("/"))
    return template, path, {name: "1" for name in names} or None


def _method(properties):
    method = properties.get("Method")
    method = method.upper() if isinstance(method, str) else "GET"
    return "GET" if method in ("ANY", "X-AMAZON-APIGATEWAY-ANY-METHOD", "*") else method


def rest_api(properties):
    resource, path, parameters = _path(properties)
    method = _method(properties)
    return {
        "resource": resource, "path": path, "httpMethod": method,
        "headers": {"Accept": "*/*", "Content-Type": "application/json", "Host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"},
        "multiValueHeaders": {"Accept": ["*/*"], "Content-Type": ["application/json"]},
        "queryStringParameters": {"name": "sample"}, "multiValueQueryStringParameters": {"name": ["sample"]},
        "pathParameters": parameters, "stageVariables": None,
        "requestContext": {
            "accountId": ACCOUNT, "apiId": "a1b2c3d4e5", "stage": "Prod", "httpMethod": method, "protocol": "HTTP/1.1",
            "resourcePath": resource, "path": f"/Prod{path}", "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1768471200000, "requestTime": "15/Jan/2026:10:00:00 +0000", "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "curl/8"},
            "authorizer": {"claims": {"sub": "user-1", "email": "someone@example.com", "cognito:username": "someone"}},
        },
        "body": BODY if method in ("POST", "PUT", "PATCH") else None, "isBase64Encoded": False,
    }  # fmt: skip


def http_api(properties):
    resource, path, parameters = _path(properties)
    method = _method(properties)
    route = resource if resource == "$default" else f"{method} {resource}"
    event = {
        "version": "2.0", "routeKey": route, "rawPath": path, "rawQueryString": "name=sample",
        "headers": {"accept": "*/*", "content-type": "application/json", "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"},
        "queryStringParameters": {"name": "sample"},
        "requestContext": {
            "accountId": ACCOUNT, "apiId": "a1b2c3d4e5", "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5", "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8"},
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": route, "stage": "$default", "time": "15/Jan/2026:10:00:00 +0000", "timeEpoch": 1768471200000,
            "authorizer": {"jwt": {"claims": {"sub": "user-1", "email": "someone@example.com"}, "scopes": None}},
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    if parameters:
        event["pathParameters"] = parameters
    if method in ("POST", "PUT", "PATCH"):
        event["body"] = BODY
    return event


def web_socket(properties):
    route = properties.get("RouteKey", "$connect")
    return {
        "requestContext": {
            "routeKey": route, "eventType": "CONNECT", "connectionId": "EXAMPLE=", "apiId": "a1b2c3d4e5", "stage": "Prod",
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "requestId": "JKJaXmPLvHcESHA=",
        },
        "body": json.dumps({"action": "sendmessage", "data": "hello"}), "isBase64Encoded": False,
    }  # fmt: skip


def dynamodb(properties):
    return {"Records": [{
        "eventID": "c4ca4238a0b923820dcc509a6f75849b", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": 1768471200, "Keys": {"id": {"S": "1"}},
            "NewImage": {"id": {"S": "1"}, "message": {"S": "hello"}, "count": {"N": "1"}},
            "SequenceNumber": "4421584500000000017450439091", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/sample/stream/2026-01-15T00:00:00.000",
    }]}  # fmt: skip


def kinesis(properties):
    return {"Records": [{
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "1", "sequenceNumber": "49590338271490256608559692538361571095921575989136588898",
            "data": base64.b64encode(BODY.encode()).decode(), "approximateArrivalTimestamp": 1768471200.0,
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000006:4959", "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{ACCOUNT}:role/sample", "awsRegion": REGION, "eventSourceARN": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/sample",
    }]}  # fmt: skip


def s3(properties):
    return {"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": WHEN, "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "EXAMPLE"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "EXAMPLE123456789", "x-amz-id-2": "EXAMPLE123/5678abc"},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "sample",
            "bucket": {"name": "amzn-s3-demo-bucket", "ownerIdentity": {"principalId": "EXAMPLE"}, "arn": "arn:aws:s3:::amzn-s3-demo-bucket"},
            "object": {"key": "folder/sample.json", "size": 1024, "eTag": "0123456789abcdef0123456789abcdef", "sequencer": "0A1B2C3D4E5F678901"},
        },
    }]}  # fmt: skip


def sqs(properties):
    return {"Records": [{
        "messageId": "19dd0b57-b21e-4ac1-bd88-01bbb068cb78", "receiptHandle": "MessageReceiptHandle", "body": BODY,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1768471200000", "SenderId": ACCOUNT, "ApproximateFirstReceiveTimestamp": "1768471200001"},
        "messageAttributes": {}, "md5OfBody": "7b270e59b47ff90a553787216d55d91d", "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:sample", "awsRegion": REGION,
    }]}  # fmt: skip


def sns(properties):
    return {"Records": [{
        "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:sample:1",
        "Sns": {
            "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e", "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:sample",
            "Subject": "sample", "Message": BODY, "Timestamp": WHEN, "SignatureVersion": "1", "Signature": "EXAMPLE", "MessageAttributes": {},
        },
    }]}  # fmt: skip


def schedule(properties):
    return _of_bus("aws.events", "Scheduled Event", {})


def scheduler(properties):
    given = properties.get("Input")
    return json.loads(given) if isinstance(given, str) and given.startswith("{") else {}


def bus(properties):
    pattern = properties.get("Pattern") or {}
    first = lambda name, other: next((one for one in pattern.get(name) or [] if isinstance(one, str)), other)  # noqa: E731
    return _of_bus(first("source", "com.example"), first("detail-type", "sample"), json.loads(BODY))


def _of_bus(source, kind, detail):
    return {
        "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": kind, "source": source, "account": ACCOUNT,
        "time": WHEN, "region": REGION, "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/sample"], "detail": detail,
    }  # fmt: skip


def logs(properties):
    return {"awslogs": {"data": "H4sIAAAAAAAAAKtWKkktLlGyUlAqS8wpTVWqBQDZ6bgyEQAAAA=="}}


MAKERS = {
    "Api": rest_api, "HttpApi": http_api, "DynamoDB": dynamodb, "Kinesis": kinesis, "S3": s3, "SQS": sqs, "SNS": sns,
    "Schedule": schedule, "ScheduleV2": scheduler, "EventBridgeRule": bus, "CloudWatchEvent": bus, "CloudWatchLogs": logs,
}  # fmt: skip
