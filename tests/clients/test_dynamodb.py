"""boto3 and the AWS CLI as users call them, on DynamoDB."""

import json

import pytest
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError


@pytest.fixture
def table(host, name):
    table = host.resource("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "artist", "KeyType": "HASH"},
            {"AttributeName": "year", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "artist", "AttributeType": "S"},
            {"AttributeName": "year", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    return table


def test_an_item_that_was_put_is_found_by_key(table):
    song = {"artist": "Nina Simone", "year": 1964, "tags": {"soul", "jazz"}, "live": True}
    table.put_item(Item=song)
    assert table.get_item(Key={"artist": "Nina Simone", "year": 1964})["Item"] == song


def test_a_query_returns_a_partition_in_order_of_its_sort_key(table):
    with table.batch_writer() as batch:
        for year in (1967, 1958, 1964):
            batch.put_item(Item={"artist": "Nina Simone", "year": year})
        batch.put_item(Item={"artist": "Otis Redding", "year": 1965})
    found = table.query(KeyConditionExpression=Key("artist").eq("Nina Simone") & Key("year").gt(1960))
    assert [item["year"] for item in found["Items"]] == [1964, 1967]


def test_a_failed_condition_is_the_exception_that_the_sdk_knows(table):
    table.put_item(Item={"artist": "a", "year": 1})
    client = table.meta.client
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as failure:
        table.put_item(Item={"artist": "a", "year": 1}, ConditionExpression="attribute_not_exists(artist)")
    assert failure.value.response["Error"]["Message"] == "The conditional request failed"


def test_a_table_that_is_not_there_is_resource_not_found(host, name):
    with pytest.raises(ClientError) as failure:
        host.client("dynamodb").describe_table(TableName=name)
    assert failure.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": f"Requested resource not found: Table: {name} not found",
    }


def test_the_stream_of_a_table_holds_old_and_new_images(host, name):
    dynamodb, streams = host.client("dynamodb"), host.client("dynamodbstreams")
    created = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    for color in ("red", "blue"):
        dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}, "color": {"S": color}})

    stream = created["TableDescription"]["LatestStreamArn"]
    shards = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    records = []
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY"]
    assert records[1]["dynamodb"]["OldImage"]["color"] == {"S": "red"}
    assert records[1]["dynamodb"]["NewImage"]["color"] == {"S": "blue"}


def test_the_aws_cli_makes_the_same_calls(host, name):
    host.cli(
        "dynamodb", "create-table", "--table-name", name,
        "--key-schema", "AttributeName=id,KeyType=HASH",
        "--attribute-definitions", "AttributeName=id,AttributeType=S",
        "--billing-mode", "PAY_PER_REQUEST",
    )
    host.cli("dynamodb", "wait", "table-exists", "--table-name", name)
    item = {"id": {"S": "1"}, "n": {"N": "42"}}
    host.cli("dynamodb", "put-item", "--table-name", name, "--item", json.dumps(item))
    found = host.cli(
        "dynamodb", "query", "--table-name", name,
        "--key-condition-expression", "id = :id",
        "--expression-attribute-values", json.dumps({":id": {"S": "1"}}),
    )
    assert found["Items"] == [item]
    assert name in host.cli("dynamodb", "list-tables")["TableNames"]


def test_a_search_finds_the_nearest_vectors_of_a_partition(host, name):
    client = host.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "shelf", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
        VectorIndexes=[
            {
                "IndexName": "by-meaning",
                "VectorAttribute": {"AttributeName": "meaning"},
                "SearchSchema": [{"AttributeName": "shelf", "SearchSchemaElementType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
                "Dimensions": 2,
                "DistanceFunction": "EUCLIDEAN",
            }
        ],
    )
    for id, shelf, meaning in (("a", "jazz", "1 0"), ("b", "jazz", "0.9 0.1"), ("c", "soul", "1 0")):
        vector = {"L": [{"N": number} for number in meaning.split()]}
        item = {"id": {"S": id}, "shelf": {"S": shelf}, "title": {"S": id.upper()}, "meaning": vector}
        written = client.put_item(TableName=name, Item=item, ReturnConsumedCapacity="INDEXES")
        capacity = written["ConsumedCapacity"]["VectorIndexes"]
        assert capacity == {"by-meaning": {"VectorWriteRequestBytes": 1024.0}}
    found = client.search_vectors(
        TableName=name,
        IndexName="by-meaning",
        SearchVector=[{"N": "1"}, {"N": "0"}],
        TopK=5,
        SearchConditionExpression="shelf = :shelf",
        ExpressionAttributeValues={":shelf": {"S": "jazz"}},
        ReturnConsumedCapacity="TOTAL",
    )
    assert [result["Item"]["title"]["S"] for result in found["SearchResults"]] == ["A", "B"]
    assert [round(result["Score"], 3) for result in found["SearchResults"]] == [0.0, 0.141]
    assert "meaning" not in found["SearchResults"][0]["Item"]
    assert found["ConsumedCapacity"] == {"VectorSearchRequestBytes": 1024.0}
    with pytest.raises(ClientError) as failure:
        client.search_vectors(TableName=name, IndexName="by-meaning", SearchVector=[{"N": "1"}], TopK=1)
    assert failure.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Input search vector dimension 1 does not match vector index dimension 2",
    }
