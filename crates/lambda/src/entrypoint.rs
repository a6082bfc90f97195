//! What runs a function: a runtime of ours, or the program that it brings.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use sandbox::{Files, Image};

use crate::{
    container::ContainerImage,
    execution::{Entrypoint, Program},
    settings::{ImageConfig, RESERVED_VARIABLES},
};

/// Where Lambda looks for the program of a custom runtime, in its order.
const BOOTSTRAPS: [&str; 2] = ["/var/task/bootstrap", "/opt/bootstrap"];

/// Where a container looks for a program unless its image says otherwise.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Programs that have been validated, for as long as an environment has their files.
#[derive(Default)]
pub struct Programs(RefCell<BTreeMap<String, (Weak<Files>, Image)>>);

impl Programs {
    /// The entry point of a custom runtime. A module may be called `bootstrap.wasm` too, or as the
    /// handler.
    pub fn bootstrap(&self, key: &str, files: &Rc<Files>, handler: &str) -> Entrypoint {
        let with_suffix = BOOTSTRAPS.map(|path| format!("{path}.wasm"));
        let named = [format!("/var/task/{handler}"), format!("/var/task/{handler}.wasm")];
        let is_module = |path: &&String| files.get(path).is_some_and(|content| sandbox::is_wasm(content));
        let modules = with_suffix.iter().chain(&named).filter(is_module).map(String::as_str);
        let there = BOOTSTRAPS.into_iter().filter(|path| files.get(path).is_some());
        let Some(path) = there.chain(modules).next() else {
            let reason = format!("Couldn't find valid bootstrap(s): [{}]", BOOTSTRAPS.join(" "));
            return Entrypoint::Invalid(reason);
        };
        match self.module(key, files, path) {
            Ok(image) => Entrypoint::Program(Program {
                image,
                args: vec![path.to_owned()],
                working_directory: "/var/task".to_owned(),
                variables: Vec::new(),
            }),
            Err(reason) => Entrypoint::Invalid(reason),
        }
    }

    /// The entry point of a container image. What the function itself says goes before what the image does.
    pub fn container(&self, files: &Rc<Files>, image: &ContainerImage, config: Option<&ImageConfig>) -> Entrypoint {
        let own = config.cloned().unwrap_or_default();
        let or = |own: Vec<String>, image: &Vec<String>| if own.is_empty() { image.clone() } else { own };
        let args = [or(own.entry_point, &image.entrypoint), or(own.command, &image.command)].concat();
        let directories = [&own.working_directory, &image.working_directory];
        let working_directory = directories.into_iter().find(|path| !path.is_empty()).map_or("/", String::as_str);
        let variables = image.variables.iter().filter_map(|variable| variable.split_once('='));
        let variables = variables.filter(|(name, _)| !RESERVED_VARIABLES.contains(name));
        let variables: Vec<_> = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let Some(name) = args.first() else {
            return Entrypoint::Invalid("the container image names no entrypoint and no command".to_owned());
        };
        let path = find(files, name, working_directory, &variables);
        match self.module(&image.resolved_uri, files, &path) {
            Ok(image) => {
                Entrypoint::Program(Program { image, args, working_directory: working_directory.to_owned(), variables })
            }
            Err(reason) => Entrypoint::Invalid(reason),
        }
    }

    /// The validated program at a path.
    fn module(&self, key: &str, files: &Rc<Files>, path: &str) -> Result<Image, String> {
        let key = format!("{key} {path}");
        if let Some((_, image)) = self.0.borrow().get(&key) {
            return Ok(image.clone());
        }
        let Some(content) = files.get(path) else {
            return Err(format!("fork/exec {path}: no such file or directory"));
        };
        if !sandbox::is_wasm(content) {
            return Err(format!(
                "fork/exec {path}: exec format error ({}; Samlet runs WebAssembly modules for WASI preview 1, e.g. \
                 built by Rust for wasm32-wasip1)",
                kind(content)
            ));
        }
        let image =
            Image::program(path, content).map_err(|error| format!("fork/exec {path}: exec format error ({error})"))?;
        let mut kept = self.0.borrow_mut();
        kept.retain(|_, (files, _)| files.strong_count() > 0);
        kept.insert(key, (Rc::downgrade(files), image.clone()));
        Ok(image)
    }
}

/// Where a container has a program: below the working directory if the name has a `/`, else in one of the
/// directories of `PATH`. Images of WebAssembly name a file of the root or the working directory as well.
fn find(files: &Files, name: &str, working_directory: &str, variables: &[(String, String)]) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let directory = working_directory.trim_end_matches('/');
    let name = name.trim_start_matches("./");
    let path = variables.iter().find(|(name, _)| name == "PATH").map_or(PATH, |(_, path)| path);
    let searched = path.split(':').filter(|_| !name.contains('/')).chain([directory, ""]);
    let mut paths = searched.map(|directory| format!("{directory}/{name}"));
    paths.find(|path| files.get(path).is_some()).unwrap_or_else(|| format!("{directory}/{name}"))
}

fn kind(content: &[u8]) -> &'static str {
    if content.starts_with(b"\x7fELF") {
        "this is a program for Linux"
    } else if content.starts_with(b"#!") {
        "this is a script"
    } else {
        "this is no program"
    }
}
