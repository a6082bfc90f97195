"""What a function writes: lines of print, records of logging, and the errors of invocations.

Every call of `_samlet.log` is one event of the log stream, however many lines it has.
"""

import json
import logging
import os
import sys
import time
import traceback

import _samlet

SECONDS = "%Y-%m-%dT%H:%M:%S"

#: Attributes that every record has, so that what is left was given as `extra`.
STANDARD_ATTRIBUTES = frozenset(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName"
    " created msecs relativeCreated thread threadName processName process taskName aws_request_id tenant_id".split()
)


class invocation:
    """What the records of this moment belong to."""

    request_id = None


class LineStream:
    """`sys.stdout` and `sys.stderr`: each line is an event."""

    encoding = "utf-8"
    errors = "strict"
    closed = False

    def __init__(self, name):
        self.name = name
        self._rest = ""
        self.buffer = ByteStream(self)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            _samlet.log(line)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        """Nothing: a line leaves when it ends."""

    def end(self):
        """Lets out a line that was begun; its invocation is over."""
        if self._rest:
            rest, self._rest = self._rest, ""
            _samlet.log(rest)

    def isatty(self):
        return False

    def readable(self):
        return False

    def writable(self):
        return True

    def seekable(self):
        return False

    def reconfigure(self, **_):
        """Accepted: there is one encoding."""

    def close(self):
        """Nothing: the streams stay open, as those of a process."""


class ByteStream:
    """`sys.stdout.buffer`"""

    def __init__(self, text):
        self._text = text

    def write(self, data):
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self):
        """Nothing: a line leaves when it ends."""


def is_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class LambdaLoggerHandler(logging.Handler):
    """The handler of the root logger, as Lambda's Python runtime installs it."""

    def emit(self, record):
        message = self.format(record)
        _samlet.log(message[:-1] if message.endswith("\n") else message)


class LambdaLoggerFilter(logging.Filter):
    """Gives every record the id of the request."""

    def filter(self, record):
        record.aws_request_id = invocation.request_id or ""
        record.tenant_id = None
        return True


class JsonFormatter(logging.Formatter):
    """Records as objects, with the members that Lambda documents."""

    def __init__(self):
        super().__init__(datefmt=SECONDS + "Z")

    def format(self, record):
        record.levelno = min(50, max(0, record.levelno)) // 10 * 10
        record.levelname = logging.getLevelName(record.levelno)
        failed = record.exc_info or None
        line = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": failed and traceback.format_tb(failed[2]),
            "errorType": failed and failed[0] and failed[0].__name__,
            "errorMessage": failed and str(failed[1]),
            "requestId": getattr(record, "aws_request_id", None),
            "location": failed and f"{record.pathname}:{record.funcName}:{record.lineno}",
        }
        for key, value in record.__dict__.items():
            if key not in STANDARD_ATTRIBUTES and key not in line:
                line[key] = value
        present = {key: value for key, value in line.items() if value is not None}
        return json.dumps(present, ensure_ascii=False) + "\n"


def install():
    """Points print and logging to the log stream."""
    sys.stdout, sys.stderr = LineStream("<stdout>"), LineStream("<stderr>")
    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    if is_json():
        handler.setFormatter(JsonFormatter())
    else:
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        handler.setFormatter(logging.Formatter(text, SECONDS))
    handler.addFilter(LambdaLoggerFilter())
    root = logging.getLogger()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if level in ("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"):
        root.setLevel(level)
    root.addHandler(handler)


def end_lines():
    """Lets out what was printed without an end of line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, LineStream):
            stream.end()


def error(failure):
    """The event that tells of a failed invocation, or of a failed start."""
    if is_json():
        stamp = {"timestamp": time.strftime(SECONDS + "Z", time.gmtime(time.time())), "log_level": "ERROR"}
        _samlet.log(json.dumps({**stamp, **failure}, ensure_ascii=False))
        return
    title = ": ".join(part for part in (failure["errorType"], failure["errorMessage"]) if part)
    lines = [f"[ERROR] {title}".rstrip(), "Traceback (most recent call last):"]
    for entry in failure["stackTrace"]:
        lines += [hard_indent(line) for line in entry.splitlines()] or [""]
    _samlet.log("\n".join(lines))


def hard_indent(line):
    """Indents with no-break spaces, as Lambda does so that no viewer takes them away."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text
