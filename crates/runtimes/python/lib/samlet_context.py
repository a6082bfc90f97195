"""The context object of an invocation."""

import os
import time


class LambdaContext:
    """What a handler gets as its second argument."""

    def __init__(self, request_id, client_context, cognito_identity, deadline_ms, invoked_function_arn):
        environment = os.environ
        self.aws_request_id = request_id
        self.log_group_name = environment.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invoked_function_arn
        self.tenant_id = None
        self.client_context = None if client_context is None else ClientContext(client_context)
        self.identity = CognitoIdentity(cognito_identity or {})
        self._epoch_deadline_time_in_ms = deadline_ms

    def get_remaining_time_in_millis(self):
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def log(self, msg):
        print(msg, end="")

    def __repr__(self):
        return _shown(self, [name for name in vars(self) if not name.startswith("_")])


def _shown(value, names):
    order = [name for name in names if name != "tenant_id"] + [name for name in names if name == "tenant_id"]
    members = ",".join(f"{name}={getattr(value, name)}" for name in order)
    return f"{type(value).__name__}([{members}])"


class _Members:
    """An object whose members come from a JSON object."""

    __slots__ = ()

    def __init__(self, members):
        for name in self.__slots__:
            setattr(self, name, members.get(name))

    def __repr__(self):
        return _shown(self, self.__slots__)


class CognitoIdentity(_Members):
    """Who called by a Cognito identity pool."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, members):
        self.cognito_identity_id = members.get("cognitoIdentityId")
        self.cognito_identity_pool_id = members.get("cognitoIdentityPoolId")


class Client(_Members):
    """The app behind a client context."""

    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Members):
    """What an app said of itself when it invoked the function."""

    __slots__ = ("custom", "env", "client")

    def __init__(self, members):
        super().__init__(members)
        if self.client is not None:
            self.client = Client(self.client)
