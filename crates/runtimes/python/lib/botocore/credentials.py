"""Credentials, as handlers ask for them."""

import os
from collections import namedtuple

ReadOnlyCredentials = namedtuple("ReadOnlyCredentials", ["access_key", "secret_key", "token", "account_id"], defaults=[None])


class Credentials:
    """A key, its secret, and the token of a session."""

    def __init__(self, access_key, secret_key, token=None, method=None, account_id=None):
        self.access_key, self.secret_key, self.token = access_key, secret_key, token
        self.method, self.account_id = method or "explicit", account_id

    def get_frozen_credentials(self):
        return ReadOnlyCredentials(self.access_key, self.secret_key, self.token, self.account_id)


def from_environment():
    """The credentials of the execution role, or None."""
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not key or not secret:
        return None
    return Credentials(key, secret, os.environ.get("AWS_SESSION_TOKEN"), "env")
