"""What a service streams."""

import io

from botocore.exceptions import IncompleteReadError


class StreamingBody(io.IOBase):
    """The body of an answer. All of it is there: it came in one piece."""

    def __init__(self, raw_stream, content_length):
        super().__init__()
        self._raw_stream = raw_stream
        self._content_length = content_length
        self._amount_read = 0

    def readable(self):
        return True

    def read(self, amt=None):
        chunk = self._raw_stream.read(-1 if amt is None else amt)
        self._amount_read += len(chunk)
        at_end = amt is None or (not chunk and amt > 0)
        if at_end and self._content_length is not None and self._amount_read != int(self._content_length):
            raise IncompleteReadError(actual_bytes=self._amount_read, expected_bytes=int(self._content_length))
        return chunk

    def readinto(self, buffer):
        chunk = self.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def readlines(self, hint=-1):
        return self._raw_stream.readlines(hint)

    def tell(self):
        return self._amount_read

    def __iter__(self):
        return self.iter_chunks(1024)

    def __next__(self):
        chunk = self.read(1024)
        if not chunk:
            raise StopIteration
        return chunk

    next = __next__

    def iter_chunks(self, chunk_size=1024):
        while chunk := self.read(chunk_size):
            yield chunk

    def iter_lines(self, chunk_size=1024, keepends=False):
        pending = b""
        for chunk in self.iter_chunks(chunk_size):
            lines = (pending + chunk).splitlines(True)
            for line in lines[:-1]:
                yield line.splitlines(keepends)[0]
            pending = lines[-1]
        if pending:
            yield pending.splitlines(keepends)[0]

    def set_socket_timeout(self, timeout):
        """Nothing: no socket is there."""

    def close(self):
        self._raw_stream.close()
        super().close()


def streaming_body(data):
    return StreamingBody(io.BytesIO(data), len(data))
