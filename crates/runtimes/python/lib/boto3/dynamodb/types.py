"""Python's values as DynamoDB's, and back."""

from collections.abc import Mapping, Set
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow

#: Numbers as DynamoDB has them: more than it can keep is an error, never rounded.
DYNAMODB_CONTEXT = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])

BINARY_TYPES = (bytearray, bytes)


class Binary:
    """Bytes, told apart from text."""

    def __init__(self, value):
        if not isinstance(value, BINARY_TYPES):
            types = ", ".join([str(kind) for kind in BINARY_TYPES])
            raise TypeError(f"Value must be of the following types: {types}")
        self.value = value

    def __eq__(self, other):
        return self.value == (other.value if isinstance(other, Binary) else other)

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return f"Binary({self.value!r})"

    def __str__(self):
        return self.value

    def __bytes__(self):
        return bytes(self.value)

    def __hash__(self):
        return hash(self.value)


def _is_number(value):
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_binary(value):
    return isinstance(value, (Binary, *BINARY_TYPES))


class TypeSerializer:
    """From Python's values."""

    def serialize(self, value):
        kind = self._kind(value)
        return {kind: getattr(self, f"_serialize_{kind}".lower())(value)}

    def _kind(self, value):
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "BOOL"
        if isinstance(value, float):
            raise TypeError("Float types are not supported. Use Decimal types instead.")
        if _is_number(value):
            return "N"
        if isinstance(value, str):
            return "S"
        if _is_binary(value):
            return "B"
        if isinstance(value, Set):
            for kind, fits in (("NS", _is_number), ("SS", lambda one: isinstance(one, str)), ("BS", _is_binary)):
                if all(fits(one) for one in value):
                    return kind
            for one in value:
                if isinstance(one, float):
                    raise TypeError("Float types are not supported. Use Decimal types instead.")
        elif isinstance(value, Mapping):
            return "M"
        elif isinstance(value, (list, tuple)):
            return "L"
        raise TypeError(f'Unsupported type "{type(value)}" for value "{value}"')

    def _serialize_null(self, value):
        return True

    def _serialize_bool(self, value):
        return value

    def _serialize_n(self, value):
        number = str(DYNAMODB_CONTEXT.create_decimal(value))
        if number in ("Infinity", "NaN"):
            raise TypeError("Infinity and NaN not supported")
        return number

    def _serialize_s(self, value):
        return value

    def _serialize_b(self, value):
        return value.value if isinstance(value, Binary) else value

    def _serialize_ss(self, value):
        return list(value)

    def _serialize_ns(self, value):
        return [self._serialize_n(one) for one in value]

    def _serialize_bs(self, value):
        return [self._serialize_b(one) for one in value]

    def _serialize_l(self, value):
        return [self.serialize(one) for one in value]

    def _serialize_m(self, value):
        return {key: self.serialize(one) for key, one in value.items()}


class TypeDeserializer:
    """To Python's values."""

    def deserialize(self, value):
        if not value:
            raise TypeError("Value must be a nonempty dictionary whose key is a valid dynamodb type.")
        kind = next(iter(value))
        method = getattr(self, f"_deserialize_{kind.lower()}", None)
        if method is None:
            raise TypeError(f"Dynamodb type {kind} is not supported")
        return method(value[kind])

    def _deserialize_null(self, value):
        return None

    def _deserialize_bool(self, value):
        return value

    def _deserialize_n(self, value):
        return DYNAMODB_CONTEXT.create_decimal(value)

    def _deserialize_s(self, value):
        return value

    def _deserialize_b(self, value):
        return Binary(value)

    def _deserialize_ns(self, value):
        return set(map(self._deserialize_n, value))

    def _deserialize_ss(self, value):
        return set(value)

    def _deserialize_bs(self, value):
        return set(map(Binary, value))

    def _deserialize_l(self, value):
        return [self.deserialize(one) for one in value]

    def _deserialize_m(self, value):
        return {key: self.deserialize(one) for key, one in value.items()}
