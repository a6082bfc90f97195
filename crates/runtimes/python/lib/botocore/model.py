"""Reads `tables.py`: services, their operations, and the shapes of what goes in and out.

A reference to a shape reads: an optional minimum (`1>`), then a structure's number, or a letter:
s string, i integer, f float, b boolean, B blob, d document, t timestamp (ti, tu and tr: in a
format of its own), `[` a list of what follows, `<` a map to what follows. `+` marks a flattened list or
map, parentheses hold the names of its elements in XML.
"""

import re

from botocore import xform_name
from botocore.tables import TABLES

_REFERENCE = re.compile(r"(?:(\d+)>)?(?:(\d+)$|([\[<])(\+?)(?:\(([^)]*)\))?(.*)|(.)(.?))", re.S)

KINDS = {"s": "string", "i": "integer", "f": "float", "b": "boolean", "B": "blob", "d": "document"}


class Shape:
    """What a value looks like. `members` of a structure are read when they are asked for."""

    __slots__ = ("service", "kind", "min", "number", "flat", "names", "item", "format")

    def __init__(self, service, reference):
        least, number, container, flat, names, item, letter, form = _REFERENCE.match(reference).groups()
        self.service = service
        self.min = int(least) if least else None
        self.number = int(number) if number else None
        self.flat = bool(flat)
        self.names = names
        self.item = service.shape(item) if item else None
        self.format = form or None
        if number:
            self.kind = "structure"
        elif container:
            self.kind = "list" if container == "[" else "map"
        else:
            self.kind = "timestamp" if letter == "t" else KINDS[letter]

    @property
    def payload(self):
        return self.service.structure(self.number)[0]

    @property
    def members(self):
        return self.service.structure(self.number)[1]


class Member:
    """One member of a structure: `place` says where it stands in the message."""

    __slots__ = ("shape", "required", "token", "place", "wire")

    def __init__(self, service, name, reference, place):
        self.shape = service.shape(reference)
        self.place = place[:1]
        self.wire = place[1:] or name


class Operation:
    """An operation: how it is called, and the shapes of its two messages."""

    def __init__(self, service, line):
        name, http, given, answer, wrapper, root = (line.split("\t") + [""] * 5)[:6]
        self.name, self.wrapper, self.root = name, wrapper, root
        self.method, self.uri = http.split(" ", 1) if http else ("POST", "/")
        self.input = service.shape(given) if given else None
        self.output = service.shape(answer) if answer else None


class Service:
    """A service as its clients know it."""

    def __init__(self, name, text):
        facts, operations, errors, pages, waiters, structures = text.split("\n-\n")
        (self.id, self.protocol, self.json_version, self.target, self.version, self.global_endpoint, self.prefix,
         self.signing_name, self.namespace) = facts.split("\t")
        self.name = name
        self.class_name = "".join(word for word in re.split(r"[^A-Za-z0-9]", self.id))
        self._operations = {line.partition("\t")[0]: line for line in operations.split("\n")}
        self.methods = {xform_name(operation): operation for operation in self._operations}
        self._errors = errors
        self._pages = pages.split("\n")
        self._waiters = waiters.split("\n") if waiters else []
        self._lines = structures.split("\n")
        self._structures, self._shapes, self._made = {}, {}, {}

    def operation(self, name):
        if name not in self._made:
            self._made[name] = Operation(self, self._operations[name])
        return self._made[name]

    def shape(self, reference):
        if reference not in self._shapes:
            self._shapes[reference] = Shape(self, reference)
        return self._shapes[reference]

    def structure(self, number):
        """The name of the payload, and the members by their names."""
        if number not in self._structures:
            payload, _, text = self._lines[number].partition("|")
            members = {}
            for entry in text.split(",") if text else ():
                name, reference, place = (entry.split(":", 2) + [""])[:3]
                bare = name.rstrip("!^")
                member = members[bare] = Member(self, bare, reference, place)
                member.required, member.token = "!" in name, "^" in name
            self._structures[number] = payload, members
        return self._structures[number]

    def errors(self):
        """The modeled errors: (name, code, shape)."""
        for entry in self._errors.split():
            name, _, rest = entry.partition("=")
            code, _, number = rest.partition(":")
            yield name, code or name, self.shape(number)

    def page(self, operation):
        """How an operation's pages are walked, or None."""
        for line in self._pages:
            name, *fields = line.split("\t")
            if name == operation:
                keys = [field.split(",") if field else [] for field in fields + [""] * 6]
                return dict(zip(("input", "output", "result", "limit", "more", "rest"), keys))
        return None

    def waiters(self):
        """By the method's name of each waiter: its operation, delay, attempts and acceptors."""
        found = {}
        for line in self._waiters:
            name, operation, delay, attempts, *acceptors = line.split("\t")
            parsed = [acceptor.split(" ", 3) for acceptor in acceptors]
            found[xform_name(name)] = name, operation, int(delay), int(attempts), parsed
        return found


_services = {}


def service(name):
    """The service by its name in boto3, or None."""
    if name not in _services and name in TABLES:
        _services[name] = Service(name, TABLES[name])
    return _services.get(name)
