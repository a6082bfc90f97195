"""Lambda's bootstrap for Python: loads the handler, then speaks the Runtime API for ever.

`run` returns only where a snapshot is to be taken, and `resume` goes on in copies of that. A `SystemExit` that
comes out of them is the end of the process, with its status.
"""

import importlib
import importlib.machinery
import json
import logging
import os
import sys
import traceback

import _samlet
import samlet_logs
import snapshot_restore_py
from samlet_context import LambdaContext

#: What the image brings, and a function's own package replaces, as in Lambda.
REPLACEABLE = frozenset(["boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"])

UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare"
    " cases, a Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes,"
    " runtime updates can be triggered by a function change, or can be applied automatically. To determine if the"
    " runtime has been updated, check the runtime version in the INIT_START log entry. If this error correlates with"
    " a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the"
    " previous runtime version. For more information, see"
    " https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class RuntimeFault(Exception):
    """A failure that the runtime names, not the function."""

    def __init__(self, name, message, trace=()):
        super().__init__(message)
        self.error_type = f"Runtime.{name}"
        self.trace = list(trace)


class OwnPackagesFirst:
    """Finds what a function brings in its package or layers before what the image has."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in REPLACEABLE:
            return None
        return importlib.machinery.PathFinder.find_spec(name, path, target)


#: The handler of a process that a snapshot is taken of.
ready = None


def run():
    """Serves invocations until the process ends; true if it is ready for a snapshot instead."""
    global ready
    samlet_logs.install()
    is_snapshot = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"
    try:
        handler = start()
        if is_snapshot:
            snapshot_restore_py.run_before_snapshot()
    except Exception as error:
        fail("init/error", error)
    if not is_snapshot:
        serve(handler)
    ready = handler
    return True


def resume():
    """Serves invocations in a copy of a process that was ready."""
    try:
        snapshot_restore_py.run_after_restore()
    except Exception as error:
        fail("restore/error", error)
    serve(ready)


def fail(path, error):
    """Says why the process cannot work, and ends it."""
    logging.warning(UNHANDLED)
    failure = failure_of(error)
    samlet_logs.error(failure)
    post(path, to_json(failure), failure["errorType"])
    raise SystemExit(1) from None


def serve(handler):
    while True:
        _, headers, body = _samlet.http("GET", f"{base()}/invocation/next", [], b"")
        invoke(handler, {name.lower(): value for name, value in headers}, body)


def base():
    return f"http://{os.environ.get('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9001')}/2018-06-01/runtime"


def start():
    """The handler, with everything that its modules do when they are imported."""
    root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    major, minor = sys.version_info[:2]
    layers = [f"/opt/python/lib/python{major}.{minor}/site-packages", "/opt/python"]
    own = [root, *layers]
    sys.path[:] = own + [path for path in sys.path if path not in own]
    sys.meta_path.insert(0, OwnPackagesFirst)
    if os.path.isdir(root):
        os.chdir(root)
    return load_handler(os.environ.get("_HANDLER", ""))


def load_handler(handler):
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("MalformedHandlerName", f"Bad handler '{handler}': {error}") from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        text = f"Cannot use built-in module {module_name} as a handler module"
        raise RuntimeFault("BuiltInModuleConflict", text)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFault("ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        text = f"Syntax error in module '{module_name}': {error}"
        raise RuntimeFault("UserCodeSyntaxError", text, trace) from None
    if not hasattr(module, function_name):
        raise RuntimeFault("HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return getattr(module, function_name)


def invoke(handler, headers, body):
    """Runs the handler once and posts what it comes to."""
    request_id = headers.get("lambda-runtime-aws-request-id", "")
    samlet_logs.invocation.request_id = request_id
    trace_id = headers.get("lambda-runtime-trace-id")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        answer, content_type = answer_of(handler, context_of(request_id, headers), headers, body)
    except Exception as error:
        failure = failure_of(error, request_id)
        samlet_logs.end_lines()
        samlet_logs.error(failure)
        post(f"invocation/{request_id}/error", to_json(failure), failure["errorType"])
    else:
        samlet_logs.end_lines()
        post(f"invocation/{request_id}/response", answer, content_type=content_type)


def answer_of(handler, context, headers, body):
    event = body
    if headers.get("content-type", "application/json") == "application/json":
        try:
            event = json.loads(body)
        except ValueError as error:
            raise RuntimeFault("UnmarshalError", f"Unable to unmarshal input: {error}") from None
    answer = handler(event, context)
    if isinstance(answer, bytes):
        return answer, "application/unknown"
    try:
        return to_json(answer), "application/json"
    except Exception as error:
        raise RuntimeFault("MarshalError", f"Unable to marshal response: {error}") from None


def context_of(request_id, headers):
    def parsed(name, title):
        try:
            return json.loads(headers[name]) if headers.get(name) else None
        except ValueError as error:
            raise RuntimeFault("LambdaContextUnmarshalError", f"Unable to parse {title} JSON: {error}") from None

    return LambdaContext(
        request_id,
        parsed("lambda-runtime-client-context", "Client Context"),
        parsed("lambda-runtime-cognito-identity", "Cognito Identity"),
        int(headers.get("lambda-runtime-deadline-ms", 0)),
        headers.get("lambda-runtime-invoked-function-arn"),
    )


def failure_of(error, request_id=""):
    """What a failed invocation answers."""
    if isinstance(error, RuntimeFault):
        error_type, stack = error.error_type, error.trace
    else:
        error_type = type(error).__name__
        # The first frame is this module's call of the function.
        frames = list(traceback.extract_tb(error.__traceback__))
        while frames and "samlet_bootstrap" in frames[0].filename:
            del frames[0]
        stack = traceback.format_list([(frame.filename, frame.lineno, frame.name, frame.line) for frame in frames])
    return {"errorMessage": str(error), "errorType": error_type, "requestId": request_id, "stackTrace": stack}


def post(path, body, error_type=None, content_type="application/json"):
    headers = [("Content-Type", content_type)]
    if error_type is not None:
        headers.append(("Lambda-Runtime-Function-Error-Type", error_type))
    _samlet.http("POST", f"{base()}/{path}", headers, body)


def to_json(value):
    """JSON as Lambda's runtime writes it: a Decimal is a number with the digits that it has."""
    numbers = []

    def default(other):
        # A Decimal can only be here when its module is loaded.
        decimal = sys.modules.get("decimal")
        if decimal is None or not isinstance(other, decimal.Decimal):
            raise TypeError(f"Object of type {type(other).__name__} is not JSON serializable")
        if other.is_nan():
            return float("nan")
        numbers.append(str(other))
        return f"\0decimal {len(numbers) - 1}\0"

    # From Python 3.12 on, the runtime leaves characters beyond ASCII as they are.
    old = os.environ.get("AWS_EXECUTION_ENV", "") in {f"AWS_Lambda_python3.{minor}" for minor in (8, 9, 10, 11)}
    text = json.dumps(value, ensure_ascii=old, default=default)
    for index, number in enumerate(numbers):
        text = text.replace(f'"\\u0000decimal {index}\\u0000"', number, 1)
    # A lone surrogate has no UTF-8; it is replaced, as in any text that leaves.
    return text.encode("utf-8", "replace")
