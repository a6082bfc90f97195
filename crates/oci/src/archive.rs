//! Archives of images: the OCI image layout, and what `docker save` writes.

use std::{
    collections::BTreeMap,
    io::{BufReader, Read},
};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use crate::{
    Error,
    manifest::{Descriptor, Manifest, digest, media_type, read},
};

/// The files of an archive.
pub struct Archive(BTreeMap<String, Bytes>);

/// An image with everything that its manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The manifest's bytes, whose digest names the image.
    pub manifest: Bytes,
    /// What the manifest is.
    pub media_type: String,
    /// The configuration and the layers, by digest.
    pub blobs: BTreeMap<String, Bytes>,
}

/// One image in `manifest.json` of `docker save`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    layers: Vec<String>,
}

impl Archive {
    /// Reads a tar archive, packed or not, of at most `limit` bytes.
    pub fn read(bytes: &[u8], limit: u64) -> Result<Self, Error> {
        let files = if bytes.starts_with(&[0x1f, 0x8b]) {
            files(MultiGzDecoder::new(BufReader::new(bytes)), limit)
        } else {
            files(bytes, limit)
        };
        files.map(Self)
    }

    /// The image in the archive. Where there are several, the one for WebAssembly.
    pub fn image(&self) -> Result<Image, Error> {
        if let Some(index) = self.0.get("index.json") {
            let descriptor = self.choose(Manifest::read(index)?.manifests)?;
            let manifest = self.blob(&descriptor.digest)?;
            return self.collect(manifest, &descriptor);
        }
        let saved = self.0.get("manifest.json").ok_or(Error::NoImage)?;
        let mut saved: Vec<Saved> = read("manifest.json", saved)?;
        match (saved.pop(), saved.len()) {
            (Some(image), 0) => self.saved(&image),
            (None, _) => Err(Error::NoImage),
            (_, more) => Err(Error::ManyImages(more + 1)),
        }
    }

    /// One of the manifests of a list. Attestations are no images.
    fn choose(&self, listed: Vec<Descriptor>) -> Result<Descriptor, Error> {
        let platform = |wanted: &Descriptor| wanted.platform.clone().unwrap_or_default();
        let mut images: Vec<Descriptor> = listed.into_iter().filter(|one| platform(one).os != "unknown").collect();
        if images.len() > 1 {
            let count = images.len();
            images.retain(|one| platform(one).architecture == "wasm");
            if images.len() != 1 {
                return Err(Error::ManyImages(count));
            }
        }
        let chosen = images.pop().ok_or(Error::NoImage)?;
        if chosen.media_type != media_type::INDEX && chosen.media_type != media_type::DOCKER_LIST {
            return Ok(chosen);
        }
        let inner = Manifest::read(&self.blob(&chosen.digest)?)?.manifests;
        // A list in a list in a list is nothing that a tool writes.
        if inner.iter().any(|one| one.media_type == media_type::INDEX) {
            return Err(Error::MediaType(media_type::INDEX.to_owned()));
        }
        self.choose(inner)
    }

    fn blob(&self, digest_of: &str) -> Result<Bytes, Error> {
        let missing = || Error::Missing(digest_of.to_owned());
        let bytes = self.0.get(&format!("blobs/{}", digest_of.replacen(':', "/", 1))).ok_or_else(missing)?;
        if digest(bytes) == digest_of { Ok(bytes.clone()) } else { Err(missing()) }
    }

    fn collect(&self, manifest: Bytes, descriptor: &Descriptor) -> Result<Image, Error> {
        let read = Manifest::read(&manifest)?;
        let blobs = read.parts().map(|part| Ok((part.digest.clone(), self.blob(&part.digest)?)));
        let blobs = blobs.collect::<Result<_, Error>>()?;
        let declared = (!descriptor.media_type.is_empty()).then_some(descriptor.media_type.as_str());
        let media_type = declared.unwrap_or_else(|| media_type::of_manifest(&read)).to_owned();
        Ok(Image { manifest, media_type, blobs })
    }

    /// An image of `docker save`, which writes no manifest for a registry: `docker push` makes it.
    fn saved(&self, image: &Saved) -> Result<Image, Error> {
        let mut blobs = BTreeMap::new();
        let mut add = |path: &str, media_type: &str| {
            let bytes = self.0.get(path).ok_or_else(|| Error::Missing(path.to_owned()))?;
            let part = Descriptor {
                media_type: media_type.to_owned(),
                digest: digest(bytes),
                size: bytes.len() as u64,
                ..Descriptor::default()
            };
            blobs.insert(part.digest.clone(), bytes.clone());
            Ok(part)
        };
        let config = add(&image.config, media_type::DOCKER_CONFIG)?;
        let layers = image.layers.iter().map(|path| {
            let is_packed = self.0.get(path).is_some_and(|bytes| bytes.starts_with(&[0x1f, 0x8b]));
            add(path, if is_packed { media_type::DOCKER_LAYER_GZIP } else { media_type::DOCKER_LAYER })
        });
        let layers = layers.collect::<Result<_, Error>>()?;
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(media_type::DOCKER_MANIFEST.to_owned()),
            config: Some(config),
            layers,
            manifests: Vec::new(),
        };
        // A manifest is text, numbers and lists.
        let manifest =
            serde_json::to_vec(&manifest).map_err(|error| Error::Garbled("the manifest", error.to_string()))?;
        Ok(Image { manifest: manifest.into(), media_type: media_type::DOCKER_MANIFEST.to_owned(), blobs })
    }
}

fn files(tar: impl Read, limit: u64) -> Result<BTreeMap<String, Bytes>, Error> {
    let failed = |error: std::io::Error| Error::Layer(error.to_string());
    let mut files = BTreeMap::new();
    let mut left = limit;
    let mut archive = tar::Archive::new(tar);
    let Ok(entries) = archive.entries() else { return Err(Error::NoImage) };
    for entry in entries {
        // Something that is no archive at all holds no image.
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(_) if files.is_empty() => return Err(Error::NoImage),
            Err(error) => return Err(failed(error)),
        };
        let path = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
        let mut content = Vec::new();
        let read = entry.by_ref().take(left + 1).read_to_end(&mut content).map_err(failed)? as u64;
        left = left.checked_sub(read).ok_or(Error::TooLarge(limit))?;
        files.insert(path, content.into());
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tar::{Builder, Header};

    use super::*;

    fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (path, content) in files {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            builder.append_data(&mut header, path, &content[..]).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn blob(content: &[u8]) -> (String, Vec<u8>) {
        (format!("blobs/{}", digest(content).replace(':', "/")), content.to_vec())
    }

    fn descriptor(media_type: &str, content: &[u8], platform: Option<(&str, &str)>) -> serde_json::Value {
        let mut descriptor = json!({"mediaType": media_type, "digest": digest(content), "size": content.len()});
        if let Some((os, architecture)) = platform {
            descriptor["platform"] = json!({"os": os, "architecture": architecture});
        }
        descriptor
    }

    fn manifest(config: &[u8], layer: &[u8]) -> Vec<u8> {
        let config = descriptor(media_type::CONFIG, config, None);
        let layer = descriptor(media_type::LAYER, layer, None);
        json!({"schemaVersion": 2, "config": config, "layers": [layer]}).to_string().into_bytes()
    }

    fn image(files: &[(String, Vec<u8>)]) -> Result<Image, Error> {
        Archive::read(&tar(files), 1 << 20)?.image()
    }

    #[test]
    fn a_layout_may_hold_an_image_for_each_platform() {
        let (native, wasm) = (manifest(b"{\"n\":1}", b"layer"), manifest(b"{}", b"layer"));
        let index = json!({"schemaVersion": 2, "manifests": [
            descriptor(media_type::MANIFEST, &native, Some(("linux", "amd64"))),
            descriptor(media_type::MANIFEST, &wasm, Some(("wasip1", "wasm"))),
            descriptor(media_type::MANIFEST, b"attestation", Some(("unknown", "unknown"))),
        ]});
        let index = index.to_string().into_bytes();
        let outer = json!({"schemaVersion": 2, "manifests": [descriptor(media_type::INDEX, &index, None)]});
        let mut files = vec![blob(&native), blob(&wasm), blob(b"{}"), blob(b"layer"), blob(&index)];
        files.push(("index.json".to_owned(), outer.to_string().into_bytes()));
        let found = image(&files).unwrap();
        assert_eq!((&found.manifest[..], found.media_type.as_str()), (&wasm[..], media_type::MANIFEST));
        assert_eq!(found.blobs[&digest(b"{}")], "{}");
        files[2].1 = b"damaged".to_vec();
        assert_eq!(image(&files), Err(Error::Missing(digest(b"{}"))));
    }

    #[test]
    fn what_docker_saves_gets_a_manifest() {
        let saved = json!([{"Config": "c.json", "RepoTags": ["app:latest"], "Layers": ["l/layer.tar"]}]).to_string();
        let files = [
            ("manifest.json".to_owned(), saved.into_bytes()),
            ("c.json".to_owned(), b"{}".to_vec()),
            ("l/layer.tar".to_owned(), b"layer".to_vec()),
        ];
        let found = image(&files).unwrap();
        let read = Manifest::read(&found.manifest).unwrap();
        assert_eq!(found.media_type, media_type::DOCKER_MANIFEST);
        assert_eq!(read.layers[0].digest, digest(b"layer"));
        assert_eq!(found.blobs.len(), 2);
    }

    #[test]
    fn what_holds_no_image_says_so() {
        assert_eq!(image(&[("README".to_owned(), Vec::new())]), Err(Error::NoImage));
        assert_eq!(Archive::read(b"rubbish", 1).err(), Some(Error::NoImage));
        assert_eq!(Archive::read(&[b'x'; 2000], 9999).err(), Some(Error::NoImage));
        let two = json!([{"Config": "a", "Layers": []}, {"Config": "b", "Layers": []}]).to_string();
        assert_eq!(image(&[("manifest.json".to_owned(), two.into_bytes())]), Err(Error::ManyImages(2)));
        assert_eq!(Archive::read(&tar(&[("a".to_owned(), vec![0; 100])]), 99).err(), Some(Error::TooLarge(99)));
    }
}
