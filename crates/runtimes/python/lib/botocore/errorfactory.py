"""A class of exceptions for each error of a service: `client.exceptions.ResourceNotFoundException`."""

from botocore.exceptions import ClientError


class ClientExceptions:
    """The exceptions of one client."""

    ClientError = ClientError

    def __init__(self, service):
        self._is_elsewhere = service is None
        self._by_name, self._by_code = {}, {}
        for name, code, _ in service.errors() if service else ():
            made = type(name, (ClientError,), {"__module__": "botocore.errorfactory"})
            self._by_name[name] = self._by_code[code] = made

    def from_code(self, error_code):
        return self._by_code.get(error_code, ClientError)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if self._is_elsewhere and name not in self._by_name:
            # Nobody lists the errors of a service that is not here; none is ever raised.
            self._by_name[name] = type(name, (ClientError,), {"__module__": "botocore.errorfactory"})
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(self._by_name)
            raise AttributeError(f"{self!r} object has no attribute {name}. Valid exceptions are: {known}") from None
