"""Calls that are made twice against the same host: by boto3 from PyPI, and by the boto3 of the Python runtime.

A case takes a name that nobody else uses, and gives what it saw. `python boto3_cases.py CASE NAME` runs one
with the runtime's boto3, in an interpreter of its own.
"""

import datetime
import io
import json
import re
import sys
import zipfile
from decimal import Decimal

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def tried(call, *args, **kwargs):
    """What a call gives, or raises."""
    try:
        return call(*args, **kwargs)
    except Exception as error:
        kinds = [kind.__name__ for kind in type(error).__mro__ if kind is not object]
        return {"raised": kinds, "text": str(error), "response": getattr(error, "response", None)}


def made_table(boto3, name, **settings):
    return boto3.resource("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
        **settings,
    )


def table_items(boto3, name):
    from boto3.dynamodb.types import Binary

    table = made_table(boto3, name)
    table.wait_until_exists()
    item = {
        "pk": "a", "sk": 1, "price": Decimal("12.30"), "tags": {"x", "y"}, "numbers": {1, Decimal("2.5")},
        "raw": b"\x00\x01", "wrapped": Binary(b"z"), "none": None, "yes": True, "list": [1, "two", {"three": 3}],
        "map": {"deep": {"er": [Decimal("1E+3")]}},
    }  # fmt: skip
    seen = [table.put_item(Item=item), table.get_item(Key={"pk": "a", "sk": 1}), table.get_item(Key={"pk": "b", "sk": 1})]
    seen.append(
        table.update_item(
            Key={"pk": "a", "sk": 1},
            UpdateExpression="SET #p = #p + :one ADD tags :t REMOVE #l[0]",
            ExpressionAttributeNames={"#p": "price", "#l": "list"},
            ExpressionAttributeValues={":one": 1, ":t": {"z"}},
            ReturnValues="ALL_NEW",
        )
    )
    seen.append(table.delete_item(Key={"pk": "a", "sk": 1}, ReturnValues="ALL_OLD"))
    seen.append([table.table_status, table.item_count, table.key_schema, table.name, table.table_name, repr(table)])
    seen.append([table.creation_date_time, table.table_arn, table.billing_mode_summary, table.global_secondary_indexes])
    seen.append(name in [other.name for other in boto3.resource("dynamodb").tables.all()])
    return seen


def queries(boto3, name):
    from boto3.dynamodb.conditions import Attr, Key

    table = made_table(boto3, name)
    table.wait_until_exists()
    with table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for number in range(60):
            batch.put_item(Item={"pk": "a", "sk": number % 40, "even": number % 2 == 0, "text": f"t{number % 40}"})
        batch.delete_item(Key={"pk": "a", "sk": 3})
    key = Key("pk").eq("a") & Key("sk").between(2, 9)
    return [
        table.query(KeyConditionExpression=key),
        table.query(KeyConditionExpression=key, FilterExpression=Attr("even").eq(True) | Attr("text").begins_with("t5")),
        table.query(KeyConditionExpression=Key("pk").eq("a"), Limit=2, ScanIndexForward=False),
        table.query(KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": "a"}, Select="COUNT"),
        table.scan(FilterExpression=~Attr("text").contains("1") & Attr("sk").is_in([1, 2, 3, 4])),
        table.scan(Limit=1)["LastEvaluatedKey"],
        boto3.resource("dynamodb").batch_get_item(RequestItems={name: {"Keys": [{"pk": "a", "sk": 1}]}})["Responses"],
        table.meta.client.get_item(TableName=name, Key={"pk": "a", "sk": 1})["Item"],
        tried(table.put_item, Item={"pk": "a", "sk": 1}, ConditionExpression=Attr("pk").not_exists()),
        tried(table.put_item, Item={"pk": "a", "sk": 1.5}),
        tried(table.put_item, Item={"pk": "a"}),
        tried(table.put_item, Item={"pk": "a", "sk": object}),
        tried(table.query, KeyConditionExpression=Attr("pk").eq("a")),
    ]


def transactions(boto3, name):
    table = made_table(boto3, name)
    table.wait_until_exists()
    client = table.meta.client
    put = {"Put": {"TableName": name, "Item": {"pk": "a", "sk": 1}, "ConditionExpression": "attribute_not_exists(pk)"}}
    seen = [client.transact_write_items(TransactItems=[put]), tried(client.transact_write_items, TransactItems=[put])]
    try:
        client.transact_write_items(TransactItems=[put])
    except client.exceptions.TransactionCanceledException as error:
        seen.append(error.response["CancellationReasons"])
    get = {"Get": {"TableName": name, "Key": {"pk": "a", "sk": 1}}}
    seen.append(client.transact_get_items(TransactItems=[get])["Responses"])
    return seen


def dynamodb_client(boto3, name):
    client = boto3.client("dynamodb")
    seen = [tried(client.describe_table, TableName=name)]
    try:
        client.get_item(TableName=name, Key={"pk": {"S": "a"}})
    except client.exceptions.ResourceNotFoundException as error:
        seen.append([str(error), error.response["Error"]["Code"], error.operation_name])
    seen.append(tried(client.get_waiter("table_exists").wait, TableName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 2}))
    seen.append(tried(client.get_waiter, "nothing"))
    made_table(boto3, name).wait_until_exists()
    for number in range(5):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "b": {"B": b"\x01"}, "bs": {"BS": [b"2"]}, "n": {"NULL": True}}
        client.put_item(TableName=name, Item=item)
    paginator = client.get_paginator("scan")
    pages = list(paginator.paginate(TableName=name, PaginationConfig={"PageSize": 2}))
    seen += [[page["Count"] for page in pages], pages[0]["Items"]]
    seen.append(paginator.paginate(TableName=name, PaginationConfig={"MaxItems": 3, "PageSize": 2}).build_full_result())
    seen.append([client.can_paginate("query"), client.can_paginate("get_item"), client.meta.region_name])
    seen.append(tried(client.get_paginator, "get_item"))
    return seen


def parameters(boto3, name):
    client = boto3.client("dynamodb")
    return [
        tried(client.get_item),
        tried(client.get_item, TableName=name, Key={"pk": "plain"}),
        tried(client.get_item, TableName="t", Key=[], Other=2),
        tried(client.get_item, TableName="", Key={"pk": {"X": "y"}}),
        tried(client.query, TableName=name, Limit=0, ConsistentRead="yes", ScanIndexForward=None),
        tried(client.batch_get_item, RequestItems={name: {"Keys": [{"pk": {"S": 1}}, 3]}}),
        tried(boto3.client("s3").get_object, Bucket=name, Key=""),
        tried(boto3.client("lambda").invoke, FunctionName=name, Payload=5),
        tried(boto3.client("sts").get_caller_identity, Nothing=1),
        tried(client.get_item, "positional"),
        tried(boto3.client, "no-such-service")["raised"],
        tried(getattr, client, "no_such_method")["text"],
    ]


def s3_objects(boto3, name):
    s3 = boto3.client("s3")
    seen = [s3.create_bucket(Bucket=name), s3.put_object(Bucket=name, Key="a b/ü.txt", Body=b"one\ntwo\n", Metadata={"k": "v"})]
    s3.put_object(Bucket=name, Key="plain", Body="text", ContentType="text/plain", CacheControl="no-store")
    found = s3.get_object(Bucket=name, Key="a b/ü.txt")
    seen += [list(found["Body"].iter_lines()), found["Metadata"], found["ContentLength"], found["ETag"], found["ContentType"]]
    seen += [s3.get_object(Bucket=name, Key="plain", Range="bytes=0-1")["Body"].read(), s3.head_object(Bucket=name, Key="plain")]
    seen.append(s3.list_objects_v2(Bucket=name, Prefix="a"))
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name, PaginationConfig={"PageSize": 1})
    seen.append([[item["Key"] for item in page["Contents"]] for page in pages])
    seen.append(s3.copy_object(Bucket=name, Key="copy", CopySource={"Bucket": name, "Key": "plain"}))
    seen.append(tried(s3.get_object, Bucket=name, Key="missing"))
    seen.append(tried(s3.head_object, Bucket=name, Key="missing"))
    seen.append(tried(s3.get_object, Bucket=name + "-missing", Key="missing"))
    try:
        s3.get_object(Bucket=name, Key="missing")
    except s3.exceptions.NoSuchKey as error:
        seen.append(str(error))
    seen.append(s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "copy"}, {"Key": "missing & <more>"}]}))
    seen.append(s3.get_bucket_location(Bucket=name)["LocationConstraint"])
    seen.append(name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]])
    return seen


def s3_resource(boto3, name):
    bucket = boto3.resource("s3").create_bucket(Bucket=name)
    bucket.put_object(Key="a/1", Body=b"1")
    bucket.upload_fileobj(io.BytesIO(b"22"), "a/2")
    bucket.Object("b/3").put(Body="333")
    one = boto3.resource("s3").Object(name, "a/1")
    down = io.BytesIO()
    bucket.download_fileobj("a/2", down)
    seen = [one.get()["Body"].read().decode(), one.content_length, one.e_tag, down.getvalue(), repr(one), repr(bucket)]
    seen.append(tried(bucket.download_fileobj, "none", down))
    seen.append(tried(boto3.client("s3").upload_file, "/no/such/file", name, "x")["raised"])
    return seen


def s3_collections(boto3, name):
    """boto3 from PyPI lists by ListObjects, which is not here; so what is expected is written down."""
    bucket = boto3.resource("s3").create_bucket(Bucket=name)
    for key in ("a/1", "a/2", "b/3"):
        bucket.put_object(Key=key, Body=b"12")
    seen = [[(item.key, item.size) for item in bucket.objects.all()]]
    seen.append([item.key for item in bucket.objects.filter(Prefix="a/").page_size(1)])
    seen.append([item["Key"] for item in bucket.objects.filter(Prefix="a/").delete()[0]["Deleted"]])
    seen.append([item.key for item in bucket.objects.limit(1)])
    return seen


def functions(boto3, name):
    role = boto3.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.mjs", "export const handler = async (event) => { if (event.bad) throw new Error('no'); return event; };")
    client = boto3.client("lambda")
    made = client.create_function(
        FunctionName=name, Runtime="nodejs22.x", Role=role["Arn"], Handler="index.handler",
        Code={"ZipFile": package.getvalue()}, Environment={"Variables": {"A": "b"}},
    )  # fmt: skip
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    seen = [role, {key: value for key, value in made.items() if key not in ("CodeSize", "LastModified")}]
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"a": 1}), LogType="None")
    seen += [answer["StatusCode"], answer["Payload"].read(), answer["ExecutedVersion"]]
    answer = client.invoke(FunctionName=name, Payload=b'{"bad":true}', InvocationType="RequestResponse")
    seen += [answer["FunctionError"], json.load(answer["Payload"])["errorMessage"]]
    seen.append(client.invoke(FunctionName=name, InvocationType="Event", Payload="{}")["StatusCode"])
    seen.append(tried(client.get_function, FunctionName=name + "-none"))
    seen.append(tried(client.create_alias, FunctionName=name, Name="live", FunctionVersion="9"))
    seen.append([f["FunctionName"] for p in client.get_paginator("list_functions").paginate() for f in p["Functions"] if f["FunctionName"] == name])
    seen.append(client.delete_function(FunctionName=name))
    return seen


def identities(boto3, name):
    iam, sts = boto3.client("iam"), boto3.client("sts")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "k", "Value": "v"}])
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return [
        role,
        iam.list_role_policies(RoleName=name),
        iam.get_role_policy(RoleName=name, PolicyName="p"),
        tried(iam.get_role, RoleName=name + "-none"),
        sts.get_caller_identity(),
        iam.list_role_tags(RoleName=name),
    ]


def other_services(boto3, name):
    logs, stacks, users = boto3.client("logs"), boto3.client("cloudformation"), boto3.client("cognito-idp")
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    template = {"Resources": {"T": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"{name}-stack"}}}}
    stacks.create_stack(StackName=name, TemplateBody=json.dumps(template), Tags=[{"Key": "a", "Value": "b"}])
    stacks.get_waiter("stack_create_complete").wait(StackName=name)
    stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
    pool = users.create_user_pool(PoolName=name[:40])["UserPool"]
    users.admin_create_user(UserPoolId=pool["Id"], Username="kim", MessageAction="SUPPRESS")
    api = boto3.client("apigateway").create_rest_api(name=name)
    http = boto3.client("apigatewayv2").create_api(Name=name, ProtocolType="HTTP")
    return [
        [group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]],
        tried(logs.create_log_group, logGroupName=name),
        [stack["StackStatus"], stack["Tags"], stack["CreationTime"], stack["DisableRollback"]],
        tried(stacks.describe_stacks, StackName=name + "-none"),
        tried(stacks.get_waiter("stack_exists").wait, StackName=name + "-none", WaiterConfig={"Delay": 0, "MaxAttempts": 1}),
        [user["Username"] for user in users.list_users(UserPoolId=pool["Id"])["Users"]],
        tried(users.admin_get_user, UserPoolId=pool["Id"], Username="lee"),
        [api["name"], api["createdDate"], api["endpointConfiguration"]["types"]],
        tried(boto3.client("apigateway").get_rest_api, restApiId="none"),
        [http["Name"], http["ProtocolType"], http["CreatedDate"]],
        tried(boto3.client("application-autoscaling").describe_scalable_targets, ServiceNamespace="dynamodb")["ScalableTargets"],
        boto3.client("dax").describe_clusters()["Clusters"],
        boto3.client("dynamodbstreams").list_streams(TableName=name + "-none")["Streams"],
    ]


def expressions(boto3, name):
    """No call: what conditions come to."""
    from boto3.dynamodb.conditions import Attr, ConditionExpressionBuilder, Key

    a, b = Attr("a.b[0].c"), Attr("other")
    conditions = [
        a.eq(1), a.ne(1), a.lt(1), a.lte(1), a.gt(1), a.gte(1), a.between(1, 2), a.begins_with("x"), a.contains("x"),
        a.is_in([1, 2]), a.exists(), a.not_exists(), a.attribute_type("S"), a.size().gt(3), a.size().eq(b), a.eq(b),
        a.eq(1) & b.ne(2) | ~a.exists(), ~(a.lt(1) & (b.gt(2) | b.size().between(1, 2))),
    ]  # fmt: skip
    builder, seen = ConditionExpressionBuilder(), []
    for condition in conditions:
        seen.append(list(builder.build_expression(condition)))
    builder.reset()
    seen.append(list(builder.build_expression(Key("k").eq("v") & Key("s").begins_with("p"), is_key_condition=True)))
    seen.append(tried(builder.build_expression, Attr("k").eq("v"), is_key_condition=True))
    seen += [tried(lambda: a.eq(1) & 5), tried(lambda: a & a.eq(1)), tried(lambda: ~a), tried(builder.build_expression, "text")]
    seen += [a.eq(1) == a.eq(1), a.eq(1) == a.ne(1), Key("a") == Attr("a"), a.eq(1).get_expression()["operator"]]
    return seen


def typed_values(boto3, name):
    """No call: DynamoDB's types."""
    from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

    to, back = TypeSerializer().serialize, TypeDeserializer().deserialize
    values = [
        None, True, 1, -5, 10**37, Decimal("1.50"), Decimal("1E-130"), "", "text", b"b", bytearray(b"c"), Binary(b"d"), [1, [2]], (1, "x"),
        {"a": {"b": None}}, {1, 2}, {"a"}, {b"x"}, frozenset(["y"]), set(), 1.5, {1.5}, {(1,)}, object,
        Decimal("Infinity"), Decimal("NaN"), 10**39 + 1, Decimal("0.1") * Decimal(3), [1.5], {"a": object},
    ]  # fmt: skip
    seen = [tried(to, value) for value in values]
    seen += [back(to(value)) for value in values[:19]]
    seen += [tried(back, {}), tried(back, {"X": 1}), tried(Binary, "text"), repr(Binary(b"d"))]
    return seen


def exceptions(boto3, name):
    """No call: what the modules have."""
    import botocore.exceptions as known
    from botocore.config import Config

    error = known.ClientError({"Error": {"Code": "X", "Message": "m"}, "ResponseMetadata": {"RetryAttempts": 2}}, "Op")
    names = "NoCredentialsError ParamValidationError WaiterError EndpointConnectionError BotoCoreError NoRegionError".split()
    return [
        str(error), error.response["Error"], [[kind.__name__ for kind in getattr(known, one).__mro__] for one in names],
        str(known.NoCredentialsError()), str(known.EndpointConnectionError(endpoint_url="u")), tried(Config, nothing=1),
        Config(retries={"max_attempts": 1}).merge(Config(region_name="eu-west-1")).region_name,
        str(known.WaiterError("n", "r", {"a": 1})), tried(boto3.resource, "sts")["raised"],
    ]  # fmt: skip


CASES = [
    table_items, queries, transactions, dynamodb_client, parameters, s3_objects, s3_resource, functions, identities,
    other_services, expressions, typed_values, exceptions,
]  # fmt: skip

DULL = {"HTTPHeaders", "RequestId", "HostId", "RevisionId", "RoleId", "CodeSha256", "LogStreamName"}
NAMELESS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]{6,}|AIDA\w+|us-east-1_\w+")


def plain(value, name):
    """The same for both: no times, no ids, no classes of either package."""
    if isinstance(value, dict):
        return {plain(key, name): plain(one, name) for key, one in value.items() if key not in DULL}
    if isinstance(value, (list, tuple)):
        return [plain(one, name) for one in value]
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(str(plain(one, name)) for one in value)}
    if isinstance(value, datetime.datetime):
        return f"datetime, {value.utcoffset()}"
    if isinstance(value, Decimal):
        return f"Decimal {value}"
    if type(value).__name__ == "Binary":
        return f"Binary {bytes(value.value)!r}"
    if isinstance(value, (bytes, bytearray)):
        return f"{value!r}"
    if isinstance(value, str):
        return NAMELESS.sub("…", value).replace(name, "NAME")
    return value


def run(case, boto3, name):
    boto3.setup_default_session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    return plain(case(boto3, name), name)


def main(case, name):
    import http.client
    import types
    import urllib.parse
    from pathlib import Path

    def call(method, url, headers, body):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc)
        connection.request(method, url.split(parts.netloc, 1)[1], body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    sys.modules["_samlet"] = types.SimpleNamespace(http=call, log=print)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "crates/runtimes/python/lib"))
    import boto3

    print(json.dumps(run(globals()[case], boto3, name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
