"""What the resource's client does to parameters and results: values and conditions of Python's."""

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

CONDITIONS = ("ConditionExpression", "FilterExpression")
KEY_CONDITION = "KeyConditionExpression"


class Transformation:
    """Installed in a client of DynamoDB."""

    def __init__(self):
        self._serialize = TypeSerializer().serialize
        self._deserialize = TypeDeserializer().deserialize

    def params(self, operation, params):
        if operation.input is None:
            return params
        params = self._with_expressions(dict(params))
        return _walk(params, operation.input, self._serialize)

    def result(self, operation, result):
        return _walk(result, operation.output, self._deserialize) if operation.output else result

    def _with_expressions(self, params):
        builder, names, values = ConditionExpressionBuilder(), {}, {}

        def build(name, of_key):
            if isinstance(params.get(name), ConditionBase):
                built = builder.build_expression(params[name], of_key)
                params[name] = built.condition_expression
                names.update(built.attribute_name_placeholders)
                values.update(built.attribute_value_placeholders)

        for name in [name for name in params if name in CONDITIONS]:
            build(name, False)
        build(KEY_CONDITION, True)
        for name, found in (("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)):
            if found:
                params[name] = {**params.get(name, {}), **found}
        return params


def _is_value(shape):
    return shape.kind == "structure" and "BOOL" in shape.members and "NS" in shape.members


def _walk(value, shape, change):
    """A copy in which every attribute value is changed; what does not fit its shape is left to be refused."""
    kind = shape.kind
    if kind == "structure":
        if _is_value(shape):
            return change(value)
        if isinstance(value, dict):
            members = shape.members
            return {k: _walk(one, members[k].shape, change) if k in members else one for k, one in value.items()}
    elif kind == "map" and isinstance(value, dict):
        return {key: _walk(one, shape.item, change) for key, one in value.items()}
    elif kind == "list" and isinstance(value, (list, tuple)):
        return [_walk(one, shape.item, change) for one in value]
    return value
