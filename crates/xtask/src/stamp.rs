//! Content stamps: a step whose inputs are what they were is not done again.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process::root;

/// Folders that hold results, not sources.
const RESULTS: [&str; 4] = ["node_modules", "target", "dist", ".git"];

/// A digest of the names and contents of all files under `paths` (relative to the root), and of
/// `extra`: versions and settings that matter as much as the files.
pub fn of(paths: &[&str], extra: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&root().join(path), &mut hasher)?;
    }
    extra.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .with_context(|| format!("cannot list {}", path.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            if !RESULTS.contains(&&*name) {
                add(&entry, hasher)?;
            }
        }
    } else if path.is_file() {
        path.strip_prefix(root()).unwrap_or(path).hash(hasher);
        fs::read(path).with_context(|| format!("cannot read {}", path.display()))?.hash(hasher);
    }
    Ok(())
}

/// Where the stamp of a step is kept.
pub fn file(name: &str) -> PathBuf {
    root().join("target/xtask").join(format!("{name}.stamp"))
}

/// Whether the stamp at `file` says `digest`.
pub fn is_fresh(file: &Path, digest: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|kept| kept == digest)
}

/// Notes that the step of this stamp is done for `digest`.
pub fn write(file: &Path, digest: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, digest).with_context(|| format!("cannot write {}", file.display()))
}
