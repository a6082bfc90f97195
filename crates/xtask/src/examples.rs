//! `cargo xtask examples`: what examples have as bytes beside their text, so that a page without a
//! compiler can deploy them: modules of `.wat` files, and the archive of a container image.

use std::{collections::BTreeMap, fs, io::Write, path::Path};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use oci::{digest, media_type};
use serde_json::{Value, json};

const PROJECTS: &str = "static/projects";

/// Writes all of it anew.
pub fn run() -> Result<()> {
    for (path, bytes) in made(Path::new(PROJECTS))? {
        println!("{path}: {} bytes", bytes.len());
        fs::write(Path::new(PROJECTS).join(path), bytes)?;
    }
    Ok(())
}

/// The files, by their paths below `projects`.
fn made(projects: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in ["custom-runtime/command", "custom-runtime/loop"] {
        files.insert(format!("{folder}/bootstrap"), assembled(&projects.join(folder).join("bootstrap.wat"))?);
    }
    files.insert("container-image/image.tar".to_owned(), image(&projects.join("container-image"))?);
    Ok(files)
}

/// The module of a text.
fn assembled(path: &Path) -> Result<Vec<u8>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    wat::parse_str(text).with_context(|| path.display().to_string())
}

/// What the example's Dockerfile makes, as an OCI image layout.
fn image(folder: &Path) -> Result<Vec<u8>> {
    let mut greetings = BTreeMap::new();
    for entry in fs::read_dir(folder.join("greetings"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        greetings.insert(format!("greetings/{name}"), fs::read(&path)?);
    }
    let program = BTreeMap::from([("app.wasm".to_owned(), assembled(&folder.join("app.wat"))?)]);
    let plain = [tar_of(&greetings)?, tar_of(&program)?];
    let packed = plain.iter().map(|layer| packed(layer)).collect::<Result<Vec<_>>>()?;
    let config = json!({
        "architecture": "wasm",
        "os": "wasip1",
        "config": {"Entrypoint": ["/app.wasm"], "Cmd": ["english.json"], "WorkingDir": "/greetings"},
        "rootfs": {"type": "layers", "diff_ids": plain.each_ref().map(|layer| digest(layer))},
    });
    let config = config.to_string().into_bytes();
    let described = |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": digest(bytes), "size": bytes.len()});
    let layers: Vec<Value> = packed.iter().map(|layer| described(media_type::LAYER_GZIP, layer)).collect();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": media_type::MANIFEST,
        "config": described(media_type::CONFIG, &config),
        "layers": layers,
    });
    let manifest = manifest.to_string().into_bytes();
    let mut entry = described(media_type::MANIFEST, &manifest);
    entry["platform"] = json!({"architecture": "wasm", "os": "wasip1"});
    let index = json!({"schemaVersion": 2, "mediaType": media_type::INDEX, "manifests": [entry]});
    let mut files = BTreeMap::from([
        ("oci-layout".to_owned(), json!({"imageLayoutVersion": "1.0.0"}).to_string().into_bytes()),
        ("index.json".to_owned(), index.to_string().into_bytes()),
    ]);
    for blob in packed.into_iter().chain([config, manifest]) {
        files.insert(format!("blobs/{}", digest(&blob).replacen(':', "/", 1)), blob);
    }
    tar_of(&files)
}

/// An archive that is the same whenever it is made.
fn tar_of(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        builder.append_data(&mut header, path, &content[..])?;
    }
    Ok(builder.into_inner()?)
}

fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_examples_are_what_their_texts_say() {
        let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PROJECTS);
        for (path, bytes) in made(&projects).unwrap() {
            let kept = fs::read(projects.join(&path)).unwrap_or_default();
            assert!(kept == bytes, "{path} is old: run `cargo xtask examples`");
        }
    }
}
