"""A small botocore: clients made from the table in `tables.py`, over the host's HTTP.

It has the names, results and exceptions that handlers meet. A function that brings the real package uses that one.
"""

import re

__version__ = "1.44.5"

#: The sentinel of clients that do not sign.
UNSIGNED = type("UNSIGNED", (), {"__copy__": lambda self: self, "__deepcopy__": lambda self, memo: self})()

_ACRONYMS = re.compile("[A-Z]{2,}s$")
_WORD = re.compile("(.)([A-Z][a-z]+)")
_END = re.compile("([a-z0-9])([A-Z])")


def xform_name(name, sep="_"):
    """`ListTagsForResource` → `list_tags_for_resource`"""
    if sep in name:
        return name
    plural = _ACRONYMS.search(name)
    if plural is not None:
        name = name[: plural.start()] + sep + plural.group().lower()
    name = _WORD.sub(rf"\1{sep}\2", name)
    return _END.sub(rf"\1{sep}\2", name).lower()
