"""Files for `io`: the raw file object and `open`, which the interpreter lacks without an operating
system of its own."""

import _io
import posix


class FileIO(_io._RawIOBase):
    """A file without a buffer."""

    __module__ = "_io"

    def __init__(self, file, mode="r", closefd=True, opener=None):
        self._fd = -1
        kind = mode.replace("b", "").replace("+", "")
        if kind not in ("r", "w", "a", "x") or mode.count("+") > 1:
            raise ValueError("Must have exactly one of create/read/write/append mode and at most one plus")
        self._plus, self._kind, self._closefd = "+" in mode, kind, closefd
        if isinstance(file, int):
            if file < 0:
                raise ValueError("negative file descriptor")
            self._fd = file
        else:
            if not closefd:
                raise ValueError("Cannot use closefd=False with file name")
            flags = posix.O_RDWR if self._plus else posix.O_RDONLY if kind == "r" else posix.O_WRONLY
            flags |= {"r": 0, "w": posix.O_CREAT | posix.O_TRUNC, "a": posix.O_CREAT | posix.O_APPEND,
                      "x": posix.O_CREAT | posix.O_EXCL}[kind]
            self._fd = posix.open(file, flags, 0o666) if opener is None else opener(file, flags)
            if (posix.fstat(self._fd).st_mode & 0o170000) == 0o040000:
                posix.close(self._fd)
                self._fd = -1
                raise IsADirectoryError(21, "Is a directory", file)
        self.name = file
        if kind == "a":
            posix.lseek(self._fd, 0, 2)

    @property
    def mode(self):
        first = {"r": "rb", "w": "wb", "a": "ab", "x": "xb"}[self._kind]
        if self._plus:
            return "rb+" if self._kind in "rw" else first + "+"
        return first

    @property
    def closefd(self):
        return self._closefd

    def _check(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def fileno(self):
        self._check()
        return self._fd

    def isatty(self):
        self._check()
        return False

    def readable(self):
        self._check()
        return self._plus or self._kind == "r"

    def writable(self):
        self._check()
        return self._plus or self._kind != "r"

    def seekable(self):
        self._check()
        return True

    def read(self, size=-1):
        self._check()
        if not self.readable():
            raise _io.UnsupportedOperation("File not open for reading")
        if size is None or size < 0:
            return self.readall()
        return posix.read(self._fd, size)

    def readall(self):
        self._check()
        return posix.read(self._fd, 1 << 30)

    def readinto(self, buffer):
        data = self.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)

    def write(self, data):
        self._check()
        if not self.writable():
            raise _io.UnsupportedOperation("File not open for writing")
        return posix.write(self._fd, data)

    def seek(self, position, whence=0):
        self._check()
        return posix.lseek(self._fd, position, whence)

    def tell(self):
        return self.seek(0, 1)

    def truncate(self, size=None):
        self._check()
        if not self.writable():
            raise _io.UnsupportedOperation("File not open for writing")
        size = self.tell() if size is None else size
        posix.ftruncate(self._fd, size)
        return size

    def close(self):
        if self.closed:
            return
        try:
            super().close()
        finally:
            if self._closefd and self._fd >= 0:
                posix.close(self._fd)
            self._fd = -1

    def __repr__(self):
        if self.closed:
            return "<_io.FileIO [closed]>"
        return f"<_io.FileIO name={self.name!r} mode={self.mode!r} closefd={self._closefd}>"


def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    """Opens a file."""
    if not isinstance(file, int):
        file = posix.fspath(file)
    if not isinstance(mode, str):
        raise TypeError(f"open() argument 'mode' must be str, not {type(mode).__name__}")
    letters = set(mode)
    if letters - set("axrwb+t") or len(mode) > len(letters):
        raise ValueError(f"invalid mode: {mode!r}")
    text, binary = "t" in letters, "b" in letters
    if text and binary:
        raise ValueError("can't have text and binary mode at once")
    if len(letters & set("axrw")) != 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    if binary and encoding is not None:
        raise ValueError("binary mode doesn't take an encoding argument")
    if binary and errors is not None:
        raise ValueError("binary mode doesn't take an errors argument")
    if binary and newline is not None:
        raise ValueError("binary mode doesn't take a newline argument")
    raw = FileIO(file, "".join(sorted(letters - {"b", "t"}, reverse=True)), closefd, opener)
    result = raw
    try:
        if buffering == 0:
            if binary:
                return raw
            raise ValueError("can't have unbuffered text I/O")
        size = 8192 if buffering < 2 else buffering
        if "+" in letters:
            buffer = _io.BufferedRandom(raw, size)
        elif letters & set("wax"):
            buffer = _io.BufferedWriter(raw, size)
        else:
            buffer = _io.BufferedReader(raw, size)
        result = buffer
        if binary:
            return buffer
        result = _io.TextIOWrapper(buffer, encoding or "utf-8", errors, newline, buffering == 1)
        result.mode = mode
        return result
    except BaseException:
        result.close()
        raise


open.__module__ = "_io"


def open_code(path):
    """Opens a file of code."""
    return open(path, "rb")


def install(builtins):
    """Puts all of it where programs look for it."""
    _io.FileIO, _io.open, _io.open_code = FileIO, open, open_code
    builtins.open = open
