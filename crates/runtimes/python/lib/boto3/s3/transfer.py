"""Files to objects, and back: each in one piece."""

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import ClientError


class TransferConfig:
    """Settings of transfers in parts, which are not made here: each goes in one piece."""

    def __init__(self, *args, **settings):
        self.__dict__.update(settings)


class Transfers:
    """The methods that boto3 adds to the client of S3."""

    def __init__(self, client):
        self._client = client

    def upload_file(self, Filename, Bucket, Key, ExtraArgs=None, Callback=None, Config=None):
        try:
            with open(Filename, "rb") as file:
                self.upload_fileobj(file, Bucket, Key, ExtraArgs, Callback)
        except ClientError as error:
            raise S3UploadFailedError(f"Failed to upload {Filename} to {Bucket}/{Key}: {error}") from None

    def upload_fileobj(self, Fileobj, Bucket, Key, ExtraArgs=None, Callback=None, Config=None):
        content = Fileobj.read()
        self._client.put_object(Bucket=Bucket, Key=Key, Body=content, **(ExtraArgs or {}))
        if Callback is not None:
            Callback(len(content))

    def download_file(self, Bucket, Key, Filename, ExtraArgs=None, Callback=None, Config=None):
        content = self._get(Bucket, Key, ExtraArgs, Callback)
        with open(Filename, "wb") as file:
            file.write(content)

    def download_fileobj(self, Bucket, Key, Fileobj, ExtraArgs=None, Callback=None, Config=None):
        Fileobj.write(self._get(Bucket, Key, ExtraArgs, Callback))

    def _get(self, bucket, key, extra, callback):
        # A transfer asks for the size first: a missing object is told by that.
        self._client.head_object(Bucket=bucket, Key=key, **(extra or {}))
        content = self._client.get_object(Bucket=bucket, Key=key, **(extra or {}))["Body"].read()
        if callback is not None:
            callback(len(content))
        return content

    def copy(self, CopySource, Bucket, Key, ExtraArgs=None, Callback=None, SourceClient=None, Config=None):
        self._client.copy_object(CopySource=CopySource, Bucket=Bucket, Key=Key, **(ExtraArgs or {}))


TRANSFER_METHODS = ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy")
