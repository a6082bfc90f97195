"""The two ends of a pipe, in one process."""

from collections import deque


class Connection:
    """One end: what the other end has sent."""

    def __init__(self):
        self._inbox, self._other, self.closed = deque(), None, False

    def send(self, value):
        if self._other is None or self._other.closed:
            raise BrokenPipeError(32, "Broken pipe")
        self._other._inbox.append(value)

    send_bytes = send

    def recv(self):
        if not self._inbox:
            raise EOFError
        return self._inbox.popleft()

    recv_bytes = recv

    def poll(self, timeout=0.0):
        return bool(self._inbox)

    def close(self):
        self.closed = True

    def fileno(self):
        return -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def Pipe(duplex=True):
    one, other = Connection(), Connection()
    other._other = one
    one._other = other
    return one, other


def wait(connections, timeout=None):
    return [one for one in connections if one.poll()]
