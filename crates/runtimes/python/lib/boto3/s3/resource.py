"""`boto3.resource('s3')`: buckets and objects."""

from boto3.resources import Collection, Resource, ResourceMeta
from boto3.s3.transfer import Transfers


class S3ServiceResource(Resource):
    """The account's buckets."""

    def __init__(self, client):
        self.meta = ResourceMeta("s3", client)

    def __repr__(self):
        return "s3.ServiceResource()"

    def Bucket(self, name):
        return Bucket(name, self.meta.client)

    def Object(self, bucket_name, key):
        return Object(bucket_name, key, self.meta.client)

    def create_bucket(self, **params):
        self.meta.client.create_bucket(**params)
        return self.Bucket(params["Bucket"])

    @property
    def buckets(self):
        def pages(params, size):
            yield self.meta.client.list_buckets(**params).get("Buckets", [])

        def make(item):
            bucket = self.Bucket(item["Name"])
            bucket.meta.data = item
            return bucket

        return Collection(pages, make)


class Bucket(Resource):
    """One bucket."""

    ATTRIBUTES = {"creation_date": "CreationDate"}

    def __init__(self, name, client):
        self.name = name
        self.meta = ResourceMeta("s3", client, ["name"])

    def load(self):
        buckets = self.meta.client.list_buckets().get("Buckets", [])
        self.meta.data = next((bucket for bucket in buckets if bucket["Name"] == self.name), {})

    def Object(self, key):
        return Object(self.name, key, self.meta.client)

    @property
    def objects(self):
        def pages(params, size):
            config = {} if size is None else {"PageSize": size}
            paginator = self.meta.client.get_paginator("list_objects_v2")
            for page in paginator.paginate(Bucket=self.name, PaginationConfig=config, **params):
                yield page.get("Contents", [])

        def make(item):
            summary = ObjectSummary(self.name, item["Key"], self.meta.client)
            summary.meta.data = {"ContentLength": item.get("Size"), **item}
            return summary

        return Objects(self, pages, make)

    def create(self, **params):
        return self.meta.client.create_bucket(Bucket=self.name, **params)

    def delete(self, **params):
        return self.meta.client.delete_bucket(Bucket=self.name, **params)

    def delete_objects(self, **params):
        return self.meta.client.delete_objects(Bucket=self.name, **params)

    def put_object(self, **params):
        self.meta.client.put_object(Bucket=self.name, **params)
        return self.Object(params["Key"])

    def upload_file(self, Filename, Key, **options):
        Transfers(self.meta.client).upload_file(Filename, self.name, Key, **options)

    def upload_fileobj(self, Fileobj, Key, **options):
        Transfers(self.meta.client).upload_fileobj(Fileobj, self.name, Key, **options)

    def download_file(self, Key, Filename, **options):
        Transfers(self.meta.client).download_file(self.name, Key, Filename, **options)

    def download_fileobj(self, Key, Fileobj, **options):
        Transfers(self.meta.client).download_fileobj(self.name, Key, Fileobj, **options)


class Objects(Collection):
    """The objects of a bucket, which can be deleted together."""

    def __init__(self, bucket, pages, make, params=None, limit=None, size=None):
        super().__init__(pages, make, params, limit, size)
        self._bucket = bucket

    def _with(self, params=None, limit=None, size=None):
        found = super()._with(params, limit, size)
        return Objects(self._bucket, found._pages, found._make, found._params, found._limit, found._size)

    def delete(self):
        answers = []
        for page in self.pages():
            if page:
                keys = [{"Key": one.key} for one in page]
                answers.append(self._bucket.delete_objects(Delete={"Objects": keys}))
        return answers


class Object(Resource):
    """One object."""

    ATTRIBUTES = {
        "cache_control": "CacheControl",
        "content_disposition": "ContentDisposition",
        "content_encoding": "ContentEncoding",
        "content_language": "ContentLanguage",
        "content_length": "ContentLength",
        "content_type": "ContentType",
        "e_tag": "ETag",
        "last_modified": "LastModified",
        "metadata": "Metadata",
        "storage_class": "StorageClass",
        "version_id": "VersionId",
    }

    def __init__(self, bucket_name, key, client):
        self.bucket_name, self.key = bucket_name, key
        self.meta = ResourceMeta("s3", client, ["bucket_name", "key"])

    def _call(self, name, params):
        return getattr(self.meta.client, name)(Bucket=self.bucket_name, Key=self.key, **params)

    def load(self):
        self.meta.data = self._call("head_object", {})

    def Bucket(self):
        return Bucket(self.bucket_name, self.meta.client)

    def get(self, **params):
        return self._call("get_object", params)

    def put(self, **params):
        return self._call("put_object", params)

    def delete(self, **params):
        return self._call("delete_object", params)

    def copy_from(self, **params):
        return self._call("copy_object", params)

    def upload_file(self, Filename, **options):
        Transfers(self.meta.client).upload_file(Filename, self.bucket_name, self.key, **options)

    def upload_fileobj(self, Fileobj, **options):
        Transfers(self.meta.client).upload_fileobj(Fileobj, self.bucket_name, self.key, **options)

    def download_file(self, Filename, **options):
        Transfers(self.meta.client).download_file(self.bucket_name, self.key, Filename, **options)

    def download_fileobj(self, Fileobj, **options):
        Transfers(self.meta.client).download_fileobj(self.bucket_name, self.key, Fileobj, **options)


class ObjectSummary(Object):
    """An object as a list shows it."""

    ATTRIBUTES = {"e_tag": "ETag", "last_modified": "LastModified", "size": "ContentLength",
                  "storage_class": "StorageClass"}  # fmt: skip

    def Object(self):
        return Object(self.bucket_name, self.key, self.meta.client)
