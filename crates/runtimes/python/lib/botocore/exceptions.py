"""The exceptions of botocore, with its words."""


class BotoCoreError(Exception):
    """The base of what goes wrong before a service answers."""

    fmt = "An unspecified error occurred"

    def __init__(self, **kwargs):
        Exception.__init__(self, self.fmt.format(**kwargs))
        self.kwargs = kwargs

    def __reduce__(self):
        return _rebuilt, (type(self), self.kwargs)


def _rebuilt(kind, kwargs):
    return kind(**kwargs)


class ClientError(Exception):
    """A service answered with an error."""

    MSG_TEMPLATE = "An error occurred ({error_code}) when calling the {operation_name} operation{retry_info}: {error_message}"

    def __init__(self, error_response, operation_name):
        error = error_response.get("Error", {})
        metadata = error_response.get("ResponseMetadata", {})
        retries = f" (reached max retries: {metadata.get('RetryAttempts')})" if metadata.get("MaxAttemptsReached") else ""
        super().__init__(
            self.MSG_TEMPLATE.format(
                error_code=error.get("Code", "Unknown"),
                error_message=error.get("Message", "Unknown"),
                operation_name=operation_name,
                retry_info=retries,
            )
        )
        self.response = error_response
        self.operation_name = operation_name

    def __reduce__(self):
        return ClientError, (self.response, self.operation_name)


#: Each exception of botocore: its name, its base, its words.
_EXCEPTIONS = """
DataNotFoundError|BotoCoreError|Unable to load data for: {data_path}
UnknownServiceError|DataNotFoundError|Unknown service: '{service_name}'. Valid service names are: {known_service_names}
HTTPClientError|BotoCoreError|An HTTP Client raised an unhandled exception: {error}
ConnectionError|BotoCoreError|An HTTP Client failed to establish a connection: {error}
EndpointConnectionError|ConnectionError|Could not connect to the endpoint URL: "{endpoint_url}"
SSLError|ConnectionError|SSL validation failed for {endpoint_url} {error}
ConnectionClosedError|HTTPClientError|Connection was closed before we received a valid response from endpoint URL: "{endpoint_url}".
ReadTimeoutError|HTTPClientError|Read timeout on endpoint URL: "{endpoint_url}"
ConnectTimeoutError|ConnectionError|Connect timeout on endpoint URL: "{endpoint_url}"
ProxyConnectionError|ConnectionError|Failed to connect to proxy URL: "{proxy_url}"
NoCredentialsError|BotoCoreError|Unable to locate credentials
NoAuthTokenError|BotoCoreError|Unable to locate authorization token
PartialCredentialsError|BotoCoreError|Partial credentials found in {provider}, missing: {cred_var}
CredentialRetrievalError|BotoCoreError|Error when retrieving credentials from {provider}: {error_msg}
UnknownSignatureVersionError|BotoCoreError|Unknown Signature Version: {signature_version}.
BaseEndpointResolverError|BotoCoreError|An unspecified error occurred
NoRegionError|BaseEndpointResolverError|You must specify a region.
InvalidRegionError|BotoCoreError|Provided region_name '{region_name}' doesn't match a supported format.
UnknownEndpointError|BotoCoreError|Could not resolve an endpoint for {service_name} in {region_name}
ProfileNotFound|BotoCoreError|The config profile ({profile}) could not be found
ConfigNotFound|BotoCoreError|The specified config file ({path}) could not be found.
MissingParametersError|BotoCoreError|The following required parameters are missing for {object_name}: {missing}
ValidationError|BotoCoreError|Invalid value ('{value}') for param {param} of type {type_name}
ParamValidationError|BotoCoreError|Parameter validation failed:\\n{report}
UnknownParameterError|ValidationError|Unknown parameter '{name}' for operation {operation}.  Must be one of: {choices}
RangeError|ValidationError|Value out of range for param {param}: {min_value} <= {value} <= {max_value}
OperationNotPageableError|BotoCoreError|Operation cannot be paginated: {operation_name}
PaginationError|BotoCoreError|Error during pagination: {message}
ResponseParserError|BotoCoreError|{error}
IncompleteReadError|BotoCoreError|{actual_bytes} read, but total bytes expected is {expected_bytes}.
ResponseStreamingError|HTTPClientError|An error occurred while reading from response stream: {error}
InvalidConfigError|BotoCoreError|{error_msg}
InvalidEndpointConfigurationError|BotoCoreError|Invalid endpoint configuration: {msg}
InvalidMaxRetryAttemptsError|InvalidConfigError|Value provided to "max_attempts": {provided_max_attempts} must be an integer greater than or equal to {min_value}.
InvalidRetryModeError|InvalidConfigError|Invalid value provided to "mode": "{provided_retry_mode}" must be one of: {valid_modes}
MD5UnavailableError|BotoCoreError|This system does not support MD5 generation.
UnknownClientMethodError|BotoCoreError|Client does not have method: {method_name}
UnsupportedSignatureVersionError|BotoCoreError|Signature version(s) are not supported: {signature_version}
TokenRetrievalError|BotoCoreError|Error when retrieving token from {provider}: {error_msg}
"""


def _define():
    for line in _EXCEPTIONS.strip().split("\n"):
        name, base, words = line.split("|", 2)
        made = type(name, (globals()[base],), {"fmt": words.replace("\\n", "\n"), "__module__": __name__})
        globals()[name] = made


_define()


class WaiterError(BotoCoreError):
    """A waiter saw a state that it cannot leave, or waited too long."""

    fmt = "Waiter {name} failed: {reason}"

    def __init__(self, name, reason, last_response):
        super().__init__(name=name, reason=reason)
        self.last_response = last_response

    def __reduce__(self):
        return WaiterError, (self.kwargs["name"], self.kwargs["reason"], self.last_response)
