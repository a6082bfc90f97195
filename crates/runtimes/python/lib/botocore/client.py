"""Clients, made from the table of services."""

import os
import random
import re
import time

from botocore import UNSIGNED, customizations, httpsession, model, parsers, xform_name
from botocore.auth import S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.errorfactory import ClientExceptions
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoRegionError,
    OperationNotPageableError,
    ParamValidationError,
    UnknownServiceError,
)
from botocore.paginate import Paginator
from botocore.serialize import serialize
from botocore.tables import NAMES
from botocore.validate import validate
from botocore.waiter import Waiter

__all__ = ["BaseClient", "ClientError", "Config", "make"]

#: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
THROTTLED = frozenset(
    "Throttling ThrottlingException ThrottledException RequestThrottledException TooManyRequestsException"
    " ProvisionedThroughputExceededException TransactionInProgressException RequestLimitExceeded"
    " BandwidthLimitExceeded LimitExceededException RequestThrottled SlowDown PriorRequestNotComplete"
    " EC2ThrottledException".split()
)
PASSING = frozenset(["RequestTimeout", "RequestTimeoutException", "InternalError"])
PASSING_STATUS = frozenset([500, 502, 503, 504])


#: How the names of operations begin.
_VERBS = tuple(
    f"{verb}_"
    for verb in "add associate attach batch cancel create delete deregister describe detach disable disassociate enable"
    " execute filter get import invoke list modify publish put register remove reset restore run send start stop tag"
    " test update upload verify".split()
)


class ClientMeta:
    """What a client says of itself."""

    def __init__(self, service, region_name, endpoint_url, config):
        self.service_model = service
        self.region_name, self.endpoint_url, self.config = region_name, endpoint_url, config
        self.partition = "aws"
        self.method_to_api_mapping = service.methods if service is not None else {}
        self.events = Events()


class Events:
    """Handlers of events can be registered; only those of parameters and results are called."""

    def __init__(self):
        self._handlers = []

    def register(self, name, handler, unique_id=None, unique_id_uses_count=False):
        self._handlers.append((re.compile(re.escape(name).replace(r"\*", "[^.]+") + r"(\..*)?$"), handler))

    register_first = register_last = register

    def unregister(self, name, handler=None, unique_id=None, unique_id_uses_count=False):
        self._handlers = [known for known in self._handlers if known[1] is not handler]

    def emit(self, name, **kwargs):
        return [(handler, handler(event_name=name, **kwargs)) for known, handler in self._handlers if known.match(name)]


class BaseClient:
    """A client of one service: a method for each operation."""

    def __init__(self, service, region_name, endpoint_url, config, credentials):
        self._service, self._credentials = service, credentials
        self.meta = ClientMeta(service, region_name, endpoint_url, config)
        self.exceptions = ClientExceptions(service)
        #: Turns parameters before and results after a call; the resource of DynamoDB sets it.
        self._transform = None

    def __getattr__(self, name):
        operation = self._service.methods.get(name) if not name.startswith("_") else None
        if operation is None and name.startswith(_VERBS):
            return self._unknown(name)
        if operation is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

        def method(*args, **kwargs):
            if args:
                raise TypeError(f"{name}() only accepts keyword arguments.")
            return self._make_api_call(operation, kwargs)

        method.__name__ = name
        self.__dict__[name] = method
        return method

    def _unknown(self, name):
        """An operation that this cloud's service does not have."""
        operation = "".join(word.capitalize() for word in name.split("_"))

        def method(*args, **kwargs):
            message = f"{operation} of {self._service.id} is not part of this cloud."
            answer = {"Error": {"Code": "UnknownOperationException", "Message": message}, "ResponseMetadata": {}}
            raise ClientError(answer, operation)

        return method

    def __dir__(self):
        return [*super().__dir__(), *self._service.methods]

    def _make_api_call(self, name, params):
        operation = self._service.operation(name)
        if self._transform is not None:
            params = self._transform.params(operation, params)
        params = customizations.before(self._service.name, name, params)
        self.meta.events.emit(f"provide-client-params.{self._service.name}.{name}", params=params, model=operation)
        request, url = self._request(operation, params)
        for attempt in range(1, self.meta.config.attempts() + 1):
            result, error, passing = self._send(operation, request, url, attempt)
            if error is None:
                break
            if not passing or attempt == self.meta.config.attempts():
                if passing and isinstance(error, dict):
                    error["ResponseMetadata"]["MaxAttemptsReached"] = True
                raise error if isinstance(error, Exception) else self._client_error(error, name)
            time.sleep(random.random() * min(20, 2 ** (attempt - 1)))
        if self._transform is not None:
            result = self._transform.result(operation, result)
        return result

    def _client_error(self, response, name):
        return self.exceptions.from_code(response["Error"]["Code"])(response, name)

    def _request(self, operation, params):
        """The request, and the URL of the service for it."""
        if operation.input is None and params:
            raise ParamValidationError(report=f'Unknown parameter in input: "{next(iter(params))}", must be one of: ')
        if operation.input is not None and self.meta.config.parameter_validation:
            validate(params, operation.input)
        request, url = serialize(self._service, operation, params), self.meta.endpoint_url
        customizations.sign_content(operation.name, request)
        bucket = params.get("Bucket") if self._service.name == "s3" else None
        if bucket is not None:
            style = (self.meta.config.s3 or {}).get("addressing_style")
            if style != "path" and "." not in bucket and url.endswith(".amazonaws.com"):
                url = url.replace("://", f"://{bucket}.")
                rest = request.path[len(bucket) + 1 :]
                request.path = rest if rest.startswith("/") else f"/{rest}"
        return request, url

    def _send(self, operation, request, url, attempt):
        """One attempt: the result, or the error and whether it may pass."""
        signed = AWSRequest(request.method, url + request.path, dict(request.headers), request.body)
        if self._credentials is not None and self.meta.config.signature_version is not UNSIGNED:
            SigV4Auth(self._credentials, self._service.signing_name, self.meta.region_name).add_auth(signed)
        try:
            answer = httpsession.send(signed.method, signed.url, signed.headers, request.body)
        except EndpointConnectionError as error:
            return None, error, False
        status, headers = answer.status_code, answer.headers
        metadata = parsers.metadata(status, headers, attempt - 1)
        if status < 300:
            result = parsers.parse(self._service, operation, status, headers, answer.content)
            if self._service.protocol == "query" and not metadata["RequestId"]:
                metadata["RequestId"] = _request_id(answer.content)
            result = customizations.after(self._service.name, operation.name, result)
            return {**result, "ResponseMetadata": metadata}, None, False
        error = parsers.parse_error(self._service, status, headers, answer.content)
        error["ResponseMetadata"] = {**error.get("ResponseMetadata", {}), **{k: v for k, v in metadata.items() if v != ""}}
        code = error["Error"]["Code"]
        passing = status in PASSING_STATUS or code in THROTTLED or code in PASSING
        return None, error, passing

    def can_paginate(self, operation_name):
        return self._service.page(self._service.methods.get(operation_name)) is not None

    def get_paginator(self, operation_name):
        page = self._service.page(self._service.methods.get(operation_name))
        if page is None:
            raise OperationNotPageableError(operation_name=operation_name)
        return Paginator(getattr(self, operation_name), page)

    @property
    def waiter_names(self):
        return list(self._service.waiters())

    def get_waiter(self, waiter_name):
        found = self._service.waiters().get(xform_name(waiter_name))
        if found is None:
            raise ValueError(f"Waiter does not exist: {waiter_name}")
        return Waiter(self, *found)

    def generate_presigned_url(self, ClientMethod, Params=None, ExpiresIn=3600, HttpMethod=None):
        """A URL that is signed with the credentials of the client, or of the execution role."""
        from botocore.credentials import from_environment

        request, url = self._request(self._service.operation(self._service.methods[ClientMethod]), Params or {})
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
        signed = AWSRequest(HttpMethod or request.method, url + request.path, headers, request.body)
        kind = S3SigV4QueryAuth if self._service.name == "s3" else SigV4QueryAuth
        credentials = self._credentials or from_environment()
        kind(credentials, self._service.signing_name, self.meta.region_name, ExpiresIn).add_auth(signed)
        return signed.url

    def close(self):
        """Nothing: there is no connection."""


def _request_id(body):
    found = re.search(rb"<RequestId>([^<]*)</RequestId>", body)
    return found[1].decode("utf-8") if found else ""


class ElsewhereClient:
    """A client of a service that is not here: nobody answers at its address."""

    def __init__(self, name, region_name, endpoint_url, config):
        url = endpoint_url or f"https://{name}.{region_name or 'us-east-1'}.amazonaws.com/"
        self.exceptions = ClientExceptions(None)
        self.meta = ClientMeta(None, region_name, url, config)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def method(*args, **kwargs):
            raise EndpointConnectionError(endpoint_url=self.meta.endpoint_url)

        return method

    def can_paginate(self, operation_name):
        return True

    def get_paginator(self, operation_name):
        return Elsewhere(self)

    def get_waiter(self, waiter_name):
        return Elsewhere(self)


class Elsewhere:
    """The pages, or the waiting, of a service that is not here."""

    def __init__(self, client):
        self._fail = client.any

    def paginate(self, **kwargs):
        self._fail()

    def wait(self, **kwargs):
        self._fail()


def make(service_name, region_name=None, endpoint_url=None, config=None, credentials=None):
    """The client of a service."""
    config = config or Config()
    environment = os.environ
    region = config.region_name or region_name or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    service = model.service(service_name)
    if service is None:
        if service_name not in NAMES:
            raise UnknownServiceError(service_name=service_name, known_service_names=", ".join(NAMES))
        return ElsewhereClient(service_name, region, endpoint_url, config)
    own = "AWS_ENDPOINT_URL_" + re.sub(r"[^A-Za-z0-9]", "_", service.id).upper()
    endpoint = endpoint_url or environment.get(own) or environment.get("AWS_ENDPOINT_URL")
    if service_name == "iam":
        region = region or "us-east-1"
        endpoint = endpoint or f"https://{service.global_endpoint}"
    if region is None:
        raise NoRegionError()
    endpoint = (endpoint or f"https://{service.prefix}.{region}.amazonaws.com").rstrip("/")
    kind = type(service.class_name, (BaseClient,), {"__module__": __name__})
    return kind(service, region, endpoint, config, credentials)
