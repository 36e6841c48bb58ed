"""Conditions of IAM policies, which moto's evaluator of permissions mixes up: there, one that isn't met refuses the call."""
import fnmatch

OPERATORS = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": lambda value, wanted: fnmatch.fnmatchcase(value, wanted),
}


def listed(value):
    return value if isinstance(value, list) else [value]


def holds(condition, context):
    """Whether all of a statement's conditions are met: "IAM JSON policy elements: Condition operators", IAM User Guide.

    context: the request's values, as {"aws:TagKeys": [...], "aws:ResourceTag/name": "value"}.
    """
    return all(
        _holds(operator, key, listed(wanted), context)
        for operator, keys in condition.items() for key, wanted in keys.items())


def _holds(operator, key, wanted, context):
    if operator == "Null":
        return (key not in context) == (wanted == ["true"])
    scope, _, name = operator.rpartition(":")
    values = listed(context.get(key, []))
    matched = [any(OPERATORS[name](value, pattern) for pattern in wanted) for value in values]
    # "ForAllValues returns true if there are no context keys in the request."
    return all(matched) if scope == "ForAllValues" else any(matched)


def applicable(policy, context):
    """A policy's statements whose conditions are met, without these."""
    return policy | {"Statement": [
        {key: part for key, part in statement.items() if key != "Condition"}
        for statement in policy["Statement"] if holds(statement.get("Condition", {}), context)]}
