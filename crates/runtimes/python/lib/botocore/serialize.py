"""From parameters to HTTP requests, in each protocol."""

import base64
import json
import uuid
from urllib.parse import quote, urlencode

from botocore import times
from botocore.xml import escape


class Request:
    """What is sent: the path has its query; headers are a dictionary."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body


def serialize(service, operation, params):
    """The request that calls the operation."""
    if operation.input is not None:
        missing = [name for name, member in operation.input.members.items() if member.token and name not in params]
        params = {**params, **{name: str(uuid.uuid4()) for name in missing}}
    return PROTOCOLS[service.protocol](service, operation, params)


def _bytes(value):
    if hasattr(value, "read"):
        value = value.read()
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)


def _json(service, operation, params):
    body = json.dumps(to_json(params, operation.input) if operation.input else {})
    headers = {
        "X-Amz-Target": f"{service.target}.{operation.name}",
        "Content-Type": f"application/x-amz-json-{service.json_version}",
    }
    return Request("POST", "/", headers, body.encode("utf-8"))


def to_json(value, shape):
    """The value as JSON has it: blobs in base 64, times as numbers, members by their wire names."""
    kind = shape.kind
    if kind == "structure":
        members = shape.members
        return {members[name].wire: to_json(inner, members[name].shape) for name, inner in value.items()}
    if kind == "list":
        return [to_json(inner, shape.item) for inner in value]
    if kind == "map":
        return {key: to_json(inner, shape.item) for key, inner in value.items()}
    if kind == "blob":
        return base64.b64encode(_bytes(value)).decode("ascii")
    if kind == "timestamp":
        return times.FORMATS[shape.format or "u"](value)
    if kind == "float":
        return float(value)
    return value


def _query(service, operation, params):
    pairs = [("Action", operation.name), ("Version", service.version)]
    if operation.input is not None:
        _add_pairs(pairs, "", params, operation.input)
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Request("POST", "/", headers, urlencode(pairs).encode("ascii"))


def _add_pairs(pairs, prefix, value, shape):
    kind = shape.kind
    if kind == "structure":
        for name, inner in value.items():
            member = shape.members[name]
            _add_pairs(pairs, f"{prefix}.{member.wire}" if prefix else member.wire, inner, member.shape)
    elif kind == "list":
        if not value:
            pairs.append((prefix, ""))
        middle = prefix if shape.flat else f"{prefix}.{shape.names or 'member'}"
        for index, inner in enumerate(value, 1):
            _add_pairs(pairs, f"{middle}.{index}", inner, shape.item)
    elif kind == "map":
        key_name, value_name = (shape.names or "key/value").split("/")
        middle = prefix if shape.flat else f"{prefix}.entry"
        for index, (key, inner) in enumerate(value.items(), 1):
            pairs.append((f"{middle}.{index}.{key_name}", key))
            _add_pairs(pairs, f"{middle}.{index}.{value_name}", inner, shape.item)
    else:
        pairs.append((prefix, _text(value, shape, "i")))


def _text(value, shape, time_format):
    """A scalar as text."""
    if shape.kind == "boolean":
        return "true" if value else "false"
    if shape.kind == "timestamp":
        return str(times.FORMATS[shape.format or time_format](value))
    if shape.kind == "blob":
        return base64.b64encode(_bytes(value)).decode("ascii")
    return str(value)


def _rest(service, operation, params, body_of):
    uri, query, headers, rest = operation.uri, [], {}, {}
    members = operation.input.members if operation.input else {}
    for name, value in params.items():
        member = members[name]
        if value is None:
            continue
        if member.place == "u":
            text = _text(value, member.shape, "i")
            uri = uri.replace("{" + member.wire + "}", quote(text, safe="-._~"))
            uri = uri.replace("{" + member.wire + "+}", quote(text, safe="/-._~"))
        elif member.place == "q":
            _add_query(query, member, value)
        elif member.place == "h":
            values = value if isinstance(value, (list, tuple)) else [value]
            inner = member.shape.item or member.shape
            headers[member.wire] = ",".join(_text(one, inner, "r") for one in values)
        elif member.place == "H":
            headers.update({member.wire + key: inner for key, inner in value.items()})
        else:
            rest[name] = value
    body, content_type = body_of(operation, rest, params)
    if content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    if query:
        uri += ("&" if "?" in uri else "?") + urlencode(query, quote_via=quote, safe="-._~")
    return Request(operation.method, uri, headers, body)


def _add_query(query, member, value):
    shape = member.shape
    if shape.kind == "map":
        for key, inner in value.items():
            values = inner if isinstance(inner, (list, tuple)) else [inner]
            query.extend((key, one) for one in values)
    elif shape.kind == "list":
        query.extend((member.wire, _text(one, shape.item, "i")) for one in value)
    else:
        query.append((member.wire, _text(value, shape, "i")))


def _json_body(operation, rest, params):
    if operation.input is None:
        return b"", None
    payload = operation.input.payload
    if payload:
        member = operation.input.members[payload]
        if payload not in params:
            return b"", None
        if member.shape.kind == "blob":
            return _bytes(params[payload]), None
        return json.dumps(to_json(params[payload], member.shape)).encode("utf-8"), "application/json"
    in_body = any(not member.place or member.place == "b" for member in operation.input.members.values())
    if not in_body:
        return b"", None
    return json.dumps(to_json(rest, operation.input)).encode("utf-8"), "application/json"


def _xml_body(operation, rest, params):
    payload = operation.input.payload if operation.input else ""
    if not payload or payload not in params:
        return b"", None
    member = operation.input.members[payload]
    if member.shape.kind == "blob":
        return _bytes(params[payload]), None
    namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    return _element(member.wire, params[payload], member.shape, namespace).encode("utf-8"), "application/xml"


def _element(name, value, shape, attributes=""):
    kind = shape.kind
    if kind == "structure":
        inner = "".join(_element(shape.members[key].wire, one, shape.members[key].shape) for key, one in value.items())
    elif kind == "list":
        items = "".join(_element(name if shape.flat else shape.names or "member", one, shape.item) for one in value)
        if shape.flat:
            return items
        inner = items
    else:
        inner = escape(_text(value, shape, "i"))
    return f"<{name}{attributes}>{inner}</{name}>"


PROTOCOLS = {
    "json": _json,
    "query": _query,
    "rest-json": lambda *call: _rest(*call, _json_body),
    "rest-xml": lambda *call: _rest(*call, _xml_body),
}
