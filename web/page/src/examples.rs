//! The projects that come with the page: plain SAM projects, fetched file by file.

use crate::client::Failure;
use crate::location;
use crate::model::{Content, File};
use js_sys::Uint8Array;
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// One example.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Example {
    pub id: String,
    pub title: String,
    pub description: String,
    paths: Vec<String>,
}

/// An example with its files.
pub struct Loaded {
    pub title: String,
    pub files: Vec<File>,
}

/// The list of examples.
pub async fn list() -> Result<Vec<Example>, Failure> {
    let bytes = fetch("projects/index.json").await?;
    serde_json::from_slice(&bytes).map_err(|_| Failure::unreadable("projects/index.json"))
}

/// One example with its files.
pub async fn load(id: &str) -> Result<Loaded, Failure> {
    let example = list().await?.into_iter().find(|example| example.id == id);
    let example = example.ok_or_else(|| Failure::Engine(format!("There is no example {id}.")))?;
    let mut files = Vec::new();
    for path in example.paths {
        let bytes = fetch(&format!("projects/{id}/{path}")).await?;
        files.push(File { path, content: Content::from_bytes(bytes), saved: false });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Loaded { title: example.title, files })
}

async fn fetch(path: &str) -> Result<Vec<u8>, Failure> {
    let failed = || Failure::Engine(format!("{path} cannot be loaded."));
    let window = web_sys::window().ok_or_else(failed)?;
    let url = format!("{}{path}", location::base());
    let response = JsFuture::from(window.fetch_with_str(&url)).await.map_err(|_| failed())?;
    let response: web_sys::Response = response.dyn_into().map_err(|_| failed())?;
    if !response.ok() {
        return Err(failed());
    }
    let buffer = response.array_buffer().map_err(|_| failed())?;
    let buffer = JsFuture::from(buffer).await.map_err(|_| failed())?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
