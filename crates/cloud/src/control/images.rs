//! Container images of a project on their way into the registry: what `docker push` does.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Kernel, Scope};
use project::{Diagnostic, ImageArtifact, Severity};
use serde_json::{Value, json};

use super::deploy::DeployError;

/// The most bytes that an archive may hold.
const MAX_ARCHIVE: u64 = 512 << 20;

/// The host of the account's registry.
pub fn registry(scope: &Scope) -> String {
    format!("{}.dkr.ecr.{}.amazonaws.com", scope.account, scope.region)
}

/// Pushes an image; the repository is made when it is first needed.
pub async fn push(kernel: &Kernel, scope: &Scope, artifact: &ImageArtifact) -> Result<(), DeployError> {
    let image = oci::Archive::read(&artifact.bytes, MAX_ARCHIVE).and_then(|archive| archive.image());
    let image = image.map_err(|error| {
        let message = format!("This is no archive of a container image: {error}.");
        DeployError::Build(vec![Diagnostic::of_file(&artifact.path, Severity::Error, message)])
    })?;
    let registry = Registry { kernel, scope, repository: &artifact.repository };
    registry.ask_unless("RepositoryAlreadyExistsException", "CreateRepository", json!({})).await?;
    for (digest, bytes) in &image.blobs {
        let known = registry.ask("BatchCheckLayerAvailability", json!({ "layerDigests": [digest] })).await?;
        if known["layers"][0]["layerAvailability"] != "AVAILABLE" {
            registry.upload(digest, bytes).await?;
        }
    }
    let manifest = json!({
        "imageManifest": String::from_utf8_lossy(&image.manifest),
        "imageManifestMediaType": image.media_type,
        "imageTag": artifact.tag,
    });
    Ok(registry.ask_unless("ImageAlreadyExistsException", "PutImage", manifest).await?)
}

struct Registry<'a> {
    kernel: &'a Kernel,
    scope: &'a Scope,
    repository: &'a str,
}

impl Registry<'_> {
    async fn ask(&self, operation: &str, mut input: Value) -> Result<Value, AwsError> {
        input["repositoryName"] = json!(self.repository);
        let scope = self.scope.child(self.kernel, self.scope.caller.clone());
        aws_api::invoke(self.kernel, scope, "ecr", operation, input).await
    }

    /// Asks for something that may be as it should be already.
    async fn ask_unless(&self, fine: &str, operation: &str, input: Value) -> Result<(), AwsError> {
        match self.ask(operation, input).await {
            Err(error) if error.code == fine => Ok(()),
            result => result.map(drop),
        }
    }

    async fn upload(&self, digest: &str, bytes: &[u8]) -> Result<(), AwsError> {
        let begun = self.ask("InitiateLayerUpload", json!({})).await?;
        let (id, part_size) = (&begun["uploadId"], begun["partSize"].as_u64().unwrap_or_default().max(1));
        let mut first = 0;
        for part in bytes.chunks(part_size as usize) {
            let last = first + part.len() - 1;
            let input = json!({
                "uploadId": id, "partFirstByte": first, "partLastByte": last, "layerPartBlob": STANDARD.encode(part),
            });
            self.ask("UploadLayerPart", input).await?;
            first = last + 1;
        }
        let input = json!({"uploadId": id, "layerDigests": [digest]});
        self.ask("CompleteLayerUpload", input).await.map(drop)
    }
}
