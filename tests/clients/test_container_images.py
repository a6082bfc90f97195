"""Functions of container images: an archive is pushed by boto3, and Lambda runs it."""

import base64
import hashlib
import json
import tarfile

import pytest
from botocore.exceptions import ClientError
from conftest import TRUST_LAMBDA
from samlet import PROJECTS, REGION

ARCHIVE = PROJECTS / "container-image" / "image.tar"


def blobs_of(archive):
    """The manifest of an OCI archive, and what it names by digest."""
    with tarfile.open(archive) as tar:
        read = lambda path: tar.extractfile(path).read()
        index = json.loads(read("index.json"))
        digest = index["manifests"][0]["digest"]
        at = lambda digest: read("blobs/" + digest.replace(":", "/"))
        manifest = at(digest)
        parts = json.loads(manifest)
        return manifest, {part["digest"]: at(part["digest"]) for part in [parts["config"], *parts["layers"]]}


@pytest.fixture
def image(host, name):
    """Pushes the archive of an example: the address of its image."""
    ecr = host.client("ecr")
    repository = ecr.create_repository(repositoryName=f"tests/{name}")["repository"]
    manifest, blobs = blobs_of(ARCHIVE)
    where = {"repositoryName": repository["repositoryName"]}
    for digest, content in blobs.items():
        upload = ecr.initiate_layer_upload(**where)["uploadId"]
        ecr.upload_layer_part(
            uploadId=upload, partFirstByte=0, partLastByte=len(content) - 1, layerPartBlob=content, **where
        )
        ecr.complete_layer_upload(uploadId=upload, layerDigests=[digest], **where)
    available = ecr.batch_check_layer_availability(layerDigests=list(blobs), **where)
    assert {layer["layerAvailability"] for layer in available["layers"]} == {"AVAILABLE"}
    put = ecr.put_image(imageManifest=manifest.decode(), imageTag="1", **where)
    assert put["image"]["imageId"]["imageDigest"] == "sha256:" + hashlib.sha256(manifest).hexdigest()
    return f"{repository['repositoryUri']}:1"


def create(host, name, uri, **settings):
    client = host.client("lambda")
    role = host.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]
    created = client.create_function(
        FunctionName=name, PackageType="Image", Role=role["Arn"], Code={"ImageUri": uri}, **settings
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return client, created


def test_an_image_is_pushed_and_runs(host, name, image):
    client, created = create(host, name, image)
    assert (created["PackageType"], created["CodeSize"]) == ("Image", 0)
    answer = client.invoke(FunctionName=name, Payload=b"{}")
    assert json.load(answer["Payload"]) == {"message": "Hello from a container image"}
    code = client.get_function(FunctionName=name)["Code"]
    assert (code["RepositoryType"], code["ImageUri"]) == ("ECR", image)
    assert code["ResolvedImageUri"].startswith(image.rsplit(":", 1)[0] + "@sha256:")


def test_a_function_overrides_its_image(host, name, image):
    client, created = create(host, name, image, ImageConfig={"Command": ["none.json"]})
    assert created["ImageConfigResponse"]["ImageConfig"] == {"Command": ["none.json"]}
    answer = client.invoke(FunctionName=name, LogType="Tail")
    assert json.load(answer["Payload"])["errorType"] == "Runtime.ExitError"
    assert b"there is no such file" in base64.b64decode(answer["LogResult"])


def test_layers_are_downloaded_from_the_address_that_the_registry_gives(host, image):
    ecr = host.client("ecr")
    repository = image.split("/", 1)[1].rsplit(":", 1)[0]
    found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": "1"}])["images"][0]
    layer = json.loads(found["imageManifest"])["layers"][0]["digest"]
    url = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=layer)["downloadUrl"]
    assert f".dkr.ecr.{REGION}.amazonaws.com/v2/{repository}/blobs/{layer}" in url
    assert ecr.describe_images(repositoryName=repository)["imageDetails"][0]["imageTags"] == ["1"]
    with pytest.raises(ClientError, match="RepositoryNotEmptyException"):
        ecr.delete_repository(repositoryName=repository)
    ecr.delete_repository(repositoryName=repository, force=True)


def test_an_image_that_is_not_there_is_refused(host, name):
    uri = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/nowhere:1"
    with pytest.raises(ClientError) as refused:
        create(host, name, uri)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert error["Message"] == f"Source image {uri} does not exist. Provide a valid source image."
