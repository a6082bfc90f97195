"""What a function wants to do before a snapshot of it is taken, and after it starts from one."""

_before = []
_after = []


def register_before_snapshot(func, *args, **kwargs):
    """Runs `func` before the snapshot is taken; what was registered last runs first."""
    _before.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    """Runs `func` after each start from the snapshot, in the order of registration."""
    _after.append((func, args, kwargs))
    return func


def run_before_snapshot():
    for func, args, kwargs in reversed(_before):
        func(*args, **kwargs)


def run_after_restore():
    for func, args, kwargs in _after:
        func(*args, **kwargs)
