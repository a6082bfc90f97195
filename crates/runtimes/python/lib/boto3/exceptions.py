"""The exceptions of boto3."""

from botocore.exceptions import BotoCoreError, DataNotFoundError


class Boto3Error(Exception):
    """The base of boto3's own errors."""


class ResourceNotExistsError(Boto3Error, DataNotFoundError):
    """There is no resource of this name."""

    def __init__(self, service_name, available_services, has_low_level_client=False):
        lines = [f"The '{service_name}' resource does not exist.", "The available resources are:"]
        lines += [f"   - {name}" for name in available_services]
        if has_low_level_client:
            lines.append(f"Consider using a boto3.client('{service_name}') instead of a resource for '{service_name}'")
        Exception.__init__(self, "\n".join(lines))


class S3UploadFailedError(Boto3Error):
    """A file could not be uploaded."""


class DynamoDBOperationNotSupportedError(Boto3Error):
    """An operator is not for this kind of operand."""

    def __init__(self, operation, value):
        super().__init__(f"{operation} operation cannot be applied to value {value} of type {type(value)} directly."
                         " Must use AttributeBase object methods (i.e. Attr().eq()). to generate ConditionBase"
                         " instances first.")  # fmt: skip


class DynamoDBNeedsConditionError(Boto3Error):
    """A condition was expected."""

    def __init__(self, value):
        super().__init__(f"Expecting a ConditionBase object. Got {value} of type {type(value)}."
                         " Use AttributeBase object methods (i.e. Attr().eq()). to generate ConditionBase"
                         " instances.")  # fmt: skip


class DynamoDBNeedsKeyConditionError(Boto3Error):
    """A key was expected in a key condition."""


class UnknownAPIVersionError(Boto3Error, BotoCoreError):
    """There is one version of each API."""
