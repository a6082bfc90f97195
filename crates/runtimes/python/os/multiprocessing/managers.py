"""Managers live in processes of their own, which there are none of."""


class BaseManager:
    def __init__(self, address=None, authkey=None, serializer="pickle", ctx=None):
        self.address = address

    @classmethod
    def register(cls, typeid, callable=None, proxytype=None, exposed=None, method_to_typeid=None, create_method=True):
        """Kept for nobody."""

    def start(self, initializer=None, initargs=()):
        raise OSError(38, "Function not implemented")

    connect = get_server = start


class BaseProxy:
    """Of an object in another process."""


class SyncManager(BaseManager):
    """One that knows Python's own types."""
