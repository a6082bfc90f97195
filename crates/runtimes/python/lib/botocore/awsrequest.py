"""Requests that are signed by hand."""

from urllib.parse import urlencode


class AWSRequest:
    """A request before it is signed and sent."""

    def __init__(self, method=None, url=None, headers=None, data=None, params=None, auth_path=None, stream_output=False):
        self.method, self.url, self.data, self.params = method, url, data, dict(params or {})
        self.headers = HTTPHeaders(headers or {})
        self.context = {}

    @property
    def body(self):
        return urlencode(self.data) if isinstance(self.data, dict) else self.data

    def body_bytes(self):
        body = self.body
        if body is None:
            return b""
        return body.encode("utf-8") if isinstance(body, str) else bytes(body)

    def prepare(self):
        """The request as it is sent."""
        if self.params:
            self.url += ("&" if "?" in self.url else "?") + urlencode(self.params)
            self.params = {}
        return self


class HTTPHeaders(dict):
    """Headers by their names, whatever the case."""

    def _own(self, name):
        return next((own for own in self if own.lower() == name.lower()), name)

    def __getitem__(self, name):
        return super().__getitem__(self._own(name))

    def __setitem__(self, name, value):
        super().__setitem__(self._own(name), value)

    def __contains__(self, name):
        return any(own.lower() == str(name).lower() for own in self)

    def get(self, name, default=None):
        return super().get(self._own(name), default)

    def pop(self, name, *default):
        return super().pop(self._own(name), *default)

    def add_header(self, name, value):
        self[name] = value
