import traceback

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.metrics import MetricUnit

DESCRIBE = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
EVENT = {
    "resource": "/hello/{name}", "path": "/hello/ann", "httpMethod": "GET", "headers": {}, "multiValueHeaders": {},
    "queryStringParameters": {"q": "1"}, "multiValueQueryStringParameters": {"q": ["1"]},
    "requestContext": {"stage": "Prod", "requestId": "r"}, "body": None, "isBase64Encoded": False,
}  # fmt: skip

logger, metrics, tracer = Logger(service="shop"), Metrics(namespace="shop", service="shop"), Tracer(service="shop")
app = APIGatewayRestResolver()


@app.get("/hello/<name>")
def hello(name):
    return {"name": name, "q": app.current_event.get_query_string_value("q")}


def powertools(context):
    logger.info("a line", extra={"a": 1})
    metrics.add_metric(name="orders", unit=MetricUnit.Count, value=1)
    answer = app.resolve(EVENT, context)
    return [answer["statusCode"], answer["body"]]


def requests(context):
    import requests

    try:
        requests.get("https://example.com/")
    except requests.exceptions.ConnectionError as error:
        failure = type(error).__name__
    return [requests.get(DESCRIBE).status_code, failure]


def jwt(context):
    import jwt

    key = "secret" * 8
    return jwt.decode(jwt.encode({"a": 1}, key, algorithm="HS256"), key, algorithms=["HS256"])["a"]


def dateutil(context):
    from dateutil import parser, relativedelta

    return (parser.parse("Jan 2 2026 10:00 UTC") + relativedelta.relativedelta(months=1)).isoformat()


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
def handler(event, context):
    results = {}
    for check in (powertools, requests, jwt, dateutil):
        try:
            results[check.__name__] = check(context)
        except Exception:
            results[check.__name__] = traceback.format_exc()
    return results
