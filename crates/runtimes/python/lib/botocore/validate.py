"""Checks parameters before they are sent, and says what is wrong as botocore does."""

import datetime
import decimal

from botocore.exceptions import ParamValidationError

TYPES = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list, tuple),
    "string": (str,),
    "integer": (int,),
    "float": (float, decimal.Decimal, int),
    "boolean": (bool,),
}


def validate(params, shape):
    """Raises `ParamValidationError` with all that is wrong."""
    report = []
    _check(params, shape, "", report)
    if report:
        raise ParamValidationError(report="\n".join(report))


def _check(value, shape, name, report):
    kind = shape.kind
    if kind == "document":
        return
    if kind == "blob":
        if not isinstance(value, (bytes, bytearray, str)) and not hasattr(value, "read"):
            _wrong_type(value, name, "<class 'bytes'>, <class 'bytearray'>, file-like object", report)
        return
    if kind == "timestamp":
        if not isinstance(value, (datetime.date, int, float, str)):
            _wrong_type(value, name, "<class 'datetime.datetime'>, timestamp-string", report)
        return
    types = TYPES[kind]
    if not isinstance(value, types) or (kind in ("integer", "float") and isinstance(value, bool)):
        _wrong_type(value, name, ", ".join(map(str, types)), report)
        return
    if kind == "structure":
        _check_members(value, shape.members, name, report)
    elif kind == "map":
        for key, item in value.items():
            if not isinstance(key, str):
                _wrong_type(key, f"{name} (key: {key})", "<class 'str'>", report)
            _check(item, shape.item, f"{name}.{key}", report)
    elif kind == "list":
        _check_length(value, shape, name, report)
        for index, item in enumerate(value):
            _check(item, shape.item, f"{name}[{index}]", report)
    elif kind == "string":
        _check_length(value, shape, name, report)
    elif kind == "integer" and shape.min is not None and value < shape.min:
        report.append(f"Invalid value for parameter {_shown(name)}, value: {value}, valid min value: {shape.min}")


def _check_members(value, members, name, report):
    for member, known in members.items():
        if known.required and member not in value:
            report.append(f'Missing required parameter in {_shown(name)}: "{member}"')
    for member in value:
        if member not in members:
            report.append(f'Unknown parameter in {_shown(name)}: "{member}", must be one of: {", ".join(members)}')
    for member, inner in value.items():
        if member in members:
            _check(inner, members[member].shape, f"{name}.{member}", report)


def _check_length(value, shape, name, report):
    if shape.min is not None and len(value) < shape.min:
        least = f"valid min length: {shape.min}"
        report.append(f"Invalid length for parameter {_shown(name)}, value: {len(value)}, {least}")


def _wrong_type(value, name, types, report):
    text = f"value: {value}, type: {type(value)}, valid types: {types}"
    report.append(f"Invalid type for parameter {_shown(name)}, {text}")


def _shown(name):
    return name[1:] if name.startswith(".") else name or "input"
