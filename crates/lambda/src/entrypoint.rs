//! What runs a function: a runtime of ours, or the program that it brings.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::{Rc, Weak},
};

use sandbox::{Files, Image};

use crate::execution::{Entrypoint, Program};

/// Where Lambda looks for the program of a custom runtime, in its order.
const BOOTSTRAPS: [&str; 2] = ["/var/task/bootstrap", "/opt/bootstrap"];

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

    /// The validated program at a path.
    pub fn module(&self, key: &str, files: &Rc<Files>, path: &str) -> Result<Image, String> {
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

fn kind(content: &[u8]) -> &'static str {
    if content.starts_with(b"\x7fELF") {
        "this is a program for Linux"
    } else if content.starts_with(b"#!") {
        "this is a script"
    } else {
        "this is no program"
    }
}
