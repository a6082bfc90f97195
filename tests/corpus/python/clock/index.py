"""All clocks tell the same time, and only wait for what they are told to."""

import datetime
import time
import warnings


def handler(event, context):
    warnings.simplefilter("ignore")
    utc = datetime.timezone.utc
    moments = {
        "now": datetime.datetime.now().replace(tzinfo=utc),
        "now in UTC": datetime.datetime.now(utc),
        "now in Seoul": datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))),
        "utcnow": datetime.datetime.utcnow().replace(tzinfo=utc),
        "gmtime": datetime.datetime(*time.gmtime()[:6], tzinfo=utc),
    }
    first = moments["now"]
    near = {name: abs((moment - first).total_seconds()) < 2 for name, moment in moments.items()}
    before = time.monotonic()
    time.sleep(0.25)
    return {
        "near": near,
        "is of this era": first.year > 2024,
        "slept": 0.25 <= time.monotonic() - before < 2,
        "whole": str(datetime.datetime.fromisoformat("2026-02-28T23:59:59+00:00") + datetime.timedelta(days=1)),
        "module": datetime.datetime.__module__,
        "repr": repr(datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=utc)),
    }
