"""Signature Version 4, for clients with credentials of their own and for handlers that sign requests.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import datetime
import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from botocore.exceptions import NoCredentialsError

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


def _escape(text):
    return quote(text, safe="-._~")


def _mac(key, text):
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


class SigV4Auth:
    """Signs an `AWSRequest` by a header."""

    def __init__(self, credentials, service_name, region_name):
        self.credentials = credentials
        self._service_name, self._region_name = service_name, region_name

    def add_auth(self, request):
        if self.credentials is None:
            raise NoCredentialsError()
        frozen = self.credentials.get_frozen_credentials()
        time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = request.headers
        for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token"):
            headers.pop(name, None)
        headers["X-Amz-Date"] = time
        if frozen.token:
            headers["X-Amz-Security-Token"] = frozen.token
        digest = hashlib.sha256(request.body_bytes()).hexdigest()
        if self._service_name == "s3":
            headers["X-Amz-Content-SHA256"] = digest
        lines = {name.lower(): " ".join(str(value).split()) for name, value in headers.items()}
        lines.setdefault("host", urlsplit(request.url).netloc)
        dull = ("user-agent", "expect", "transfer-encoding", "x-amzn-trace-id", "connection")
        lines = {name: value for name, value in lines.items() if name not in dull}
        signature, scope, names = self._signature(request, frozen, time, lines, digest, _query(request))
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={frozen.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        )

    def _signature(self, request, frozen, time, lines, digest, query):
        names = ";".join(sorted(lines))
        path = urlsplit(request.url).path or "/"
        # Every service but S3 escapes the path once more.
        path = path if self._service_name == "s3" else quote(path, safe="/-._~")
        canonical = "\n".join(
            [request.method.upper(), path, query, *(f"{name}:{lines[name]}" for name in sorted(lines)), "", names, digest]
        )
        scope = f"{time[:8]}/{self._region_name}/{self._service_name}/aws4_request"
        key = f"AWS4{frozen.secret_key}".encode()
        for part in scope.split("/"):
            key = _mac(key, part)
        hashed = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashed])
        return _mac(key, text).hex(), scope, names


class S3SigV4Auth(SigV4Auth):
    """Signs a request to S3."""


class SigV4QueryAuth(SigV4Auth):
    """Signs an `AWSRequest` by its query: a presigned URL."""

    def __init__(self, credentials, service_name, region_name, expires=3600):
        super().__init__(credentials, service_name, region_name)
        self._expires = expires

    def add_auth(self, request):
        if self.credentials is None:
            raise NoCredentialsError()
        frozen = self.credentials.get_frozen_credentials()
        time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        host = urlsplit(request.url).netloc
        lines = {"host": host, **{name.lower(): str(value) for name, value in request.headers.items()}}
        added = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{frozen.access_key}/{time[:8]}/{self._region_name}/{self._service_name}/aws4_request",
            "X-Amz-Date": time,
            "X-Amz-Expires": str(self._expires),
            "X-Amz-SignedHeaders": ";".join(sorted(lines)),
        }
        if frozen.token:
            added["X-Amz-Security-Token"] = frozen.token
        join = "&" if urlsplit(request.url).query else "?"
        request.url += join + urlencode(added, quote_via=quote, safe="-._~")
        digest = UNSIGNED_PAYLOAD if self._service_name == "s3" else hashlib.sha256(request.body_bytes()).hexdigest()
        signature, _, _ = self._signature(request, frozen, time, lines, digest, _query(request))
        request.url += f"&X-Amz-Signature={signature}"


class S3SigV4QueryAuth(SigV4QueryAuth):
    """Presigns a request to S3."""


def _query(request):
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True) + list(request.params.items())
    return "&".join(sorted(f"{_escape(name)}={_escape(str(value))}" for name, value in pairs))
