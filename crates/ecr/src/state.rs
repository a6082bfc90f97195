//! What is kept: repositories with their images, and the bytes of layers.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kernel::{Arn, Batch, Entry, Kernel, Scope, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// kind, then an address or a digest → JSON or bytes
const SPACE: Space = Space::new("ecr");

/// An account and a region: a registry.
pub type Place = (String, String);

/// The registry in which a call acts.
pub fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// A repository.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Repository {
    /// Milliseconds.
    pub created: u64,
    /// `MUTABLE` or `IMMUTABLE`
    pub mutability: String,
    /// `imageScanningConfiguration`
    pub scanning: Value,
    /// `encryptionConfiguration`
    pub encryption: Value,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// The resource policy's text.
    pub policy: Option<String>,
    /// The lifecycle policy's text.
    pub lifecycle: Option<String>,
    /// By digest.
    pub images: BTreeMap<String, Image>,
    /// The sizes of the layers and configurations that were uploaded, by digest.
    pub layers: BTreeMap<String, u64>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The manifest, byte for byte.
    pub manifest: String,
    /// What the manifest is.
    pub media_type: String,
    /// Milliseconds.
    pub pushed: u64,
    /// The tags that lead to it.
    pub tags: BTreeSet<String>,
}

impl Repository {
    /// The image that a digest or a tag names; both must fit if both are given.
    pub fn image(&self, digest: Option<&str>, tag: Option<&str>) -> Option<(&String, &Image)> {
        let fits = |(known, image): &(&String, &Image)| {
            digest.is_none_or(|digest| *known == digest) && tag.is_none_or(|tag| image.tags.contains(tag))
        };
        (digest.is_some() || tag.is_some()).then(|| self.images.iter().find(fits)).flatten()
    }

    /// Forgets layers that no image has.
    pub fn drop_unused_layers(&mut self) {
        let manifests = self.images.values().filter_map(|image| oci::Manifest::read(image.manifest.as_bytes()).ok());
        let used: BTreeSet<String> = manifests
            .flat_map(|manifest| manifest.parts().map(|part| part.digest.clone()).collect::<Vec<_>>())
            .collect();
        self.layers.retain(|digest, _| used.contains(digest));
    }
}

/// Everything of all accounts and regions.
#[derive(Default)]
pub struct State {
    repositories: BTreeMap<Place, BTreeMap<String, Repository>>,
    /// The bytes of layers, by digest.
    blobs: BTreeMap<String, Bytes>,
}

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut garbled = false;
        kernel.storage.load(&SPACE, |entry| garbled |= state.restore(entry).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored repositories are garbled".into()));
        }
        Ok(state)
    }

    fn restore(&mut self, (key, value): Entry) -> Option<()> {
        let key = String::from_utf8(key).ok()?;
        match key.split('\0').collect::<Vec<_>>().as_slice() {
            ["repository", account, region, name] => {
                let place = ((*account).to_owned(), (*region).to_owned());
                let repository = serde_json::from_slice(&value).ok()?;
                self.repositories.entry(place).or_default().insert((*name).to_owned(), repository);
            }
            ["blob", digest] => drop(self.blobs.insert((*digest).to_owned(), value)),
            _ => return None,
        }
        Some(())
    }

    /// The repositories of a registry, by name.
    pub fn repositories(&self, place: &Place) -> impl Iterator<Item = (&String, &Repository)> {
        self.repositories.get(place).into_iter().flatten()
    }

    /// A repository.
    pub fn repository(&self, place: &Place, name: &str) -> Option<&Repository> {
        self.repositories.get(place)?.get(name)
    }

    /// Stores a repository.
    pub fn put(&mut self, place: &Place, name: &str, repository: Repository, batch: &mut Batch) {
        // Text, numbers and maps with text keys: nothing that JSON cannot hold.
        batch.put(&SPACE, key(place, name), serde_json::to_vec(&repository).unwrap_or_default());
        self.repositories.entry(place.clone()).or_default().insert(name.to_owned(), repository);
        self.drop_unused_blobs(batch);
    }

    /// Forgets a repository.
    pub fn remove(&mut self, place: &Place, name: &str, batch: &mut Batch) {
        batch.delete(&SPACE, key(place, name));
        if let Some(here) = self.repositories.get_mut(place) {
            here.remove(name);
        }
        self.drop_unused_blobs(batch);
    }

    /// The bytes of a layer.
    pub fn blob(&self, digest: &str) -> Option<&Bytes> {
        self.blobs.get(digest)
    }

    /// Keeps the bytes of a layer that a repository is about to have.
    pub fn put_blob(&mut self, digest: &str, bytes: Bytes, batch: &mut Batch) {
        batch.put(&SPACE, format!("blob\0{digest}"), bytes.clone());
        self.blobs.insert(digest.to_owned(), bytes);
    }

    fn drop_unused_blobs(&mut self, batch: &mut Batch) {
        let repositories = self.repositories.values().flat_map(BTreeMap::values);
        let used: BTreeSet<&str> =
            repositories.flat_map(|repository| repository.layers.keys()).map(String::as_str).collect();
        self.blobs.retain(|digest, _| {
            let keep = used.contains(digest.as_str());
            if !keep {
                batch.delete(&SPACE, format!("blob\0{digest}"));
            }
            keep
        });
    }
}

fn key((account, region): &Place, name: &str) -> String {
    format!("repository\0{account}\0{region}\0{name}")
}

/// The ARN of a repository.
pub fn arn((account, region): &Place, name: &str) -> String {
    Arn::new("ecr", region, account, format!("repository/{name}")).to_string()
}

/// The host of a registry.
pub fn host((account, region): &Place) -> String {
    format!("{account}.dkr.ecr.{region}.amazonaws.com")
}
