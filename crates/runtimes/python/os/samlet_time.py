"""The clock: the module `time` on the host's virtual clock."""

import sys
import time

import _samlet

_gmtime, _localtime, _strftime = time.gmtime, time.localtime, time.strftime
_ctime, _asctime = time.ctime, time.asctime


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _samlet.sleep(float(seconds))


def time_ns():
    return _samlet.now_us() * 1000


def gmtime(seconds=None):
    return _gmtime(_samlet.now() if seconds is None else seconds)


def localtime(seconds=None):
    return _localtime(_samlet.now() if seconds is None else seconds)


def strftime(format, t=None):
    # The interpreter does not know the offset of a time; it is UTC's. `%%z` is a percent sign and a letter.
    parts = [part.replace("%z", "+0000") for part in format.split("%%")]
    return _strftime("%%".join(parts), localtime() if t is None else t)


def ctime(seconds=None):
    return _ctime(_samlet.now() if seconds is None else seconds)


def asctime(t=None):
    return _asctime(localtime() if t is None else t)


def get_clock_info(name):
    import types

    return types.SimpleNamespace(
        implementation="virtual", monotonic=name != "time", adjustable=name == "time", resolution=1e-6
    )


def install():
    """Replaces what reads a clock that is not there."""
    # Each of these counts up from a moment of its own choice; the epoch is as good as any.
    time.time = time.monotonic = time.perf_counter = time.process_time = time.thread_time = _samlet.now
    time.time_ns = time.monotonic_ns = time.perf_counter_ns = time_ns
    time.process_time_ns = time.thread_time_ns = time_ns
    for function in (sleep, gmtime, localtime, strftime, ctime, asctime, get_clock_info):
        # Functions in Rust, which these replace, are not bound when they are found in a class.
        setattr(time, function.__name__, staticmethod(function))
    time.tzname, time.timezone, time.altzone, time.daylight = ("UTC", "UTC"), 0, 0, 0
    time.tzset = lambda: None
    # The interpreter's own `datetime` reads a clock that is not there; the one in Python asks `time`.
    sys.modules["_datetime"] = None


def install_zones():
    """Lets `zoneinfo` find its zones."""
    import io

    from zoneinfo import _common

    def load_tzdata(key):
        rules = _samlet.time_zone(key)
        if rules is None:
            raise _common.ZoneInfoNotFoundError(f"No time zone found with key {key}")
        return io.BytesIO(rules)

    _common.load_tzdata = load_tzdata
