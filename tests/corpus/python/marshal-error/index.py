from datetime import datetime
from decimal import Decimal


def handler(event, context):
    return {
        "set": {1, 2},
        "datetime": {"at": datetime(2026, 1, 2)},
        "decimal": {"price": Decimal("12.30"), "many": [Decimal("3"), Decimal("1E+2")]},
        "bytes": b"as they are",
        "nothing": None,
        "korean": "안녕",
    }[event["kind"]]
