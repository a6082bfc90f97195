"""Processes that are none: each runs to its end when it is started, as threads do here.

What needs semaphores fails as it does in Lambda, where there is no /dev/shm for them.
"""

from multiprocessing import connection
from multiprocessing.connection import Pipe

__all__ = ["Pipe", "Process", "connection", "cpu_count", "current_process", "get_context", "active_children"]


class ProcessError(Exception):
    """What goes wrong with processes."""


class TimeoutError(ProcessError):
    """It takes too long."""


class AuthenticationError(ProcessError):
    """The other side is somebody else."""


class Process:
    """A function that runs when it is started."""

    _count = 0

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        Process._count += 1
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self.name, self.daemon = name or f"Process-{Process._count}", bool(daemon)
        self.pid, self.exitcode = None, None

    def run(self):
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def start(self):
        self.pid = 100 + Process._count
        try:
            self.run()
            self.exitcode = 0
        except SystemExit as end:
            self.exitcode = end.code if isinstance(end.code, int) else int(end.code is not None)
        except Exception:
            import traceback

            traceback.print_exc()
            self.exitcode = 1

    @property
    def ident(self):
        return self.pid

    def join(self, timeout=None):
        """It has ended already."""

    def is_alive(self):
        return False

    def terminate(self):
        """It has ended already."""

    kill = close = terminate


class _Main:
    name, pid, ident, daemon, exitcode, authkey = "MainProcess", 2, 2, False, None, b""

    def is_alive(self):
        return True


def current_process():
    return _Main()


def parent_process():
    return None


def active_children():
    return []


def cpu_count():
    import os

    return os.cpu_count() or 2


def freeze_support():
    """Nothing is frozen here."""


def set_start_method(method, force=False):
    """All are the same here."""


def get_start_method(allow_none=False):
    return "fork"


def get_all_start_methods():
    return ["fork"]


def get_context(method=None):
    import multiprocessing

    return multiprocessing


def get_logger():
    import logging

    return logging.getLogger("multiprocessing")


def _needs_semaphores(*_, **__):
    raise OSError(38, "Function not implemented")


Queue = SimpleQueue = JoinableQueue = Pool = Lock = RLock = Semaphore = BoundedSemaphore = _needs_semaphores
Condition = Event = Barrier = Manager = Value = Array = _needs_semaphores
