"""A host that is killed in the midst of writing: what it acknowledged is there, whole, everywhere."""

import threading
import time

from botocore.exceptions import BotoCoreError, ClientError
from samlet import Host

WRITERS = 6
ROUNDS = 3
SECONDS_OF_WRITING = 1.0


def create_table(client):
    client.create_table(
        TableName="ledger",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "bucket", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-bucket",
                "KeySchema": [{"AttributeName": "bucket", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.get_waiter("table_exists").wait(TableName="ledger", WaiterConfig={"Delay": 1})


def item(key, count):
    """The index key changes with every write, so that index entries move."""
    return {"id": {"S": key}, "count": {"N": str(count)}, "bucket": {"N": str(count % 5)}}


class Writer(threading.Thread):
    """Writes ever greater numbers, alone and in pairs, until the host is gone."""

    def __init__(self, host, name, start):
        super().__init__(daemon=True)
        self.client = host.client("dynamodb")
        self.name = name
        self.next = start
        self.acknowledged = {}

    def run(self):
        try:
            while True:
                self.write()
        except (BotoCoreError, ClientError, OSError):
            pass

    def write(self):
        count, keys = self.next, [f"{self.name}-left", f"{self.name}-right"]
        self.next += 1
        if count % 2:
            keys = [f"{self.name}-alone"]
            self.client.put_item(TableName="ledger", Item=item(keys[0], count))
        else:
            puts = [{"Put": {"TableName": "ledger", "Item": item(key, count)}} for key in keys]
            self.client.transact_write_items(TransactItems=puts)
        self.acknowledged.update((key, count) for key in keys)


def scan(client, **options):
    pages = client.get_paginator("scan").paginate(TableName="ledger", **options)
    return {found["id"]["S"]: found for page in pages for found in page["Items"]}


def replay(host):
    """The table that the stream's records lead to; each record must follow from those before it."""
    client = host.client("dynamodbstreams")
    stream = client.list_streams(TableName="ledger")["Streams"][0]["StreamArn"]
    table = {}
    for shard in client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]:
        iterator = client.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            page = client.get_records(ShardIterator=iterator)
            for record in page["Records"]:
                change = record["dynamodb"]
                key = change["Keys"]["id"]["S"]
                assert change.get("OldImage") == table.get(key)
                table[key] = change["NewImage"]
            iterator = page.get("NextShardIterator") if page["Records"] else None
    return table


def test_table_index_and_stream_agree_after_the_host_was_killed(tmp_path):
    acknowledged = {}
    for crash in range(ROUNDS):
        host = Host("--data", tmp_path)
        if crash == 0:
            create_table(host.client("dynamodb"))
        writers = [Writer(host, f"writer{number}", crash * 1_000_000) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(SECONDS_OF_WRITING)
        host.process.kill()
        host.process.wait()
        for writer in writers:
            writer.join(30)
            assert not writer.is_alive()
            assert writer.acknowledged, "something was written before the end"
            acknowledged.update(writer.acknowledged)

        host = Host("--data", tmp_path)
        try:
            client = host.client("dynamodb")
            table = scan(client, ConsistentRead=True)
            assert scan(client, IndexName="by-bucket") == table
            assert replay(host) == table
            counts = {key: int(found["count"]["N"]) for key, found in table.items()}
            # A write without an answer may have been kept or not.
            newer = {key: count for key, count in counts.items() if count > acknowledged.get(key, -1)}
            assert all(counts[key] >= count for key, count in acknowledged.items())
            assert len(newer) <= 2 * WRITERS
            for number in range(WRITERS):
                assert counts.get(f"writer{number}-left") == counts.get(f"writer{number}-right")
        finally:
            host.stop()
