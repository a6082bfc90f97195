"""Sessions of boto3."""

import os

import botocore.session
from boto3.exceptions import ResourceNotExistsError
from botocore import model
from botocore.tables import NAMES

RESOURCES = ("dynamodb", "s3")


class Session:
    """Makes clients and resources; knows the region and the credentials."""

    def __init__(self, aws_access_key_id=None, aws_secret_access_key=None, aws_session_token=None, region_name=None,
                 botocore_session=None, profile_name=None, aws_account_id=None):  # fmt: skip
        self._session = botocore_session or botocore.session.Session()
        self._region = region_name
        self.profile_name = profile_name or "default"
        if aws_access_key_id is not None and aws_secret_access_key is not None:
            self._session.set_credentials(aws_access_key_id, aws_secret_access_key, aws_session_token)

    @property
    def region_name(self):
        return self._region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")

    @property
    def available_profiles(self):
        return []

    def get_credentials(self):
        return self._session.get_credentials()

    def get_available_services(self):
        return list(NAMES)

    def get_available_resources(self):
        return list(RESOURCES)

    def get_partition_for_region(self, region_name):
        if region_name.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if region_name.startswith("us-gov-") else "aws"

    def client(self, service_name, region_name=None, api_version=None, use_ssl=True, verify=None, endpoint_url=None,
               aws_access_key_id=None, aws_secret_access_key=None, aws_session_token=None, config=None,
               aws_account_id=None):  # fmt: skip
        client = self._session.create_client(
            service_name,
            region_name=region_name or self._region,
            endpoint_url=endpoint_url,
            aws_access_key_id=aws_access_key_id,
            aws_secret_access_key=aws_secret_access_key,
            aws_session_token=aws_session_token,
            config=config,
        )
        if service_name == "s3":
            from boto3.s3.transfer import TRANSFER_METHODS, Transfers

            for name in TRANSFER_METHODS:
                setattr(client, name, getattr(Transfers(client), name))
        return client

    def resource(self, service_name, *args, **kwargs):
        if service_name not in RESOURCES:
            raise ResourceNotExistsError(service_name, RESOURCES, model.service(service_name) is not None)
        client = self.client(service_name, *args, **kwargs)
        if service_name == "s3":
            from boto3.s3.resource import S3ServiceResource

            return S3ServiceResource(client)
        from boto3.dynamodb.resource import DynamoDBServiceResource

        return DynamoDBServiceResource(client)
