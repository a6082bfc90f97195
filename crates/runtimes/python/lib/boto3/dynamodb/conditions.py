"""Conditions, and the expressions that they come to."""

import re
from collections import namedtuple

from boto3.exceptions import (
    DynamoDBNeedsConditionError,
    DynamoDBNeedsKeyConditionError,
    DynamoDBOperationNotSupportedError,
)

#: The parts of a path: names between dots, without the numbers in brackets.
ATTR_NAME_REGEX = re.compile(r"[^.\[\]]+(?![^\[]*\])")


class ConditionBase:
    """An operator and its operands."""

    expression_format = ""
    expression_operator = ""
    has_grouped_values = False

    def __init__(self, *values):
        self._values = values

    def __and__(self, other):
        if not isinstance(other, ConditionBase):
            raise DynamoDBOperationNotSupportedError("AND", other)
        return And(self, other)

    def __or__(self, other):
        if not isinstance(other, ConditionBase):
            raise DynamoDBOperationNotSupportedError("OR", other)
        return Or(self, other)

    def __invert__(self):
        return Not(self)

    def get_expression(self):
        return {"format": self.expression_format, "operator": self.expression_operator, "values": self._values}

    def __eq__(self, other):
        return type(self) is type(other) and self._values == other._values

    def __ne__(self, other):
        return not self == other

    __hash__ = object.__hash__


class AttributeBase:
    """The name of an attribute, and the conditions that it can be in."""

    def __init__(self, name):
        self.name = name

    def __and__(self, value):
        raise DynamoDBOperationNotSupportedError("AND", self)

    def __or__(self, value):
        raise DynamoDBOperationNotSupportedError("OR", self)

    def __invert__(self):
        raise DynamoDBOperationNotSupportedError("NOT", self)

    def eq(self, value):
        return Equals(self, value)

    def lt(self, value):
        return LessThan(self, value)

    def lte(self, value):
        return LessThanEquals(self, value)

    def gt(self, value):
        return GreaterThan(self, value)

    def gte(self, value):
        return GreaterThanEquals(self, value)

    def begins_with(self, value):
        return BeginsWith(self, value)

    def between(self, low_value, high_value):
        return Between(self, low_value, high_value)

    def __eq__(self, other):
        return isinstance(other, type(self)) and self.name == other.name

    def __ne__(self, other):
        return not self == other

    __hash__ = object.__hash__


def _condition(name, form, operator, base=ConditionBase, grouped=False):
    members = {"expression_format": form, "expression_operator": operator, "has_grouped_values": grouped}
    return type(name, (base,), {**members, "__module__": __name__, "__doc__": f"`{operator}`"})


class ComparisonCondition(ConditionBase):
    """An attribute compared with a value."""

    expression_format = "{0} {operator} {1}"


_COMPARED = "{0} {operator} {1}"
_CALLED = "{operator}({0}, {1})"

Equals = _condition("Equals", _COMPARED, "=", ComparisonCondition)
NotEquals = _condition("NotEquals", _COMPARED, "<>", ComparisonCondition)
LessThan = _condition("LessThan", _COMPARED, "<", ComparisonCondition)
LessThanEquals = _condition("LessThanEquals", _COMPARED, "<=", ComparisonCondition)
GreaterThan = _condition("GreaterThan", _COMPARED, ">", ComparisonCondition)
GreaterThanEquals = _condition("GreaterThanEquals", _COMPARED, ">=", ComparisonCondition)
In = _condition("In", _COMPARED, "IN", ComparisonCondition, grouped=True)
Between = _condition("Between", "{0} {operator} {1} AND {2}", "BETWEEN")
BeginsWith = _condition("BeginsWith", _CALLED, "begins_with")
Contains = _condition("Contains", _CALLED, "contains")
AttributeType = _condition("AttributeType", _CALLED, "attribute_type")
AttributeExists = _condition("AttributeExists", "{operator}({0})", "attribute_exists")
AttributeNotExists = _condition("AttributeNotExists", "{operator}({0})", "attribute_not_exists")
And = _condition("And", "({0} {operator} {1})", "AND")
Or = _condition("Or", "({0} {operator} {1})", "OR")
Not = _condition("Not", "({operator} {0})", "NOT")


class Size(ConditionBase, AttributeBase):
    """The size of an attribute, which is compared as an attribute is."""

    expression_format = "{operator}({0})"
    expression_operator = "size"

    __hash__ = object.__hash__


class Key(AttributeBase):
    """An attribute of the key, in a key condition."""


class Attr(AttributeBase):
    """Any attribute."""

    def ne(self, value):
        return NotEquals(self, value)

    def is_in(self, value):
        return In(self, value)

    def exists(self):
        return AttributeExists(self)

    def not_exists(self):
        return AttributeNotExists(self)

    def contains(self, value):
        return Contains(self, value)

    def size(self):
        return Size(self)

    def attribute_type(self, value):
        return AttributeType(self, value)


BuiltConditionExpression = namedtuple(
    "BuiltConditionExpression",
    ["condition_expression", "attribute_name_placeholders", "attribute_value_placeholders"],
)


class ConditionExpressionBuilder:
    """Writes conditions as expressions, with placeholders that are counted on until `reset`."""

    def __init__(self):
        self.reset()

    def reset(self):
        self._names, self._values = 0, 0

    def build_expression(self, condition, is_key_condition=False):
        if not isinstance(condition, ConditionBase):
            raise DynamoDBNeedsConditionError(condition)
        names, values = {}, {}
        expression = self._write(condition, names, values, is_key_condition)
        return BuiltConditionExpression(expression, names, values)

    def _write(self, condition, names, values, of_key):
        parts = [
            self._operand(value, names, values, condition.has_grouped_values, of_key)
            for value in condition.get_expression()["values"]
        ]
        return condition.expression_format.format(*parts, operator=condition.expression_operator)

    def _operand(self, value, names, values, grouped, of_key):
        if isinstance(value, ConditionBase):
            return self._write(value, names, values, of_key)
        if isinstance(value, AttributeBase):
            if of_key and not isinstance(value, Key):
                raise DynamoDBNeedsKeyConditionError(
                    f"Attribute object {value.name} is of type {type(value)}."
                    " KeyConditionExpression only supports Attribute objects of type Key"
                )
            return self._name(value.name, names)
        if grouped:
            return "(" + ", ".join(self._value(one, values) for one in value) + ")"
        return self._value(value, values)

    def _name(self, name, names):
        def placeholder(match):
            short = f"#n{self._names}"
            self._names += 1
            names[short] = match[0]
            return short

        return ATTR_NAME_REGEX.sub(placeholder, name)

    def _value(self, value, values):
        short = f":v{self._values}"
        self._values += 1
        values[short] = value
        return short
