"""XML as services write and read it: elements, text, attributes. No entities of its own, no DTD."""

import re

_TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<(/?)([^\s/>]+)([^>]*?)(/?)>|([^<]+)", re.S)
_ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(#x?[0-9a-fA-F]+|\w+);")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


class Element:
    """One element: its name without prefix, its attributes, its children, its text."""

    __slots__ = ("name", "attributes", "children", "text")

    def __init__(self, name, attributes):
        self.name, self.attributes, self.children, self.text = name, attributes, [], ""

    def find(self, name):
        for child in self.children:
            if child.name == name:
                return child
        return None

    def find_all(self, name):
        return [child for child in self.children if child.name == name]


def _character(match):
    name = match[1]
    if name[0] != "#":
        return _NAMED.get(name, match[0])
    return chr(int(name[2:], 16) if name[1] in "xX" else int(name[1:]))


def unescape(text):
    return _ENTITY.sub(_character, text) if "&" in text else text


def escape(text):
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\r", "&#xD;").replace("\n", "&#xA;")


def parse(data):
    """The outermost element; ValueError if there is none."""
    top = Element("", {})
    open_elements = [top]
    for cdata, closes, name, attributes, empty, text in _TOKEN.findall(data.decode("utf-8")):
        if cdata or text:
            open_elements[-1].text += cdata or unescape(text)
        elif closes:
            if len(open_elements) < 2:
                raise ValueError("an element is closed that was not opened")
            open_elements.pop()
        elif name:
            found = {key: unescape(one or other) for key, one, other in _ATTRIBUTE.findall(attributes)}
            element = Element(name.rpartition(":")[2], found)
            open_elements[-1].children.append(element)
            if not empty:
                open_elements.append(element)
    if not top.children or len(open_elements) != 1:
        raise ValueError("no XML")
    return top.children[0]
