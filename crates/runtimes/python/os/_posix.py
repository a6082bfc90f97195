"""The operating system of a function, as the module `posix`.

The function's files come from the host and cannot be written; /tmp is in memory. What an operating
system has beyond that (processes, users, links, permissions) is absent.
"""

import _samlet
import sys as _sys

error = OSError

O_RDONLY, O_WRONLY, O_RDWR = 0, 1, 2
O_CREAT, O_EXCL, O_TRUNC, O_APPEND = 0o100, 0o200, 0o1000, 0o2000
O_NONBLOCK, O_SYNC, O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC = 0o4000, 0o4010000, 0o200000, 0o400000, 0o2000000
F_OK, X_OK, W_OK, R_OK = 0, 1, 2, 4
EX_OK = 0
WNOHANG = 1

_ACCESS = O_WRONLY | O_RDWR
_TEMPORARY = "/tmp"
_DIRECTORY, _REGULAR = 0o040000, 0o100000
_ERRORS = {
    2: "No such file or directory",
    9: "Bad file descriptor",
    13: "Permission denied",
    17: "File exists",
    20: "Not a directory",
    21: "Is a directory",
    22: "Invalid argument",
    30: "Read-only file system",
    38: "Function not implemented",
    39: "Directory not empty",
}


_CLASSES = {
    2: FileNotFoundError, 13: PermissionError, 17: FileExistsError, 20: NotADirectoryError, 21: IsADirectoryError,
}


def _failure(number, *names):
    return _CLASSES.get(number, OSError)(number, _ERRORS[number], *names)


def strerror(code):
    return _ERRORS.get(code, f"Unknown error {code}")


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    try:
        method = type(path).__fspath__
    except AttributeError:
        raise TypeError(
            f"expected str, bytes or os.PathLike object, not {type(path).__name__}"
        ) from None
    result = method(path)
    if isinstance(result, (str, bytes)):
        return result
    raise TypeError(
        f"expected {type(path).__name__}.__fspath__() to return str or bytes, not {type(result).__name__}"
    )


# ---- Paths ----

_cwd = "/var/task"


def _text(path):
    path = fspath(path)
    return path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else path


def _absolute(path):
    """The path from the root, without `.`, `..` and doubled slashes."""
    text = _text(path)
    if not text:
        raise _failure(2, path)
    if "\0" in text:
        raise ValueError("embedded null byte")
    if not text.startswith("/"):
        text = f"{_cwd}/{text}"
    if "/." not in text and "//" not in text and not text.endswith("/"):
        return text
    parts = []
    for part in text.split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/" + "/".join(parts)


def _parent(path):
    return path.rpartition("/")[0] or "/"


def getcwd():
    return _cwd


def getcwdb():
    return _cwd.encode()


def chdir(path):
    global _cwd
    target = _absolute(path)
    if _kind(target) != _DIRECTORY:
        raise _failure(20 if _kind(target) else 2, path)
    _cwd = target


# ---- What is there ----


class _File:
    """A file in /tmp."""

    def __init__(self):
        self.content = bytearray()
        self.changed = _samlet.now_us()


class _Folder:
    """A directory in /tmp."""

    def __init__(self):
        self.changed = _samlet.now_us()


_temporary = {_TEMPORARY: _Folder()}


def _is_writable(path):
    return path == _TEMPORARY or path.startswith("/tmp/")


def _kind(path):
    """The type bits of what is at a path; 0 if there is nothing."""
    if _is_writable(path):
        found = _temporary.get(path)
        return 0 if found is None else _DIRECTORY if isinstance(found, _Folder) else _REGULAR
    if path == "/dev/null":
        return _REGULAR
    if _samlet.file_size(path) is not None:
        return _REGULAR
    return _DIRECTORY if path == "/" or _samlet.list_dir(path) is not None else 0


def _names(path):
    if _is_writable(path):
        start = path + "/"
        return [name[len(start):] for name in _temporary if name.startswith(start) and "/" not in name[len(start):]]
    # The host ends a directory's name with a slash.
    names = [name.rstrip("/") for name in _samlet.list_dir(path) or ()]
    return names + ["tmp"] if path == "/" and "tmp" not in names else names


class stat_result(tuple):
    """What `stat` tells."""

    n_sequence_fields = 10
    n_fields = 19
    n_unnamed_fields = 3

    st_mode = property(lambda self: self[0])
    st_ino = property(lambda self: self[1])
    st_dev = property(lambda self: self[2])
    st_nlink = property(lambda self: self[3])
    st_uid = property(lambda self: self[4])
    st_gid = property(lambda self: self[5])
    st_size = property(lambda self: self[6])
    st_blksize = 4096
    st_rdev = 0

    def __new__(cls, sequence, extra=None):
        self = super().__new__(cls, tuple(sequence)[:10])
        self._changed = (extra or {}).get("changed", self[8] * 1_000_000)
        return self

    @property
    def st_blocks(self):
        return -(-self.st_size // 512)

    @property
    def st_mtime_ns(self):
        return self._changed * 1000

    @property
    def st_mtime(self):
        return self._changed / 1e6

    st_atime = st_ctime = st_birthtime = st_mtime
    st_atime_ns = st_ctime_ns = st_mtime_ns

    def __repr__(self):
        names = ("st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size")
        return f"os.stat_result({', '.join(f'{name}={getattr(self, name)}' for name in names)}, ...)"


stat_result.__module__ = "os"


def _stat_of(mode, size, changed, name):
    seconds = changed // 1_000_000
    return stat_result((mode, hash(name) & 0x7FFFFFFF, 1, 1, 0, 0, size, seconds, seconds, seconds), {"changed": changed})


def _stat(path):
    if _is_writable(path):
        found = _temporary.get(path)
        if isinstance(found, _File):
            return _stat_of(_REGULAR | 0o644, len(found.content), found.changed, path)
        if found is not None:
            return _stat_of(_DIRECTORY | 0o755, 4096, found.changed, path)
        return None
    size = _samlet.file_size(path)
    if size is not None:
        return _stat_of(_REGULAR | 0o755, size, 0, path)
    if path == "/dev/null":
        return _stat_of(0o020666, 0, 0, path)
    return _stat_of(_DIRECTORY | 0o755, 4096, 0, path) if _kind(path) else None


def stat(path, *, dir_fd=None, follow_symlinks=True):
    if isinstance(path, int):
        return fstat(path)
    result = _stat(_absolute(path))
    if result is None:
        raise _failure(2, path)
    return result


def lstat(path, *, dir_fd=None):
    return stat(path)


def access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True):
    target = _absolute(path)
    return bool(_kind(target)) and (not mode & W_OK or _is_writable(target))


def listdir(path="."):
    target = _absolute("." if path is None else path)
    kind = _kind(target)
    if kind != _DIRECTORY:
        raise _failure(20 if kind else 2, path)
    names = _names(target)
    return [name.encode() for name in names] if isinstance(path, bytes) else names


class DirEntry:
    """What `scandir` finds."""

    def __init__(self, folder, name):
        self.name = name
        separator = b"/" if isinstance(name, bytes) else "/"
        self.path = folder + name if folder.endswith(separator) else folder + separator + name

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"<DirEntry {self.name!r}>"

    def inode(self):
        return self.stat().st_ino

    def is_dir(self, *, follow_symlinks=True):
        return _kind(_absolute(self.path)) == _DIRECTORY

    def is_file(self, *, follow_symlinks=True):
        return _kind(_absolute(self.path)) == _REGULAR

    def is_symlink(self):
        return False

    def is_junction(self):
        return False

    def stat(self, *, follow_symlinks=True):
        return stat(self.path)


class _Scan:
    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._entries = iter(())


def scandir(path="."):
    path = "." if path is None else fspath(path)
    return _Scan([DirEntry(path, name) for name in listdir(path)])


# ---- Changes, in /tmp alone ----


def _changeable(path):
    """The absolute path of what is to be changed."""
    target = _absolute(path)
    if not _is_writable(target):
        raise _failure(30, path)
    return target


def _touch_parent(target):
    folder = _temporary.get(_parent(target))
    if folder is not None:
        folder.changed = max(_samlet.now_us(), folder.changed + 1)


def mkdir(path, mode=0o777, *, dir_fd=None):
    target = _absolute(path)
    if _kind(target):
        raise _failure(17, path)
    _changeable(path)
    if _kind(_parent(target)) != _DIRECTORY:
        raise _failure(2, path)
    _temporary[target] = _Folder()
    _touch_parent(target)


def rmdir(path, *, dir_fd=None):
    target = _changeable(path)
    kind = _kind(target)
    if kind != _DIRECTORY:
        raise _failure(20 if kind else 2, path)
    if _names(target) or target == _TEMPORARY:
        raise _failure(39, path)
    del _temporary[target]
    _touch_parent(target)


def unlink(path, *, dir_fd=None):
    target = _changeable(path)
    kind = _kind(target)
    if kind != _REGULAR:
        raise _failure(21 if kind else 2, path)
    del _temporary[target]
    _touch_parent(target)


remove = unlink


def rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None):
    source, target = _changeable(src), _changeable(dst)
    if not _kind(source):
        raise _failure(2, src, None, dst)
    if _kind(_parent(target)) != _DIRECTORY:
        raise _failure(2, src, None, dst)
    if _kind(target) == _DIRECTORY and _names(target):
        raise _failure(39, src, None, dst)
    for name in [name for name in _temporary if name == source or name.startswith(source + "/")]:
        _temporary[target + name[len(source):]] = _temporary.pop(name)
    _touch_parent(source)
    _touch_parent(target)


replace = rename


def truncate(path, length):
    if isinstance(path, int):
        return ftruncate(path, length)
    file = _temporary.get(_changeable(path))
    if not isinstance(file, _File):
        raise _failure(2, path)
    _resize(file, length)


def _resize(file, length):
    size = len(file.content)
    if length < size:
        del file.content[length:]
    else:
        file.content.extend(bytes(length - size))
    file.changed = _samlet.now_us()


def chmod(path, mode, *, dir_fd=None, follow_symlinks=True):
    stat(path)


def utime(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True):
    stat(path)
    found = _temporary.get(_changeable(path))
    if ns is not None:
        found.changed = ns[1] // 1000
    else:
        found.changed = int(times[1] * 1_000_000) if times else _samlet.now_us()


def readlink(path, *, dir_fd=None):
    stat(path)
    raise _failure(22, path)


# ---- Open files ----


class _Open:
    """An open file: its content, and where reading and writing go on."""

    def __init__(self, path, flags, content, file):
        self.path, self.flags, self.content, self.file, self.position = path, flags, content, file, 0


_open_files = {}


def _opened(fd):
    found = _open_files.get(fd)
    if found is None:
        raise _failure(9)
    return found


def open(path, flags, mode=0o777, *, dir_fd=None):
    target = _absolute(path)
    kind = _kind(target)
    writes = flags & (_ACCESS | O_CREAT | O_TRUNC)
    if kind and flags & O_CREAT and flags & O_EXCL:
        raise _failure(17, path)
    if kind == _DIRECTORY and writes:
        raise _failure(21, path)
    if not kind and not flags & O_CREAT:
        raise _failure(2, path)
    file = None
    if target == "/dev/null":
        content, file = b"", _File()
    elif not _is_writable(target):
        if writes and not (kind and not flags & _ACCESS):
            raise _failure(30, path)
        content = _samlet.read_file(target) or b""
    elif kind == _DIRECTORY:
        content = b""
    else:
        if not kind:
            if _kind(_parent(target)) != _DIRECTORY:
                raise _failure(2, path)
            _temporary[target] = _File()
            _touch_parent(target)
        file = _temporary[target]
        if flags & O_TRUNC:
            _resize(file, 0)
        content = file.content
    fd = 3
    while fd in _open_files:
        fd += 1
    _open_files[fd] = _Open(target, flags, content, file)
    return fd


def close(fd):
    _opened(fd)
    del _open_files[fd]


def read(fd, length):
    opened = _opened(fd)
    if opened.flags & O_WRONLY:
        raise _failure(9)
    data = bytes(opened.content[opened.position:opened.position + length])
    opened.position += len(data)
    return data


def write(fd, data):
    data = bytes(data)
    if fd in (1, 2):
        (_sys.stdout if fd == 1 else _sys.stderr).write(data.decode("utf-8", "replace"))
        return len(data)
    opened = _opened(fd)
    if not opened.flags & _ACCESS:
        raise _failure(9)
    content = opened.file.content
    if opened.flags & O_APPEND:
        opened.position = len(content)
    if opened.position > len(content):
        content.extend(bytes(opened.position - len(content)))
    content[opened.position:opened.position + len(data)] = data
    opened.position += len(data)
    opened.file.changed = _samlet.now_us()
    return len(data)


def lseek(fd, position, whence):
    opened = _opened(fd)
    base = (0, opened.position, len(opened.content))[whence]
    if base + position < 0:
        raise _failure(22)
    opened.position = base + position
    return opened.position


def fstat(fd):
    if fd in (0, 1, 2):
        return _stat_of(0o010600, 0, 0, str(fd))
    opened = _opened(fd)
    if opened.file is not None:
        return _stat_of(_REGULAR | 0o644, len(opened.file.content), opened.file.changed, opened.path)
    return _stat(opened.path)


def ftruncate(fd, length):
    opened = _opened(fd)
    if opened.file is None or not opened.flags & _ACCESS:
        raise _failure(22)
    _resize(opened.file, length)


def fsync(fd):
    _opened(fd)


def isatty(fd):
    return False


def set_inheritable(fd, inheritable):
    _opened(fd)


def get_inheritable(fd):
    return False


# ---- The process ----


def _create_environ():
    return dict(line.encode("utf-8", "surrogateescape").split(b"=", 1) for line in _samlet.environment())


# The image is made before there is a function.
environ = {}


def putenv(name, value):
    pass


def unsetenv(name):
    pass


def urandom(size):
    if size < 0:
        raise ValueError("negative argument not allowed")
    return _samlet.random(size)


def getrandom(size, flags=0):
    return urandom(size)


def getpid():
    return 8


def getppid():
    return 1


def getuid():
    return 993


geteuid = getuid


def getgid():
    return 990


getegid = getgid


def umask(mask):
    return 0o022


def cpu_count():
    return 2


def _exit(status):
    _samlet.exit(status)


def abort():
    _samlet.exit(134)


def _no_processes(*_):
    raise _failure(38)


waitpid = kill = _no_processes


def waitstatus_to_exitcode(status):
    return status >> 8


def _status_is(status):
    return False


WIFSTOPPED = WIFSIGNALED = WIFCONTINUED = _status_is


def WSTOPSIG(status):
    return status >> 8


WEXITSTATUS = WTERMSIG = WSTOPSIG


def WIFEXITED(status):
    return True


class uname_result(tuple):
    """What `uname` tells."""

    sysname = property(lambda self: self[0])
    nodename = property(lambda self: self[1])
    release = property(lambda self: self[2])
    version = property(lambda self: self[3])
    machine = property(lambda self: self[4])


def uname():
    return uname_result(("Linux", "169.254.10.1", "5.10.240", "#1 SMP", "x86_64"))


class terminal_size(tuple):
    """What `get_terminal_size` tells."""

    columns = property(lambda self: self[0])
    lines = property(lambda self: self[1])


def get_terminal_size(fd=1):
    raise OSError(25, "Inappropriate ioctl for device")


def times():
    seconds = _samlet.now()
    return (seconds, 0.0, 0.0, 0.0, seconds)


_have_functions = []
