"""From HTTP responses to results and errors, in each protocol."""

import base64
import json

from botocore import times, xml
from botocore.response import streaming_body

#: What S3 says of a failure whose answer has no body.
STATUS = {301: "Moved Permanently", 304: "Not Modified", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
          405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed", 500: "Internal Server Error",
          503: "Service Unavailable"}  # fmt: skip


def metadata(status, headers, retries):
    """The `ResponseMetadata` of an answer."""
    found = {"RequestId": headers.get("x-amzn-requestid") or headers.get("x-amz-request-id") or ""}
    if "x-amz-id-2" in headers:
        found["HostId"] = headers["x-amz-id-2"]
    return {**found, "HTTPStatusCode": status, "HTTPHeaders": headers, "RetryAttempts": retries}


def parse(service, operation, status, headers, body):
    """The members of a successful answer."""
    shape = operation.output
    if shape is None:
        return {}
    if service.protocol == "json":
        return from_json(json.loads(body), shape) if body else {}
    if service.protocol == "query":
        root = xml.parse(body)
        return from_xml(root.find(operation.wrapper) if operation.wrapper else root, shape)
    result = {}
    if shape.payload:
        member = shape.members[shape.payload]
        value = _payload(service, member, body)
        if value is not None:
            result[shape.payload] = value
    elif body:
        result = from_json(json.loads(body), shape) if service.protocol == "rest-json" else _s3(operation, body, shape)
    _add_headers(result, shape, status, headers)
    return result


def _s3(operation, body, shape):
    root = xml.parse(body)
    if operation.name == "GetBucketLocation":
        return {"LocationConstraint": root.text or None}
    return from_xml(root, shape)


def _payload(service, member, body):
    shape = member.shape
    if shape.kind == "blob":
        return streaming_body(body)
    if shape.kind == "string":
        return body.decode("utf-8")
    if not body:
        return None
    return from_json(json.loads(body), shape) if service.protocol == "rest-json" else from_xml(xml.parse(body), shape)


def _add_headers(result, shape, status, headers):
    for name, member in shape.members.items():
        if member.place == "h" and member.wire.lower() in headers:
            text = headers[member.wire.lower()]
            result[name] = text.split(",") if member.shape.kind == "list" else _scalar(text, member.shape)
        elif member.place == "H":
            start = member.wire.lower()
            result[name] = {key[len(start) :]: value for key, value in headers.items() if key.startswith(start)}
        elif member.place == "c":
            result[name] = status


def from_json(value, shape):
    """The value as a caller gets it: blobs as bytes, times as datetimes; what is null is left out."""
    kind = shape.kind
    if value is None or kind in ("string", "integer", "boolean", "document"):
        return value
    if kind == "structure":
        result = {}
        for name, member in shape.members.items():
            inner = value.get(member.wire) if member.place in ("", "b") else None
            if inner is not None:
                result[name] = from_json(inner, member.shape)
        return result
    if kind == "list":
        return [from_json(inner, shape.item) for inner in value]
    if kind == "map":
        return {key: from_json(inner, shape.item) for key, inner in value.items()}
    if kind == "blob":
        return base64.b64decode(value)
    if kind == "timestamp":
        return times.to_datetime(value)
    return float(value)


def from_xml(element, shape):
    """What an element holds."""
    kind = shape.kind
    if element is None:
        return {}
    if kind == "structure":
        result = {}
        for name, member in shape.members.items():
            if member.place == "a":
                if member.wire in element.attributes:
                    result[name] = element.attributes[member.wire]
            elif member.place in ("", "b"):
                _add_member(result, name, member, element)
        return result
    if kind == "list":
        return [from_xml(child, shape.item) for child in element.children]
    if kind == "map":
        key, value = (shape.names or "key/value").split("/")
        entries = element.find_all("entry")
        return {entry.find(key).text: from_xml(entry.find(value), shape.item) for entry in entries}
    return _scalar(element.text, shape)


def _add_member(result, name, member, element):
    shape = member.shape
    if shape.kind == "list" and shape.flat:
        found = element.find_all(shape.names or member.wire) or element.find_all(member.wire)
        if found:
            result[name] = [from_xml(child, shape.item) for child in found]
        return
    child = element.find(member.wire)
    if child is not None:
        result[name] = from_xml(child, shape)


def _scalar(text, shape):
    kind = shape.kind
    if kind == "integer":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "boolean":
        return text.lower() == "true"
    if kind == "blob":
        return base64.b64decode(text)
    if kind == "timestamp":
        return times.to_datetime(text)
    return text


def parse_error(service, status, headers, body):
    """The response of a `ClientError`, but for its metadata."""
    if service.protocol in ("json", "rest-json"):
        return _json_error(service, status, headers, body)
    if not body:
        return {"Error": {"Code": str(status), "Message": STATUS.get(status, "")}}
    try:
        root = xml.parse(body)
    except ValueError:
        return {"Error": {"Code": str(status), "Message": STATUS.get(status, "")}}
    error = root if root.name == "Error" else root.find("Error") or root
    found = {child.name: child.text for child in error.children if child.name not in ("RequestId", "HostId")}
    result = {"Error": {"Code": found.pop("Code", ""), "Message": found.pop("Message", ""), **found}}
    if root.find("RequestId") is not None:
        result["ResponseMetadata"] = {"RequestId": root.find("RequestId").text}
    return _with_members(service, result, lambda shape: from_xml(error, shape))


def _json_error(service, status, headers, body):
    try:
        value = json.loads(body) if body else {}
    except ValueError:
        value = {"message": body.decode("utf-8", "replace")}
    if not isinstance(value, dict):
        value = {}
    code = headers.get("x-amzn-errortype") or value.get("__type") or value.get("code") or str(status)
    code = str(code).split(":", 1)[0].rsplit("#", 1)[-1]
    message = value.get("message", value.get("Message", ""))
    result = {"Error": {"Message": message or "", "Code": code}}
    return _with_members(service, result, lambda shape: from_json(value, shape))


def _with_members(service, result, read):
    """Adds what the model says of this error, beside its code and message."""
    for _, code, shape in service.errors():
        if code == result["Error"]["Code"]:
            return {**result, **read(shape)}
    return result
