//! What `sam build` and `sam package` do: the code of each function becomes an archive, and the
//! template refers to the archive instead of a folder. The person's own text is never changed.

mod diagnostic;
mod image;
mod local;
mod node;

pub use diagnostic::{Diagnostic, Severity};

use std::{collections::BTreeMap, fmt::Write};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use template::{Template, pointer};

use crate::{Project, archive};
use diagnostic::Diagnostics;
use local::{Local, Role, locals};

/// An archive that the packaged template refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Named after its content, so that the same code is the same artifact.
    pub key: String,
    /// The archive's bytes.
    pub bytes: Vec<u8>,
}

/// Where artifacts will lie.
#[derive(Clone, Copy, Debug, Default)]
pub struct Destination<'a> {
    /// The bucket of packages.
    pub bucket: &'a str,
    /// The host of the registry of container images.
    pub registry: &'a str,
}

/// A container image that the packaged template refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageArtifact {
    /// The repository in the registry.
    pub repository: String,
    /// The tag, named after the archive's content.
    pub tag: String,
    /// Where the archive lies in the project.
    pub path: String,
    /// The archive's bytes: an OCI image layout or what `docker save` writes.
    pub bytes: Vec<u8>,
}

/// A project that is ready to be deployed.
#[derive(Clone, Debug)]
pub struct Build {
    /// The template as JSON, with long-form functions and references to the artifacts.
    pub template: Value,
    /// What the template refers to, by key.
    pub artifacts: BTreeMap<String, Artifact>,
    /// The container images that it refers to.
    pub images: Vec<ImageArtifact>,
    /// What the person should know, though the project can be deployed.
    pub warnings: Vec<Diagnostic>,
}

/// Builds `project` for artifacts that will lie at `destination`.
///
/// # Errors
/// Everything that is wrong, each with its place in the template.
pub fn build(project: &Project, destination: Destination<'_>) -> Result<Build, Vec<Diagnostic>> {
    run(project, destination, true)
}

/// What [`build`] would say about `project`, without packing anything.
pub fn check(project: &Project) -> Vec<Diagnostic> {
    match run(project, Destination::default(), false) {
        Ok(build) => build.warnings,
        Err(diagnostics) => diagnostics,
    }
}

fn run(project: &Project, destination: Destination<'_>, packs: bool) -> Result<Build, Vec<Diagnostic>> {
    let Some(text) = project.template() else {
        let message = "The project has no template: a file template.yaml in its top folder, as UTF-8 text.";
        return Err(vec![Diagnostic::of_file("template.yaml", Severity::Error, message)]);
    };
    let path = project.template_path().unwrap_or_default();
    let template = template::parse(text).map_err(|error| vec![Diagnostic::of_syntax(path, &error)])?;
    let mut packaging = Packaging {
        project,
        destination,
        packs,
        diagnostics: Diagnostics::new(path, &template),
        artifacts: BTreeMap::new(),
        images: Vec::new(),
    };
    let packaged = packaging.template(&template);
    let warnings = packaging.diagnostics.finish()?;
    Ok(Build { template: packaged, artifacts: packaging.artifacts, images: packaging.images, warnings })
}

struct Packaging<'a> {
    project: &'a Project,
    destination: Destination<'a>,
    /// Whether artifacts are made, not only checked for.
    packs: bool,
    diagnostics: Diagnostics<'a>,
    artifacts: BTreeMap<String, Artifact>,
    images: Vec<ImageArtifact>,
}

impl<'a> Packaging<'a> {
    fn template(&mut self, template: &Template) -> Value {
        let mut value = template.value.clone();
        let globals = value.get("Globals").cloned().unwrap_or_default();
        let Some(resources) = value.get_mut("Resources").and_then(Value::as_object_mut) else {
            return value;
        };
        for (logical_id, resource) in resources {
            let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
            let metadata = resource.get("Metadata").cloned().unwrap_or_default();
            for local in locals(&resource_type) {
                self.resource(logical_id, resource, local, &globals, &metadata);
            }
            self.image(logical_id, resource, &resource_type);
        }
        if let Some(globals) = value.get_mut("Globals").and_then(|globals| globals.get_mut("Function")) {
            // Each function has its own reference now, so the folder they shared is of no more use.
            if let Some(function) = globals.as_object_mut().filter(|map| is_text(map.get("CodeUri"))) {
                function.remove("CodeUri");
            }
        }
        value
    }

    fn resource(&mut self, logical_id: &str, resource: &mut Value, local: &Local, globals: &Value, metadata: &Value) {
        let Some(resource) = resource.as_object_mut() else { return };
        let properties = resource.entry("Properties").or_insert_with(|| Value::Object(Map::new()));
        let Some(properties) = properties.as_object_mut() else { return };
        let at = pointer(["Resources", logical_id, "Properties", local.property]);
        let Some(path) = local.path(properties, globals) else { return };
        let packaged = match local.role {
            Role::Function => self.function(&path, &at, metadata),
            Role::Layer => self.layer(&path, &at, metadata),
            Role::Definition => return self.definition(&path, &at, local, properties),
            Role::Elsewhere => {
                let what = format!("{} of {logical_id} cannot be a file of the project yet.", local.property);
                self.diagnostics.error(&at, what);
                return;
            }
        };
        if let Some(key) = packaged {
            properties.insert(local.property.to_owned(), local.reference(self.destination.bucket, &key));
        }
    }

    /// The artifact of a function's code: a folder, an archive that is there already, or one file.
    fn function(&mut self, path: &str, at: &str, metadata: &Value) -> Option<String> {
        if let Some(method) = build_method(metadata).filter(|method| !is_plain_build(method)) {
            let message = format!(
                "BuildMethod {method} needs a build tool, which does not run here: build the code elsewhere and let \
                 CodeUri name the result.",
            );
            self.diagnostics.error(at, message);
            return None;
        }
        if let Some(archive) = self.file(path).filter(|_| is_archive(path)) {
            return Some(self.keep(archive.to_vec()));
        }
        let files = self.folder(path, at)?;
        for problem in node::problems(&files) {
            self.diagnostics.warn(at, problem);
        }
        self.pack(files, at)
    }

    /// The artifact of a layer. With a build method the folder holds what belongs below the
    /// runtime's own folder, as `sam build` lays it out.
    fn layer(&mut self, path: &str, at: &str, metadata: &Value) -> Option<String> {
        if let Some(archive) = self.file(path).filter(|_| is_archive(path)) {
            return Some(self.keep(archive.to_vec()));
        }
        let below = match build_method(metadata) {
            None => "",
            Some(method) if method.starts_with("nodejs") => "nodejs/",
            Some(method) if method.starts_with("python") => "python/",
            Some(method) => {
                let message = format!("BuildMethod {method} needs a build tool, which does not run here.");
                self.diagnostics.error(at, message);
                return None;
            }
        };
        let files = self.folder(path, at)?;
        let files = files.into_iter().map(|(path, bytes)| (format!("{below}{path}"), bytes)).collect::<Vec<_>>();
        self.pack(files.iter().map(|(path, bytes)| (path.as_str(), *bytes)), at)
    }

    /// Puts the file of an API's definition into the template itself.
    fn definition(&mut self, path: &str, at: &str, local: &Local, properties: &mut Map<String, Value>) {
        let Some(bytes) = self.file(path) else {
            self.diagnostics.error(at, format!("There is no file {path} in the project."));
            return;
        };
        let definition = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()).and_then(|text| {
            template::parse(text).map_err(|error| format!("line {}: {}", error.at.line, error.message))
        });
        match definition {
            Ok(definition) => {
                properties.remove(local.property);
                properties.insert(local.inline.to_owned(), definition.value);
            }
            Err(problem) => self.diagnostics.error(at, format!("{path} cannot be read: {problem}.")),
        }
    }

    fn file(&self, path: &str) -> Option<&'a [u8]> {
        self.project.files.get(&crate::files::normalize(path)).map(Vec::as_slice)
    }

    /// The files of a folder, or a single file as a folder of one.
    fn folder(&mut self, path: &str, at: &str) -> Option<BTreeMap<String, &'a [u8]>> {
        let mut files: BTreeMap<_, _> = self
            .project
            .folder(path)
            .into_iter()
            .filter(|(path, _)| !is_left_out(path))
            .map(|(path, bytes)| (path.to_owned(), bytes))
            .collect();
        if let Some(bytes) = self.file(path) {
            let name = path.rsplit('/').next().unwrap_or(path);
            files.insert(name.to_owned(), bytes);
        }
        if files.is_empty() {
            self.diagnostics.error(at, format!("There is no folder {path} in the project, or it is empty."));
            return None;
        }
        Some(files)
    }

    fn pack<N: AsRef<str>, B: AsRef<[u8]>>(
        &mut self,
        files: impl IntoIterator<Item = (N, B)>,
        at: &str,
    ) -> Option<String> {
        if !self.packs {
            return None;
        }
        let files: Vec<_> = files.into_iter().collect();
        match archive::pack(files.iter().map(|(path, bytes)| (path.as_ref(), bytes.as_ref()))) {
            Ok(bytes) => Some(self.keep(bytes)),
            Err(error) => {
                self.diagnostics.error(at, format!("The code cannot be packed: {error}."));
                None
            }
        }
    }

    fn keep(&mut self, bytes: Vec<u8>) -> String {
        let key = key_of(&bytes);
        self.artifacts.insert(key.clone(), Artifact { key: key.clone(), bytes });
        key
    }
}

/// What an artifact is called: the beginning of its hash.
fn key_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).fold(String::new(), |mut key, byte| {
        // Writing to a String cannot fail.
        let _ = write!(key, "{byte:02x}");
        key
    })
}

fn is_text(value: Option<&Value>) -> bool {
    value.is_some_and(Value::is_string)
}

fn build_method(metadata: &Value) -> Option<&str> {
    metadata.get("BuildMethod").and_then(Value::as_str)
}

/// Whether `sam build` would only copy the files and install the dependencies.
fn is_plain_build(method: &str) -> bool {
    method.starts_with("nodejs") || method.starts_with("python")
}

fn is_archive(path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    extension.eq_ignore_ascii_case("zip") || extension.eq_ignore_ascii_case("jar")
}

/// What belongs to the tools around a project and to no function.
fn is_left_out(path: &str) -> bool {
    [".git/", ".aws-sam/"].iter().any(|folder| path.starts_with(folder))
}

/// The reference that `sam package` writes for a property of a serverless resource.
fn uri(bucket: &str, key: &str) -> Value {
    json!(format!("s3://{bucket}/{key}"))
}

#[cfg(test)]
mod tests;
