"""`boto3.resource('dynamodb')`"""

from boto3.dynamodb.table import BatchWriter
from boto3.dynamodb.transform import Transformation
from boto3.resources import Collection, Resource, ResourceMeta

TABLE_OPERATIONS = ("delete_item", "get_item", "put_item", "query", "scan", "update_item")


class DynamoDBServiceResource(Resource):
    """The account's tables."""

    def __init__(self, client):
        client._transform = Transformation()
        self.meta = ResourceMeta("dynamodb", client)

    def __repr__(self):
        return "dynamodb.ServiceResource()"

    def Table(self, name):
        return Table(name, self.meta.client)

    def create_table(self, **params):
        answer = self.meta.client.create_table(**params)
        table = self.Table(answer["TableDescription"]["TableName"])
        table.meta.data = answer["TableDescription"]
        return table

    def batch_get_item(self, **params):
        return self.meta.client.batch_get_item(**params)

    def batch_write_item(self, **params):
        return self.meta.client.batch_write_item(**params)

    @property
    def tables(self):
        def pages(params, size):
            config = {} if size is None else {"PageSize": size}
            for page in self.meta.client.get_paginator("list_tables").paginate(PaginationConfig=config, **params):
                yield page["TableNames"]

        return Collection(pages, self.Table)

    def get_available_subresources(self):
        return ["Table"]


class Table(Resource):
    """One table."""

    ATTRIBUTES = {
        "archival_summary": "ArchivalSummary",
        "attribute_definitions": "AttributeDefinitions",
        "billing_mode_summary": "BillingModeSummary",
        "creation_date_time": "CreationDateTime",
        "deletion_protection_enabled": "DeletionProtectionEnabled",
        "global_secondary_indexes": "GlobalSecondaryIndexes",
        "global_table_version": "GlobalTableVersion",
        "item_count": "ItemCount",
        "key_schema": "KeySchema",
        "latest_stream_arn": "LatestStreamArn",
        "latest_stream_label": "LatestStreamLabel",
        "local_secondary_indexes": "LocalSecondaryIndexes",
        "on_demand_throughput": "OnDemandThroughput",
        "provisioned_throughput": "ProvisionedThroughput",
        "replicas": "Replicas",
        "restore_summary": "RestoreSummary",
        "sse_description": "SSEDescription",
        "stream_specification": "StreamSpecification",
        "table_arn": "TableArn",
        "table_class_summary": "TableClassSummary",
        "table_id": "TableId",
        "table_size_bytes": "TableSizeBytes",
        "table_status": "TableStatus",
        "warm_throughput": "WarmThroughput",
    }

    def __init__(self, name, client):
        if not isinstance(name, str) or not name:
            raise ValueError("Required parameter name not set")
        self.name = self.table_name = name
        self.meta = ResourceMeta("dynamodb", client, ["name"])

    def load(self):
        self.meta.data = self.meta.client.describe_table(TableName=self.name)["Table"]

    def delete(self, **params):
        return self.meta.client.delete_table(TableName=self.name, **params)

    def update(self, **params):
        answer = self.meta.client.update_table(TableName=self.name, **params)
        return Table(answer["TableDescription"]["TableName"], self.meta.client)

    def wait_until_exists(self, **params):
        self.meta.client.get_waiter("table_exists").wait(TableName=self.name, **params)
        self.load()

    def wait_until_not_exists(self, **params):
        self.meta.client.get_waiter("table_not_exists").wait(TableName=self.name, **params)

    def batch_writer(self, overwrite_by_pkeys=None):
        return BatchWriter(self.name, self.meta.client, overwrite_by_pkeys=overwrite_by_pkeys)


def _table_operation(name):
    def method(self, **params):
        return getattr(self.meta.client, name)(TableName=self.name, **params)

    method.__name__ = name
    return method


for _name in TABLE_OPERATIONS:
    setattr(Table, _name, _table_operation(_name))
