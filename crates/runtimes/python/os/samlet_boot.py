"""The two entry points of the image: `boot` when it is made, `start` in each sandbox."""

import builtins
import gc
import sys

import _imp
import _samlet
import samlet_io
import samlet_time

# What the image holds already, so that a function need not wait for it.
PRELOADED = (
    "abc", "argparse", "ast", "base64", "binascii", "bisect", "calendar", "collections", "contextlib", "contextvars",
    "copy", "csv", "dataclasses", "datetime", "decimal", "email.message", "email.parser", "email.utils", "enum",
    "fnmatch", "fractions", "functools", "glob", "gzip", "hashlib", "heapq", "hmac", "html", "inspect",
    "io", "itertools", "json", "linecache", "logging", "math", "numbers", "operator", "os", "os.path",
    "pathlib", "platform", "pprint", "queue", "random", "re", "secrets", "shutil", "statistics", "string", "struct",
    "tempfile", "textwrap", "threading", "time", "traceback", "types", "typing", "urllib.error", "urllib.parse",
    "uuid", "warnings", "weakref", "zlib", "zoneinfo",
    "http.client", "urllib.request", "samlet_bootstrap",
)
# The AWS SDK, as far as the image has it.
SDK = ("boto3", "boto3.dynamodb.conditions", "boto3.dynamodb.types", "botocore.config", "botocore.exceptions")


def boot():
    sys.platform = "linux"
    sys.dont_write_bytecode = True
    sys.executable = sys._base_executable = "/var/lang/bin/python3"
    sys.prefix = sys.base_prefix = sys.exec_prefix = sys.base_exec_prefix = "/var/lang"
    samlet_io.install(builtins)
    samlet_time.install()
    _complete_errno()
    _complete_locks()
    _install_imports()
    for name in (*PRELOADED, *filter(_imp.is_frozen, SDK)):
        __import__(name)
    samlet_time.install_zones()
    gc.collect()
    _Image.imported = frozenset(sys.modules)
    _samlet.forget_frozen(list(_Image.imported))


def _complete_locks():
    """Lets condition variables see whether a lock is held, where there is one thread."""
    import _thread

    _thread.RLock._is_owned = lambda lock: lock.locked_count > 0


def _complete_errno():
    """Adds the numbers of Linux that the interpreter has no name for."""
    import errno

    numbers = {
        "ESRCH": 3, "EINTR": 4, "EIO": 5, "EBADF": 9, "ECHILD": 10, "EAGAIN": 35, "EACCES": 13, "EEXIST": 17,
        "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22, "EMFILE": 24, "ESPIPE": 29, "EROFS": 30, "EPIPE": 32,
        "EWOULDBLOCK": 35, "EINPROGRESS": 36, "EALREADY": 37, "EPERM": 1, "ENOENT": 2, "ENXIO": 6, "E2BIG": 7, "ENOEXEC": 8, "ENOMEM": 12, "EFAULT": 14, "EBUSY": 16, "EXDEV": 18, "ENODEV": 19,
        "ENFILE": 23, "ENOTTY": 25, "EFBIG": 27, "ENOSPC": 28, "EMLINK": 31, "EDOM": 33, "ERANGE": 34,
        "ECONNABORTED": 53, "ECONNRESET": 54, "ESHUTDOWN": 58, "ETIMEDOUT": 60, "ECONNREFUSED": 61, "ENAMETOOLONG": 36,
        "ENOSYS": 38, "ENOTEMPTY": 39, "ELOOP": 40, "EPROTO": 71, "ENOTSOCK": 88, "EOPNOTSUPP": 95, "EADDRINUSE": 98,
        "EADDRNOTAVAIL": 99, "ENETUNREACH": 101, "ENOBUFS": 105, "EISCONN": 106, "ENOTCONN": 107, "EHOSTUNREACH": 113,
        "EDQUOT": 122, "ECANCELED": 125,
    }
    for name, number in numbers.items():
        if not hasattr(errno, name):
            setattr(errno, name, number)
            errno.errorcode.setdefault(number, name)


def _install_imports():
    """Modules are sought among those in Rust, in the function's package, then in the image."""
    import _frozen_importlib

    _frozen_importlib._install_external_importers()
    by_name = {finder.__name__: finder for finder in sys.meta_path}
    sys.meta_path[:] = [by_name["BuiltinImporter"], by_name["PathFinder"], _Image]
    sys.path[:] = []


class _Image:
    """Finds the modules of the image. What was imported when it was made is not in it a second time."""

    imported = frozenset()

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        from _frozen_importlib import FrozenImporter

        return None if name in cls.imported else FrozenImporter.find_spec(name, path, target)


def start():
    import os

    _differ()
    sys.path[:] = _search_path(os.environ)
    sys.path_importer_cache.clear()
    sys.argv = ["/var/runtime/bootstrap.py"]
    import samlet_bootstrap

    return samlet_bootstrap.run()


def wake():
    """Goes on in a copy of a sandbox whose function was ready."""
    _differ()
    import samlet_bootstrap

    samlet_bootstrap.resume()


def _differ():
    """What was drawn or read before the copy was made would be the same in every sandbox."""
    import os
    import random

    os.reload_environ()
    # Without an argument it would ask a generator that was copied too.
    random.seed(int.from_bytes(os.urandom(32), "big"))


def _search_path(environ):
    version = environ.get("AWS_EXECUTION_ENV", "").rpartition("_")[2] or "python3.14"
    task, layers = environ.get("LAMBDA_TASK_ROOT", "/var/task"), f"/opt/python/lib/{version}/site-packages"
    own = [path for path in environ.get("PYTHONPATH", "").split(":") if path]
    return [task, *own, layers, "/opt/python"]
