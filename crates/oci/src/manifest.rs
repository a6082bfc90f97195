//! The documents of an image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::Error;

/// The media types that are known.
pub mod media_type {
    /// A manifest of OCI.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// A list of manifests of OCI.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// A configuration of OCI.
    pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// A layer of OCI.
    pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
    /// A compressed layer of OCI.
    pub const LAYER_GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// A manifest of Docker.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// A list of manifests of Docker.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// A configuration of Docker.
    pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
    /// A compressed layer of Docker.
    pub const DOCKER_LAYER_GZIP: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    /// A layer of Docker.
    pub const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";

    /// What a manifest without a `mediaType` of its own is.
    pub fn of_manifest(manifest: &super::Manifest) -> &str {
        manifest.media_type.as_deref().unwrap_or(MANIFEST)
    }
}

/// `sha256:` and the hash of some bytes.
pub fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// What names a part of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What it is.
    #[serde(default)]
    pub media_type: String,
    /// Its hash, by which it is found.
    pub digest: String,
    /// Its length.
    #[serde(default)]
    pub size: u64,
    /// Of a manifest in a list: what it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// What an image runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// `wasm`, `amd64` …
    pub architecture: String,
    /// `wasip1`, `linux` …
    pub os: String,
}

/// A manifest, or a list of manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// 2
    pub schema_version: u32,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<Descriptor>,
    /// The layers, the lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<Descriptor>,
    /// The manifests of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<Descriptor>,
}

impl Manifest {
    /// Reads a manifest or a list.
    pub fn read(json: &[u8]) -> Result<Self, Error> {
        read("the manifest", json)
    }

    /// Everything that the manifest names.
    pub fn parts(&self) -> impl Iterator<Item = &Descriptor> {
        self.config.iter().chain(&self.layers)
    }
}

/// How a container starts, unless it is told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// `wasm`, `amd64` …
    #[serde(default)]
    pub architecture: String,
    /// `wasip1`, `linux` …
    #[serde(default)]
    pub os: String,
    /// The rest.
    #[serde(default)]
    pub config: Execution,
}

/// `config` of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Execution {
    /// The program and its first arguments.
    #[serde(default, deserialize_with = "or_empty")]
    pub entrypoint: Vec<String>,
    /// The arguments that follow.
    #[serde(default, deserialize_with = "or_empty")]
    pub cmd: Vec<String>,
    /// `NAME=value`
    #[serde(default, deserialize_with = "or_empty")]
    pub env: Vec<String>,
    /// Where relative paths begin.
    #[serde(default)]
    pub working_dir: String,
}

impl ImageConfig {
    /// Reads a configuration.
    pub fn read(json: &[u8]) -> Result<Self, Error> {
        read("the configuration", json)
    }
}

/// Docker writes `null` for a list that is empty.
fn or_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::<Vec<String>>::deserialize(deserializer)?.unwrap_or_default())
}

pub(crate) fn read<T: DeserializeOwned>(what: &'static str, json: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| Error::Garbled(what, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_says_how_to_start() {
        let json = br#"{"architecture": "wasm", "os": "wasip1", "config": {"Entrypoint": ["/app.wasm"], "Cmd": null}}"#;
        let config = ImageConfig::read(json).unwrap();
        assert_eq!((config.config.entrypoint, config.config.cmd), (vec!["/app.wasm".to_owned()], vec![]));
        assert_eq!(ImageConfig::read(b"{}").unwrap(), ImageConfig::default());
        assert!(ImageConfig::read(b"[").is_err());
    }

    #[test]
    fn a_digest_names_its_hash() {
        assert_eq!(digest(b""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
