//! Container images: what a function of package type `Image` has in place of a zip archive.
//!
//! Lambda copies an image when a function is created or updated, and so does this: the registry is asked
//! once. The files of all layers become one package, which is kept like any other.

use aws_api::invoke;
use bytes::Bytes;
use http::{Request, StatusCode, header};
use kernel::{AwsError, Kernel, Scope};
use oci::{ImageConfig, Layer, Manifest, media_type};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zip::{CompressionMethod, write::SimpleFileOptions};

use crate::{
    code::{Code, MAX_UNZIPPED, zip_all},
    names::invalid,
};

/// What a version knows of its image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerImage {
    /// `Code.ImageUri` as it was given.
    pub uri: String,
    /// The same with the digest that it led to.
    pub resolved_uri: String,
    /// `Entrypoint` and `Cmd`
    pub entrypoint: Vec<String>,
    pub command: Vec<String>,
    /// `NAME=value`
    pub variables: Vec<String>,
    pub working_directory: String,
}

/// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`, and the tag, the digest or both.
struct Address<'a> {
    account: &'a str,
    region: &'a str,
    /// What stands before the tag.
    base: &'a str,
    repository: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn read(uri: &'a str) -> Option<Self> {
        let (rest, digest) = uri.split_once('@').map_or((uri, None), |(rest, digest)| (rest, Some(digest)));
        let (host, path) = rest.split_once('/')?;
        let (repository, tag) = path.split_once(':').map_or((path, None), |(path, tag)| (path, Some(tag)));
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let (region, domain) = rest.split_once('.')?;
        let is_registry = matches!(domain, "amazonaws.com" | "amazonaws.com.cn");
        let names_an_image = !repository.is_empty() && (tag.is_some() || digest.is_some());
        let base = uri.get(..host.len() + 1 + repository.len())?;
        (is_registry && names_an_image).then_some(Self { account, region, base, repository, tag, digest })
    }
}

/// Copies an image from its registry as the caller, whose permissions decide.
pub async fn pull(kernel: &Kernel, scope: &Scope, uri: &str) -> Result<(Code, ContainerImage), AwsError> {
    let not_valid = || invalid(&format!("Source image {uri} is not valid. Provide a valid source image."));
    let address = Address::read(uri).filter(|address| address.region == scope.region).ok_or_else(not_valid)?;
    let registry = Registry { kernel, scope, uri, address };
    let (digest, manifest) = registry.manifest().await?;
    let config = manifest.config.as_ref().ok_or_else(|| registry.not_supported())?;
    let config = ImageConfig::read(&registry.blob(&config.digest).await?).map_err(|_| registry.not_supported())?;
    let mut layers = Vec::new();
    for layer in &manifest.layers {
        let bytes = registry.blob(&layer.digest).await?;
        layers.push(Layer { media_type: layer.media_type.clone(), bytes });
    }
    let files = oci::unpack(layers, MAX_UNZIPPED as u64).map_err(|error| match error {
        oci::Error::MediaType(_) => registry.not_supported(),
        oci::Error::TooLarge(most) => invalid(&format!(
            "The files of the source image {uri} have more than {} MB, which is the most that an image may have in \
             Samlet (AWS takes 10 GB).",
            most >> 20
        )),
        error => invalid(&format!("InvalidImage: ImageLayerFailure: {error}")),
    })?;
    let unzipped = files.values().map(Bytes::len).sum();
    // They are large, and were packed before: to pack them again would take longer than it saves.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let files = files.iter().map(|(path, content)| (path.trim_start_matches('/'), &content[..]));
    let sha256 = digest.trim_start_matches("sha256:").to_owned();
    let code = Code { zip: zip_all(files, options)?, sha256, unzipped };
    let image = ContainerImage {
        uri: uri.to_owned(),
        resolved_uri: format!("{}@{digest}", registry.address.base),
        entrypoint: config.config.entrypoint,
        command: config.config.cmd,
        variables: config.config.env,
        working_directory: config.config.working_dir,
    };
    Ok((code, image))
}

/// The registry of one image.
struct Registry<'a> {
    kernel: &'a Kernel,
    scope: &'a Scope,
    uri: &'a str,
    address: Address<'a>,
}

impl Registry<'_> {
    async fn ask(&self, operation: &str, mut input: Value) -> Result<Value, AwsError> {
        input["registryId"] = json!(self.address.account);
        input["repositoryName"] = json!(self.address.repository);
        let scope = self.scope.child(self.kernel, self.scope.caller.clone());
        invoke(self.kernel, scope, "ecr", operation, input).await.map_err(|error| match error.code.as_str() {
            "RepositoryNotFoundException" | "LayersNotFoundException" => self.missing(),
            "AccessDeniedException" => {
                let message = "Lambda does not have permission to access the ECR image. Check the ECR permissions.";
                AwsError::new("AccessDeniedException", message).with_status(StatusCode::FORBIDDEN)
            }
            _ => error,
        })
    }

    /// The image's digest and manifest. A list of manifests is no image.
    async fn manifest(&self) -> Result<(String, Manifest), AwsError> {
        let mut id = json!({});
        if let Some(digest) = self.address.digest {
            id["imageDigest"] = json!(digest);
        } else if let Some(tag) = self.address.tag {
            id["imageTag"] = json!(tag);
        }
        let answer = self.ask("BatchGetImage", json!({ "imageIds": [id] })).await?;
        let found = answer["images"].get(0).ok_or_else(|| self.missing())?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = text(&found["imageManifestMediaType"]);
        if ![media_type::MANIFEST, media_type::DOCKER_MANIFEST].contains(&kind.as_str()) {
            return Err(self.not_supported());
        }
        let manifest = Manifest::read(text(&found["imageManifest"]).as_bytes()).map_err(|_| self.not_supported())?;
        Ok((text(&found["imageId"]["imageDigest"]), manifest))
    }

    /// A layer or the configuration.
    async fn blob(&self, digest: &str) -> Result<Bytes, AwsError> {
        let answer = self.ask("GetDownloadUrlForLayer", json!({ "layerDigest": digest })).await?;
        let url = answer["downloadUrl"].as_str().unwrap_or_default().trim_start_matches("https://");
        let (host, path) = url.split_once('/').unwrap_or((url, ""));
        let request = Request::get(format!("/{path}")).header(header::HOST, host);
        let request = request.extension(self.scope.child(self.kernel, self.scope.caller.clone())).body(Bytes::new());
        let request = request.map_err(|error| AwsError::internal(error.to_string()))?;
        let response = self.kernel.send(request).await;
        let bytes = response.into_body();
        if oci::digest(&bytes) == digest { Ok(bytes) } else { Err(self.missing()) }
    }

    fn missing(&self) -> AwsError {
        invalid(&format!("Source image {} does not exist. Provide a valid source image.", self.uri))
    }

    fn not_supported(&self) -> AwsError {
        invalid(&format!(
            "The image manifest, config or layer media type for the source image {} is not supported.",
            self.uri
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_an_image_of_a_registry() {
        let host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
        let read = |rest: &str| {
            let uri = format!("{host}/{rest}");
            Address::read(&uri).map(|found| {
                let name = |name: Option<&str>| name.unwrap_or("-").to_owned();
                format!("{} {} {}", found.repository, name(found.tag), name(found.digest))
            })
        };
        assert_eq!(read("app:1").as_deref(), Some("app 1 -"));
        assert_eq!(read("team/app:1@sha256:ab").as_deref(), Some("team/app 1 sha256:ab"));
        assert_eq!(read("app@sha256:ab").as_deref(), Some("app - sha256:ab"));
        assert_eq!(read("app"), None);
        assert!(Address::read("docker.io/library/app:1").is_none());
        assert!(Address::read("app:latest").is_none());
    }
}
