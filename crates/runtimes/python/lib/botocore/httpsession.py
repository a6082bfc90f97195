"""Requests over the host's HTTP."""

import json

import _samlet

from botocore.exceptions import EndpointConnectionError


class Response:
    """An answer; its headers have small letters."""

    def __init__(self, url, status, headers, content):
        self.url, self.status_code, self.content = url, status, content
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def text(self):
        return self.content.decode("utf-8")

    def json(self):
        return json.loads(self.content)


def send(method, url, headers, body):
    """The answer to a request; `EndpointConnectionError` when nobody is there."""
    try:
        status, found, content = _samlet.http(method, url, list(headers.items()), body)
    except OSError:
        raise EndpointConnectionError(endpoint_url=url) from None
    return Response(url, status, found, content)


class URLLib3Session:
    """Sends requests that were signed by hand."""

    def __init__(self, *args, **kwargs):
        """Takes the settings of connections, of which there are none."""

    def send(self, request):
        return send(request.method, request.url, request.headers, request.body_bytes())

    def close(self):
        """Nothing: there is no connection."""
