"""Paginators: pages of an operation, and results of all pages."""

import base64
import json


def search(value, path):
    """What lies at `a.b[].c`; a list where the path goes through `[]`."""
    for index, part in enumerate(path.split(".")):
        name = part[:-2] if part.endswith("[]") else part
        if isinstance(value, list):
            rest = ".".join(path.split(".")[index:])
            found = [search(item, rest) for item in value]
            return [item for item in found if item is not None]
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Paginator:
    """`client.get_paginator('scan')`"""

    def __init__(self, method, page):
        self._method, self._page = method, page

    def paginate(self, PaginationConfig=None, **params):
        return PageIterator(self._method, self._page, params, PaginationConfig or {})


class PageIterator:
    """Asks for one page after the other."""

    def __init__(self, method, page, params, config):
        self._method, self._page, self._params, self._config = method, page, params, config
        self.result_keys = page["result"]
        self.resume_token = None

    def __iter__(self):
        page, params = self._page, dict(self._params)
        left = self._config.get("MaxItems")
        left = int(left) if left is not None else None
        skip = 0
        if self._config.get("PageSize") is not None and page["limit"]:
            params[page["limit"][0]] = self._config["PageSize"]
        if self._config.get("StartingToken") is not None:
            token = _decoded(self._config["StartingToken"])
            skip = token.pop("boto_truncate_amount", 0)
            params.update(token)
        given = {}
        while True:
            answer = self._method(**params)
            if skip:
                answer[page["result"][0]] = answer[page["result"][0]][skip:]
                skip = 0
            items = search(answer, page["result"][0]) if page["result"] else None
            if left is not None and isinstance(items, list):
                if len(items) > left:
                    self._truncate(answer, items, left, given)
                    yield answer
                    return
                left -= len(items)
            yield answer
            tokens = {to: search(answer, of) for to, of in zip(page["input"], page["output"])}
            more = search(answer, page["more"][0]) if page["more"] else True
            tokens = {name: token for name, token in tokens.items() if token}
            if not tokens or not more:
                return
            if left == 0:
                self.resume_token = _encoded(tokens)
                return
            if tokens == given:
                return
            given = tokens
            params.update(tokens)

    def _truncate(self, answer, items, left, given):
        answer[self._page["result"][0]] = items[:left]
        self.resume_token = _encoded({**given, "boto_truncate_amount": left})

    def build_full_result(self):
        """One result with all items of all pages."""
        whole = {}
        for answer in self:
            for key in self._page["result"]:
                found = search(answer, key)
                if found is None:
                    continue
                if key not in whole:
                    whole[key] = list(found) if isinstance(found, list) else found
                elif isinstance(found, (list, int, float, str)):
                    whole[key] = whole[key] + found
        for key in self._page["rest"]:
            whole.setdefault(key, answer.get(key))
        if self.resume_token is not None:
            whole["NextToken"] = self.resume_token
        return whole

    def search(self, expression):
        """The items at a path of names in all pages."""
        for answer in self:
            found = search(answer, expression)
            yield from found if isinstance(found, list) else [found]


def _encoded(token):
    def default(value):
        return {"boto_bytes": base64.b64encode(value).decode("ascii")}

    return base64.b64encode(json.dumps(token, default=default).encode("utf-8")).decode("ascii")


def _decoded(token):
    def hook(value):
        return base64.b64decode(value["boto_bytes"]) if set(value) == {"boto_bytes"} else value

    return json.loads(base64.b64decode(token), object_hook=hook)
