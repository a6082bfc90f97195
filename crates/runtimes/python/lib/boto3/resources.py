"""What resources of all services share: their meta, attributes that are loaded, collections."""


class ResourceMeta:
    """`resource.meta`"""

    def __init__(self, service_name, client, identifiers=()):
        self.service_name, self.client, self.identifiers = service_name, client, list(identifiers)
        self.data = None


class Resource:
    """A resource with attributes that are loaded when the first is asked for."""

    #: The attributes, by the names of Python, with their members in `meta.data`.
    ATTRIBUTES = {}

    def __getattr__(self, name):
        member = type(self).ATTRIBUTES.get(name)
        if member is None:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        if self.meta.data is None:
            self.load()
        return self.meta.data.get(member)

    def reload(self):
        self.load()

    def _identity(self):
        return [(name, getattr(self, name)) for name in self.meta.identifiers]

    def __repr__(self):
        shown = ", ".join(f"{name}={value!r}" for name, value in self._identity())
        return f"{self.meta.service_name}.{type(self).__name__}({shown})"

    def __eq__(self, other):
        return type(self) is type(other) and self._identity() == other._identity()

    def __hash__(self):
        return hash((type(self).__name__, tuple(self._identity())))


class Collection:
    """`bucket.objects`, `dynamodb.tables`: all pages of a list."""

    def __init__(self, pages, make, params=None, limit=None, size=None):
        self._pages, self._make = pages, make
        self._params, self._limit, self._size = params or {}, limit, size

    def all(self):
        return self._with()

    def filter(self, **params):
        return self._with(params=params)

    def limit(self, count):
        return self._with(limit=count)

    def page_size(self, count):
        return self._with(size=count)

    def _with(self, params=None, limit=None, size=None):
        return Collection(
            self._pages, self._make, {**self._params, **(params or {})}, limit or self._limit, size or self._size
        )

    def pages(self):
        left = self._limit
        for items in self._pages(self._params, self._size):
            page = [self._make(item) for item in items]
            if left is not None:
                page = page[:left]
                left -= len(page)
            yield page
            if left == 0:
                return

    def __iter__(self):
        for page in self.pages():
            yield from page
