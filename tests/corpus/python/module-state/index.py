import sys

total = 0


def deep(n):
    return n if n == 0 else 1 + deep(n - 1)


def handler(event, context):
    global total
    total += event["n"]
    try:
        deep(100_000)
    except RecursionError as error:
        recursion = type(error).__name__
    return {"total": total, "recursion": recursion, "deep": deep(500), "pending": sys.exc_info()[0] is None}
