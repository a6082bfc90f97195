//! Container images: an archive of the project that `ImageUri` names, as `sam package` takes it.

use serde_json::{Value, json};
use template::pointer;

use super::{ImageArtifact, Packaging, key_of};

/// Where the resource types that may have an image name it.
const PLACES: [(&str, &[&str]); 2] =
    [("AWS::Serverless::Function", &["ImageUri"]), ("AWS::Lambda::Function", &["Code", "ImageUri"])];

impl Packaging<'_> {
    /// Lets a function whose `ImageUri` is an archive of the project refer to a registry.
    pub(super) fn image(&mut self, logical_id: &str, resource: &mut Value, resource_type: &str) {
        let Some((_, place)) = PLACES.iter().find(|(known, _)| *known == resource_type) else { return };
        let at = pointer(["Resources", logical_id, "Properties"].iter().chain(*place).copied());
        let Some(properties) = resource.get_mut("Properties") else { return };
        let is_image = properties["PackageType"] == "Image";
        let Some(value) = place.iter().try_fold(properties, |value, name| value.get_mut(*name)) else {
            // `sam build` would build it with Docker.
            if is_image && !resource["Metadata"]["Dockerfile"].is_null() {
                let message = "Docker does not run here: build the image elsewhere, save it (docker save), and let \
                               ImageUri name the archive.";
                self.diagnostics.error(&at, message.to_owned());
            }
            return;
        };
        let Some(path) = value.as_str().filter(|uri| is_archive(uri)).map(str::to_owned) else { return };
        let Some(bytes) = self.file(&path) else {
            self.diagnostics.error(&at, format!("There is no file {path} in the project."));
            return;
        };
        let tag = key_of(bytes);
        // Names of repositories have no capital letters.
        let repository = format!("{}/{logical_id}", self.project.stack_name()).to_ascii_lowercase();
        *value = json!(format!("{}/{repository}:{tag}", self.destination.registry));
        if self.packs {
            self.images.push(ImageArtifact { repository, tag, path, bytes: bytes.to_vec() });
        }
    }
}

/// Whether `ImageUri` names a file: the address of an image begins with the host of its registry.
fn is_archive(uri: &str) -> bool {
    let name = uri.to_ascii_lowercase();
    [".tar", ".tar.gz", ".tgz"].iter().any(|extension| name.ends_with(extension))
}
