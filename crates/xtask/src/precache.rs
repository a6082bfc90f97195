//! `dist/precache.js`: the files of the page and one version for all of them. Large files that few
//! projects need are listed apart: they are kept once they have been fetched.
//!
//! The service worker imports it with `importScripts`. A browser compares imported scripts byte by
//! byte when it looks for an update, so a page that was built anew is a new service worker.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::process::root;
use crate::stamp;

const NAME: &str = "precache.js";

/// Scripts whose URL others depend on, and which the service worker must not answer from a cache.
const NOT_CACHED: [&str; 3] = [NAME, "sw.js", "embed.js"];

/// What is fetched when a project needs it.
const ON_DEMAND: [&str; 1] = ["guests/python.wasm"];

/// The sizes of the runtime images: what a server says of them may be that of their compressed form.
const SIZES: &str = "guests/sizes.json";

/// Writes the list.
pub fn write() -> Result<()> {
    let dist = root().join("dist");
    write_sizes(&dist)?;
    let list = dist.join(NAME);
    if list.exists() {
        fs::remove_file(&list)?;
    }
    let files: Vec<String> = files(&dist)?.into_iter().filter(|name| !NOT_CACHED.contains(&name.as_str())).collect();
    let (later, now): (Vec<_>, Vec<_>) = files.into_iter().partition(|name| ON_DEMAND.contains(&name.as_str()));
    let content = json!({ "version": stamp::of(&["dist"], &[])?, "files": now, "onDemand": later });
    fs::write(&list, format!("self.PRECACHE = {content:#};\n"))
        .with_context(|| format!("cannot write {}", list.display()))
}

fn write_sizes(dist: &Path) -> Result<()> {
    let mut sizes = BTreeMap::new();
    for name in files(&dist.join("guests"))? {
        if let Some(guest) = name.strip_suffix(".wasm") {
            sizes.insert(guest.to_owned(), fs::metadata(dist.join("guests").join(&name))?.len());
        }
    }
    fs::write(dist.join(SIZES), json!(sizes).to_string()).with_context(|| format!("cannot write dist/{SIZES}"))
}

/// The files under `folder`, relative to it, with `/` between the parts, in order.
pub fn files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}
