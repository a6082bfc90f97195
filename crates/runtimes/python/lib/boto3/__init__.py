"""A small boto3 over the small botocore beside it."""

from boto3.session import Session

__version__ = "1.44.5"

DEFAULT_SESSION = None


def setup_default_session(**kwargs):
    global DEFAULT_SESSION
    DEFAULT_SESSION = Session(**kwargs)


def _default():
    if DEFAULT_SESSION is None:
        setup_default_session()
    return DEFAULT_SESSION


def client(*args, **kwargs):
    return _default().client(*args, **kwargs)


def resource(*args, **kwargs):
    return _default().resource(*args, **kwargs)


def set_stream_logger(name="boto3", level=10, format_string=None):
    """Logs to the log stream."""
    import logging

    logging.getLogger(name).setLevel(level)
