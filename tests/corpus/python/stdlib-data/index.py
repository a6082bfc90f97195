import collections
import contextlib
import copy
import csv
import dataclasses
import datetime
import decimal
import enum
import functools
import html
import io
import itertools
import json
import math
import operator
import re
import statistics
import string
import textwrap
import typing
import urllib.parse
import zoneinfo
from email.utils import formatdate, parsedate_to_datetime


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass(order=True, frozen=True)
class Item:
    name: str
    price: decimal.Decimal
    tags: list[str] = dataclasses.field(default_factory=list, compare=False)


class Point(typing.NamedTuple):
    x: int
    y: int = 2


@contextlib.contextmanager
def noted(notes):
    notes.append("in")
    yield notes
    notes.append("out")


@functools.lru_cache(maxsize=None)
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def numbers():
    with decimal.localcontext() as context:
        context.prec = 10
        third = decimal.Decimal(1) / decimal.Decimal(3)
    return [
        str(third),
        str(decimal.Decimal("2.675").quantize(decimal.Decimal("0.01"), rounding=decimal.ROUND_HALF_UP)),
        str(2**200),
        divmod(-7, 3),
        round(2.5),
        f"{1234567.891:,.2f} {255:#x} {0.1 + 0.2!r} {1e21} {5:>4}|",
        math.isclose(math.sin(1) ** 2 + math.cos(1) ** 2, 1),
        math.gcd(12, 18),
        statistics.mean([1, 2, 3, 4]),
        statistics.stdev([1, 2, 3, 4]),
    ]


def times():
    moment = datetime.datetime(2026, 3, 29, 0, 59, 30, 123456, tzinfo=datetime.timezone.utc)
    berlin = moment.astimezone(zoneinfo.ZoneInfo("Europe/Berlin"))
    return [
        moment.isoformat(),
        berlin.isoformat(),
        (berlin + datetime.timedelta(minutes=1)).isoformat(),
        str(zoneinfo.ZoneInfo("UTC")),
        moment.strftime("%A %d %B %Y %H:%M:%S %j %U %z"),
        datetime.datetime.strptime("2026-01-02 03:04", "%Y-%m-%d %H:%M").isoformat(),
        datetime.datetime.fromisoformat("2026-01-02T03:04:05Z").timestamp(),
        str(datetime.timedelta(days=1, seconds=3661)),
        datetime.date(2026, 2, 28).isocalendar()[1],
        formatdate(0, usegmt=True),
        parsedate_to_datetime("Fri, 02 Jan 2026 03:04:05 GMT").isoformat(),
    ]


def texts():
    rows = io.StringIO()
    csv.writer(rows).writerows([["a", 'say "hi"'], ["b,c", 2]])
    return [
        re.sub(r"(?P<first>\w+) (\w+)", r"\2 \g<first>", "hello world"),
        re.findall(r"(\d+)-(\d+)", "1-2, 33-44"),
        [match.span() for match in re.finditer(r"\bü\w*", "über üben", re.I)],
        rows.getvalue(),
        list(csv.DictReader(io.StringIO("a,b\n1,2\n"))),
        html.escape("<a href='x'>") + html.unescape("&lt;&eacute;"),
        urllib.parse.urlencode({"q": "ä b", "n": [1, 2]}, doseq=True),
        urllib.parse.parse_qs("a=1&a=2&b=%C3%A4"),
        list(urllib.parse.urlsplit("https://u:p@h.example:8080/p?q=1#f")),
        textwrap.dedent("  a\n    b\n") + textwrap.fill("the quick brown fox", 10),
        string.Template("$who is $what").substitute(who="it", what="so"),
        "Straße".upper() + "İ".lower() + "ß".casefold(),
        json.dumps({"é": [1.0, None, True, float("inf")], "b": "\u2028"}, sort_keys=True, indent=1),
        repr("tab\t 'quote' é \x00"),
    ]


def classes():
    notes = []
    with noted(notes):
        notes.append("between")
    item = Item("a", decimal.Decimal("1.50"), ["x"])
    counts = collections.Counter("mississippi")
    grouped = collections.defaultdict(list)
    for word in ["apple", "avocado", "bean"]:
        grouped[word[0]].append(word)
    try:
        item.name = "b"
    except dataclasses.FrozenInstanceError as error:
        notes.append(str(error))
    match {"kind": "circle", "r": 2}:
        case {"kind": "circle", "r": r}:
            notes.append(f"r={r}")
    return [
        notes,
        repr(item),
        item < Item("b", decimal.Decimal(0)),
        dataclasses.asdict(dataclasses.replace(item, price=2)),
        [color.name for color in Color],
        repr(Color("red")),
        repr(Point(1)),
        counts.most_common(2),
        dict(grouped),
        list(collections.deque([1, 2, 3], maxlen=2)),
        fibonacci(60),
        [list(group) for _, group in itertools.groupby([1, 1, 2])],
        list(itertools.chain.from_iterable(itertools.combinations("abc", 2))),
        sorted([{"a": 2}, {"a": 1}], key=operator.itemgetter("a")),
        copy.deepcopy({"a": [1]}) == {"a": [1]},
        functools.reduce(operator.mul, range(1, 20)),
    ]


def handler(event, context):
    return {"numbers": numbers(), "times": times(), "texts": texts(), "classes": classes()}
