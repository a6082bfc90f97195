//! What ECR refuses, and in which words.

use kernel::AwsError;

use crate::state::Place;

/// The parts of a layer but the last have at least so many bytes.
pub const MIN_PART: usize = 5 << 20;
/// A part has at most so many; clients are told to send as many.
pub const PART: usize = 20 << 20;
/// The most repositories of a registry.
pub const MAX_REPOSITORIES: usize = 100_000;
/// The most tags of a repository.
pub const MAX_TAGS: usize = 50;

/// A value that cannot be.
pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

fn in_registry(place: &Place, name: &str) -> String {
    format!("the repository with name '{name}' in the registry with id '{}'", place.0)
}

/// There is no such repository.
pub fn no_repository(place: &Place, name: &str) -> AwsError {
    let message = format!("The repository with name '{name}' does not exist in the registry with id '{}'", place.0);
    AwsError::new("RepositoryNotFoundException", message)
}

/// There is one of that name.
pub fn repository_exists(place: &Place, name: &str) -> AwsError {
    let message = format!("The repository with name '{name}' already exists in the registry with id '{}'", place.0);
    AwsError::new("RepositoryAlreadyExistsException", message)
}

/// It has images, and nobody said that they may go.
pub fn not_empty(place: &Place, name: &str) -> AwsError {
    let message = format!(
        "The repository with name '{name}' in registry with id '{}' cannot be deleted because it still contains images",
        place.0
    );
    AwsError::new("RepositoryNotEmptyException", message)
}

/// There is no such image.
pub fn no_image(place: &Place, name: &str, digest: Option<&str>, tag: Option<&str>) -> AwsError {
    let message = format!(
        "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within {}",
        digest.unwrap_or("null"),
        tag.unwrap_or("null"),
        in_registry(place, name)
    );
    AwsError::new("ImageNotFoundException", message)
}

/// The image is there already, under the same tag.
pub fn image_exists(place: &Place, name: &str, digest: &str, tag: Option<&str>) -> AwsError {
    let message = format!(
        "Image with digest '{digest}' and tag '{}' already exists in {}",
        tag.unwrap_or("null"),
        in_registry(place, name)
    );
    AwsError::new("ImageAlreadyExistsException", message)
}

/// The tag leads to another image and may not change.
pub fn tag_exists(name: &str, tag: &str) -> AwsError {
    let message = format!(
        "The image tag '{tag}' already exists in the '{name}' repository and cannot be overwritten because the tag is \
         immutable."
    );
    AwsError::new("ImageTagAlreadyExistsException", message)
}

/// The manifest names layers that nobody has uploaded.
pub fn no_layers(place: &Place, name: &str, digests: &[&str]) -> AwsError {
    let message = format!(
        "Layers with digests '[{}]' required for pushing image into {} do not exist",
        digests.join(", "),
        in_registry(place, name)
    );
    AwsError::new("LayersNotFoundException", message)
}

/// There is no such upload.
pub fn no_upload(place: &Place, name: &str, id: &str) -> AwsError {
    let message = format!("Upload with id '{id}' does not exist within {}", in_registry(place, name));
    AwsError::new("UploadNotFoundException", message)
}

/// The manifest is none.
pub fn bad_manifest(reason: &str) -> AwsError {
    invalid(format!("Invalid parameter at 'ImageManifest' failed to satisfy constraint: '{reason}'"))
}
