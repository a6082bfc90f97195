"""What botocore does to single operations, beyond their models."""

import base64
import json
import zlib
from urllib.parse import quote, unquote, unquote_plus

#: Members of IAM's answers that are JSON in an URL's letters.
POLICIES = ("AssumeRolePolicyDocument", "PolicyDocument", "Document")

#: Operations of S3 whose content carries a checksum.
CHECKSUMMED = ("PutObject", "DeleteObjects")

#: What S3 writes in an URL's letters if it is asked to.
ENCODED = ("Delimiter", "Prefix", "StartAfter")


def before(service, operation, params):
    """The parameters as they are sent."""
    if service != "s3":
        return params
    if isinstance(params.get("CopySource"), dict):
        return {**params, "CopySource": _copy_source(params["CopySource"])}
    if operation == "ListObjectsV2" and "EncodingType" not in params:
        return {**params, "EncodingType": "url"}
    return params


def after(service, operation, result):
    """The result as the caller gets it."""
    if service == "iam":
        return _with_policies(result)
    if service == "cloudformation" and operation == "GetTemplate":
        return _with_template(result)
    if service == "s3" and operation == "ListObjectsV2" and result.get("EncodingType") == "url":
        for name in ENCODED:
            if name in result:
                result[name] = unquote_plus(result[name])
        for item in result.get("Contents", []):
            item["Key"] = unquote_plus(item["Key"])
        for item in result.get("CommonPrefixes", []):
            item["Prefix"] = unquote_plus(item["Prefix"])
    return result


def sign_content(operation, request):
    """Adds the checksum that S3 keeps of a content."""
    given = any(name.lower().startswith("x-amz-checksum-") for name in request.headers)
    if operation in CHECKSUMMED and not given:
        digest = zlib.crc32(request.body).to_bytes(4, "big")
        request.headers["x-amz-sdk-checksum-algorithm"] = "CRC32"
        request.headers["x-amz-checksum-crc32"] = base64.b64encode(digest).decode("ascii")


def _copy_source(source):
    version = f"?versionId={source['VersionId']}" if "VersionId" in source else ""
    return quote(f"{source['Bucket']}/{source['Key']}", safe="/-._~") + version


def _with_policies(value):
    if isinstance(value, list):
        return [_with_policies(one) for one in value]
    if not isinstance(value, dict):
        return value
    is_policy = {name: name in POLICIES and isinstance(one, str) for name, one in value.items()}
    return {name: json.loads(unquote(one)) if is_policy[name] else _with_policies(one) for name, one in value.items()}


def _with_template(result):
    try:
        return {**result, "TemplateBody": json.loads(result["TemplateBody"])}
    except (KeyError, ValueError):
        return result
