"""Sessions of botocore."""

import os

from botocore import client
from botocore.credentials import Credentials, from_environment
from botocore.tables import NAMES


class Session:
    """Makes clients; knows the region and the credentials."""

    def __init__(self, *args, **kwargs):
        self._credentials, self._region = None, None
        self.user_agent_name, self.user_agent_extra = "Botocore", ""

    def set_credentials(self, access_key, secret_key, token=None, account_id=None):
        self._credentials = Credentials(access_key, secret_key, token, account_id=account_id)

    def get_credentials(self):
        return self._credentials or from_environment()

    def get_config_variable(self, name):
        return self._region or os.environ.get("AWS_REGION") if name == "region" else None

    def set_config_variable(self, name, value):
        if name == "region":
            self._region = value

    def get_available_services(self):
        return list(NAMES)

    def create_client(self, service_name, region_name=None, api_version=None, use_ssl=True, verify=None,
                      endpoint_url=None, aws_access_key_id=None, aws_secret_access_key=None, aws_session_token=None,
                      config=None, aws_account_id=None):  # fmt: skip
        credentials = self._credentials
        if aws_access_key_id is not None and aws_secret_access_key is not None:
            credentials = Credentials(aws_access_key_id, aws_secret_access_key, aws_session_token)
        return client.make(service_name, region_name or self._region, endpoint_url, config, credentials)


def get_session(env_vars=None):
    return Session()
