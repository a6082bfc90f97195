"""Signals, of which a function gets none."""

SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2 = 1, 2, 3, 6, 9, 10, 11, 12
SIGPIPE, SIGALRM, SIGTERM, SIGCHLD, SIGCONT, SIGSTOP = 13, 14, 15, 17, 18, 19
SIG_DFL, SIG_IGN = 0, 1
NSIG = 65

_handlers = {}


def default_int_handler(signalnum, frame):
    raise KeyboardInterrupt


def getsignal(signalnum):
    return _handlers.get(signalnum, default_int_handler if signalnum == SIGINT else SIG_DFL)


def signal(signalnum, handler):
    previous = getsignal(signalnum)
    _handlers[signalnum] = handler
    return previous


def set_wakeup_fd(fd, *, warn_on_full_buffer=True):
    return -1


def raise_signal(signalnum):
    handler = getsignal(signalnum)
    if callable(handler):
        handler(signalnum, None)


def strsignal(signalnum):
    return None


def valid_signals():
    return set(range(1, NSIG))
