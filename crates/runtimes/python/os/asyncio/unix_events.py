"""An event loop that waits for time alone: whatever else a function waits for stands still here."""

import time

from . import base_events, events

__all__ = ("SelectorEventLoop", "_DefaultEventLoopPolicy", "EventLoop")


class _Clock:
    """The selector of a loop that has nothing to select."""

    @staticmethod
    def select(timeout):
        if timeout is None:
            raise RuntimeError("the event loop waits for ever: nothing is left that could wake it")
        if timeout > 0:
            time.sleep(timeout)
        return ()


class _UnixSelectorEventLoop(base_events.BaseEventLoop):
    def __init__(self, selector=None):
        super().__init__()
        self._selector = _Clock()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass

    def add_signal_handler(self, sig, callback, *args):
        pass

    def remove_signal_handler(self, sig):
        return False


class _UnixDefaultEventLoopPolicy(events._BaseDefaultEventLoopPolicy):
    _loop_factory = _UnixSelectorEventLoop


SelectorEventLoop = EventLoop = _UnixSelectorEventLoop
_DefaultEventLoopPolicy = _UnixDefaultEventLoopPolicy
