"""Times on the wire."""

import datetime

UTC = datetime.timezone.utc

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_datetime(value):
    """A datetime of what a caller or a service gives: a datetime, a number of seconds, or a text."""
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, (int, float)):
        return datetime.datetime.fromtimestamp(value, UTC)
    try:
        return datetime.datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        return _from_text(value)


def _from_text(text):
    if "," in text:
        _, day, month, year, clock = text.split(" ")[:5]
        hour, minute, second = map(int, clock.split(":"))
        return datetime.datetime(int(year), _MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
    return to_datetime(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))


def rfc822(value):
    at = to_datetime(value).astimezone(UTC)
    day, month = _DAYS[at.weekday()], _MONTHS[at.month - 1]
    return f"{day}, {at.day:02} {month} {at.year} {at.hour:02}:{at.minute:02}:{at.second:02} GMT"


def iso8601(value):
    at = to_datetime(value).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if at.microsecond else "%Y-%m-%dT%H:%M:%SZ")


def unix(value):
    seconds = to_datetime(value).timestamp()
    return int(seconds) if seconds == int(seconds) else seconds


FORMATS = {"i": iso8601, "u": unix, "r": rfc822}
