//! Images: manifests that name layers, and the tags that lead to them.

use aws_api::Call;
use kernel::AwsError;
use oci::{Manifest, media_type};
use serde_json::{Value, json};

use super::{page, registry, seconds, text};
use crate::{
    Ecr, rules,
    state::{Image, Repository},
};

impl Ecr {
    pub(super) async fn put_image(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let manifest = text(call, "imageManifest");
        let tag = call.input["imageTag"].as_str();
        let read = Manifest::read(manifest.as_bytes()).map_err(|_| rules::bad_manifest("Invalid JSON syntax"))?;
        let media_type = call.input["imageManifestMediaType"].as_str().or(read.media_type.as_deref());
        let media_type = media_type.unwrap_or(media_type::MANIFEST).to_owned();
        let digest = oci::digest(manifest.as_bytes());
        if let Some(expected) = call.input["imageDigest"].as_str().filter(|expected| *expected != digest) {
            let message = format!("The provided digest '{expected}' does not match the calculated digest '{digest}'");
            return Err(AwsError::new("ImageDigestDoesNotMatchException", message));
        }
        let now = self.kernel.clock.now().millis();
        self.change(call, |repository| {
            let absent: Vec<&str> = read.parts().map(|part| part.digest.as_str()).collect();
            let absent: Vec<&str> = absent.into_iter().filter(|part| !repository.layers.contains_key(*part)).collect();
            if !absent.is_empty() {
                return Err(rules::no_layers(&place, name, &absent));
            }
            let listed = read.manifests.iter().map(|part| part.digest.as_str());
            let absent: Vec<&str> = listed.filter(|part| !repository.images.contains_key(*part)).collect();
            if !absent.is_empty() {
                let message =
                    format!("Images with digests '[{}]' required for pushing image do not exist", absent.join(", "));
                return Err(AwsError::new("ReferencedImagesNotFoundException", message));
            }
            let known = repository.images.get(&digest);
            if known.is_some_and(|image| tag.is_none_or(|tag| image.tags.contains(tag))) {
                return Err(rules::image_exists(&place, name, &digest, tag));
            }
            if let Some(tag) = tag {
                if repository.mutability == "IMMUTABLE" && repository.image(None, Some(tag)).is_some() {
                    return Err(rules::tag_exists(name, tag));
                }
                for image in repository.images.values_mut() {
                    image.tags.remove(tag);
                }
            }
            let image = repository.images.entry(digest.clone()).or_insert_with(|| Image {
                manifest: manifest.to_owned(),
                media_type: media_type.clone(),
                pushed: now,
                tags: Default::default(),
            });
            image.tags.extend(tag.map(str::to_owned));
            Ok(())
        })
        .await?;
        let mut id = json!({ "imageDigest": digest });
        if let Some(tag) = tag {
            id["imageTag"] = json!(tag);
        }
        Ok(json!({"image": {
            "registryId": place.0,
            "repositoryName": name,
            "imageId": id,
            "imageManifest": manifest,
            "imageManifestMediaType": media_type,
        }}))
    }

    pub(super) fn batch_get_image(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        self.look(call, |repository| {
            let (mut images, mut failures) = (Vec::new(), Vec::new());
            for id in call.input["imageIds"].as_array().into_iter().flatten() {
                match find(repository, id) {
                    Ok((digest, image)) => {
                        let mut found = json!({ "imageDigest": digest });
                        if let Some(tag) = id["imageTag"].as_str() {
                            found["imageTag"] = json!(tag);
                        }
                        images.push(json!({
                            "registryId": place.0,
                            "repositoryName": name,
                            "imageId": found,
                            "imageManifest": image.manifest,
                            "imageManifestMediaType": image.media_type,
                        }));
                    }
                    Err(failure) => failures.push(failure),
                }
            }
            Ok(json!({"images": images, "failures": failures}))
        })
    }

    pub(super) async fn batch_delete_image(&self, call: &Call) -> Result<Value, AwsError> {
        self.change(call, |repository| {
            let (mut deleted, mut failures) = (Vec::new(), Vec::new());
            for id in call.input["imageIds"].as_array().into_iter().flatten() {
                let digest = match find(repository, id) {
                    Ok((digest, _)) => digest.clone(),
                    Err(failure) => {
                        failures.push(failure);
                        continue;
                    }
                };
                let Some(image) = repository.images.get_mut(&digest) else { continue };
                // A tag alone takes the tag away; the image goes with its last one.
                match id["imageTag"].as_str().filter(|_| id["imageDigest"].is_null()) {
                    Some(tag) => {
                        image.tags.remove(tag);
                        deleted.push(json!({"imageDigest": digest, "imageTag": tag}));
                        if image.tags.is_empty() {
                            repository.images.remove(&digest);
                        }
                    }
                    None => {
                        let tags = std::mem::take(&mut image.tags);
                        deleted.extend(tags.iter().map(|tag| json!({"imageDigest": digest, "imageTag": tag})));
                        if tags.is_empty() {
                            deleted.push(json!({ "imageDigest": digest }));
                        }
                        repository.images.remove(&digest);
                    }
                }
            }
            repository.drop_unused_layers();
            Ok(json!({"imageIds": deleted, "failures": failures}))
        })
        .await
    }

    pub(super) fn list_images(&self, call: &Call) -> Result<Value, AwsError> {
        let ids = self.look(call, |repository| {
            let of = |(digest, image): (&String, &Image)| -> Vec<Value> {
                let tagged = image.tags.iter().map(|tag| json!({"imageDigest": digest, "imageTag": tag}));
                let untagged = image.tags.is_empty().then(|| json!({ "imageDigest": digest }));
                tagged.chain(untagged).collect()
            };
            let wanted = repository.images.iter().filter(|(_, image)| fits(image, &call.input["filter"]));
            Ok(wanted.flat_map(of).collect())
        })?;
        page(call, "imageIds", ids)
    }

    pub(super) fn describe_images(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name) = (registry(call), text(call, "repositoryName"));
        let details = self.look(call, |repository| {
            let describe = |digest: &str, image: &Image| {
                let read = Manifest::read(image.manifest.as_bytes()).unwrap_or_default();
                let mut details = json!({
                    "registryId": place.0,
                    "repositoryName": name,
                    "imageDigest": digest,
                    "imageSizeInBytes": read.layers.iter().map(|layer| layer.size).sum::<u64>(),
                    "imagePushedAt": seconds(image.pushed),
                    "imageManifestMediaType": image.media_type,
                });
                if let Some(config) = read.config {
                    details["artifactMediaType"] = json!(config.media_type);
                }
                if !image.tags.is_empty() {
                    details["imageTags"] = json!(image.tags);
                }
                details
            };
            if let Some(ids) = call.input["imageIds"].as_array() {
                let named = ids.iter().map(|id| {
                    let (digest, tag) = (id["imageDigest"].as_str(), id["imageTag"].as_str());
                    let found = repository.image(digest, tag);
                    let (digest, image) = found.ok_or_else(|| rules::no_image(&place, name, digest, tag))?;
                    Ok(describe(digest, image))
                });
                return named.collect::<Result<Vec<_>, AwsError>>();
            }
            let wanted = repository.images.iter().filter(|(_, image)| fits(image, &call.input["filter"]));
            Ok(wanted.map(|(digest, image)| describe(digest, image)).collect())
        })?;
        page(call, "imageDetails", details)
    }
}

fn fits(image: &Image, filter: &Value) -> bool {
    match filter["tagStatus"].as_str() {
        Some("TAGGED") => !image.tags.is_empty(),
        Some("UNTAGGED") => image.tags.is_empty(),
        _ => true,
    }
}

/// The image that an id names, or the failure that an answer lists.
fn find<'a>(repository: &'a Repository, id: &Value) -> Result<(&'a String, &'a Image), Value> {
    let (digest, tag) = (id["imageDigest"].as_str(), id["imageTag"].as_str());
    let failure = |code: &str, reason: &str| json!({"imageId": id, "failureCode": code, "failureReason": reason});
    match (digest, tag) {
        (None, None) => {
            Err(failure("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"))
        }
        (Some(digest), _) if !digest.starts_with("sha256:") => Err(failure(
            "InvalidImageDigest",
            "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
        )),
        _ => repository.image(digest, tag).ok_or_else(|| failure("ImageNotFound", "Requested image not found")),
    }
}
