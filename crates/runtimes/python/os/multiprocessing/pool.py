"""A pool of threads: work is done when it is given."""

from multiprocessing import _needs_semaphores

Pool = _needs_semaphores


class AsyncResult:
    def __init__(self, action, callback=None, error_callback=None):
        self._error = self._value = None
        try:
            self._value = action()
        except Exception as error:
            self._error = error
        done, value = (callback, self._value) if self._error is None else (error_callback, self._error)
        if done is not None:
            done(value)

    def get(self, timeout=None):
        if self._error is not None:
            raise self._error
        return self._value

    def wait(self, timeout=None):
        """It is done already."""

    def ready(self):
        return True

    def successful(self):
        return self._error is None


class ThreadPool:
    def __init__(self, processes=None, initializer=None, initargs=()):
        if initializer is not None:
            initializer(*initargs)

    def apply(self, func, args=(), kwds=None):
        return func(*args, **(kwds or {}))

    def apply_async(self, func, args=(), kwds=None, callback=None, error_callback=None):
        return AsyncResult(lambda: func(*args, **(kwds or {})), callback, error_callback)

    def map(self, func, iterable, chunksize=None):
        return [func(one) for one in iterable]

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return AsyncResult(lambda: self.map(func, iterable), callback, error_callback)

    def imap(self, func, iterable, chunksize=1):
        return map(func, iterable)

    imap_unordered = imap

    def starmap(self, func, iterable, chunksize=None):
        return [func(*args) for args in iterable]

    def close(self):
        """There is nothing to wait for."""

    join = terminate = close

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
