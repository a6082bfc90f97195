//! The cloud, and requests in the page's form.

use std::rc::Rc;

use bytes::Bytes;
use cloud::Workspace;
use http::{HeaderName, HeaderValue, Method, Uri, header};
use kernel::{MemoryBackend, Request, Response, Scope, StorageBackend};
use protocol::{HttpRequest, HttpResponse};
use store::IdbBackend;
use wasm_bindgen::JsValue;

use crate::{
    host::BrowserHost,
    runtimes::{Downloads, Tell},
};

/// The runtime that most projects need.
const FIRST_RUNTIME: &str = "nodejs";

/// Hosts of what a person deployed, as opposed to AWS's own APIs: whoever calls them is nobody in
/// particular unless the request says otherwise.
const PUBLIC_HOSTS: [&str; 3] = [".execute-api.", ".lambda-url.", ".amazoncognito.com"];

/// The cloud of a workspace.
pub struct Engine {
    workspace: Rc<Workspace>,
}

impl Engine {
    /// Opens the cloud from the workspace's storage, or an empty one in memory. `tell` hears of the runtime images
    /// that are fetched.
    pub async fn open(workspace: &str, base: &str, in_memory: bool, tell: Tell) -> Result<Self, String> {
        let host = Rc::new(BrowserHost::new().map_err(|error| describe(&error))?);
        let backend: Rc<dyn StorageBackend> = if in_memory {
            Rc::new(MemoryBackend::default())
        } else {
            Rc::new(IdbBackend::open(&format!("samlet:{workspace}")).await.map_err(|error| error.to_string())?)
        };
        let runtimes = Rc::new(Downloads::new(base, tell));
        runtimes.begin(FIRST_RUNTIME);
        let workspace = Workspace::open(host, backend, runtimes).await.map_err(|error| error.to_string())?;
        Ok(Self { workspace })
    }

    /// Sends a request through the door. The page's own requests act as the account's root.
    pub async fn answer(&self, request: HttpRequest, is_page: bool) -> HttpResponse {
        let mut request = match read(request) {
            Ok(request) => request,
            Err(message) => return plain(400, message),
        };
        let cloud = match self.workspace.cloud() {
            Ok(cloud) => cloud,
            Err(error) => return plain(503, error.to_string()),
        };
        let host = request.uri().host().unwrap_or_default();
        if is_page && !PUBLIC_HOSTS.iter().any(|part| host.contains(part)) {
            request.extensions_mut().insert(Scope::root(cloud.kernel()));
        }
        write(cloud.handle(request).await)
    }
}

fn plain(status: u16, message: String) -> HttpResponse {
    let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    HttpResponse { status, headers, body: message.into_bytes() }
}

fn read(request: HttpRequest) -> Result<Request, String> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    let uri: Uri = request.url.parse().map_err(|error| format!("{}: {error}", request.url))?;
    let mut read = http::Request::new(Bytes::from(request.body));
    for (name, value) in request.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|error| error.to_string())?;
        read.headers_mut().append(name, value);
    }
    if let Some(authority) = uri.authority() {
        let host = HeaderValue::from_str(authority.as_str()).map_err(|error| error.to_string())?;
        read.headers_mut().insert(header::HOST, host);
    }
    (*read.method_mut(), *read.uri_mut()) = (method, uri);
    Ok(read)
}

fn write(response: Response) -> HttpResponse {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    HttpResponse {
        status: response.status().as_u16(),
        headers: response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: response.into_body().to_vec(),
    }
}

/// What JavaScript said when it refused something.
pub fn describe(error: &JsValue) -> String {
    let message = crate::object::text(error, "message");
    if message.is_empty() { format!("{error:?}") } else { message }
}
