//! The project of a workspace, kept file by file.

use std::{
    cell::{Ref, RefCell},
    collections::BTreeMap,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use kernel::{Batch, Kernel, Response, Space, StorageError};
use project::{Project, check_path};
use serde_json::{Value, json};

use super::answer::{Refusal, ok, refuse};

const SPACE: Space = Space::new("project");

/// The key of the project's name. The key of a file is `file/` and its path.
const NAME: &str = "name";
const FILE: &str = "file/";

/// The files, in memory and in the store.
pub struct Files {
    project: RefCell<Project>,
}

impl Files {
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut project = Project::default();
        let read = |(key, value): kernel::Entry| {
            let key = String::from_utf8_lossy(&key);
            if key == NAME {
                project.name = String::from_utf8_lossy(&value).into_owned();
            } else if let Some(path) = key.strip_prefix(FILE) {
                project.files.insert(path.to_owned(), value.to_vec());
            }
        };
        kernel.storage.load(&SPACE, read).await?;
        Ok(Self { project: RefCell::new(project) })
    }

    pub fn project(&self) -> Ref<'_, Project> {
        self.project.borrow()
    }

    pub fn describe(&self) -> Response {
        let project = self.project.borrow();
        ok(&json!({ "name": project.name, "files": project.files.keys().collect::<Vec<_>>() }))
    }

    pub fn read(&self, path: &str) -> Result<Response, Refusal> {
        let project = self.project.borrow();
        let bytes = project.files.get(path).ok_or_else(|| missing(path))?;
        let mut response = Response::new(Bytes::from(bytes.clone()));
        let kind = HeaderValue::from_static("application/octet-stream");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    }

    pub async fn write(&self, kernel: &Kernel, path: &str, bytes: Bytes) -> Result<Response, Refusal> {
        check_path(path).map_err(|error| refuse(StatusCode::BAD_REQUEST, error.to_string()))?;
        let mut batch = Batch::default();
        batch.put(&SPACE, key_of(path), bytes.clone());
        commit(kernel, batch).await?;
        self.project.borrow_mut().files.insert(path.to_owned(), bytes.to_vec());
        Ok(ok(&json!({})))
    }

    pub async fn remove(&self, kernel: &Kernel, path: &str) -> Result<Response, Refusal> {
        if !self.project.borrow().files.contains_key(path) {
            return Err(missing(path));
        }
        let mut batch = Batch::default();
        batch.delete(&SPACE, key_of(path));
        commit(kernel, batch).await?;
        self.project.borrow_mut().files.remove(path);
        Ok(ok(&json!({})))
    }

    /// Gives the project another name, and other files if the order brings any.
    pub async fn replace(&self, kernel: &Kernel, order: Value) -> Result<Response, Refusal> {
        let new = read(&order, || self.project.borrow().clone())?;
        let mut batch = Batch::default();
        for path in self.project.borrow().files.keys() {
            batch.delete(&SPACE, key_of(path));
        }
        for (path, bytes) in &new.files {
            batch.put(&SPACE, key_of(path), bytes.clone());
        }
        batch.put(&SPACE, NAME, new.name.clone());
        commit(kernel, batch).await?;
        *self.project.borrow_mut() = new;
        Ok(self.describe())
    }
}

/// The project that an order describes: `{name?, files?: {path: base64}}`. What it does not say stays
/// as it was.
pub fn read(order: &Value, current: impl FnOnce() -> Project) -> Result<Project, Refusal> {
    let bad = |message: String| refuse(StatusCode::BAD_REQUEST, message);
    let mut project = current();
    if let Some(name) = order.get("name").and_then(Value::as_str) {
        name.clone_into(&mut project.name);
    }
    if let Some(files) = order.get("files").and_then(Value::as_object) {
        let mut decoded = BTreeMap::new();
        for (path, content) in files {
            check_path(path).map_err(|error| bad(error.to_string()))?;
            let bytes = content.as_str().and_then(|text| STANDARD.decode(text).ok());
            decoded.insert(path.clone(), bytes.ok_or_else(|| bad(format!("The content of {path} is not base64")))?);
        }
        project.files = decoded;
    }
    Ok(project)
}

async fn commit(kernel: &Kernel, batch: Batch) -> Result<(), Refusal> {
    let failed = |error: StorageError| refuse(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    kernel.storage.commit(batch).await.map_err(failed)
}

fn key_of(path: &str) -> String {
    format!("{FILE}{path}")
}

fn missing(path: &str) -> Refusal {
    refuse(StatusCode::NOT_FOUND, format!("The project has no file {path}"))
}
