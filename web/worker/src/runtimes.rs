//! Runtime images, fetched beside the page.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use cloud::Runtimes;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use gloo::net::http::Request;
use sandbox::Image;
use wasm_bindgen_futures::spawn_local;

type Download = Shared<LocalBoxFuture<'static, Result<Image, String>>>;

/// Images beside the page, each downloaded and booted once.
pub struct Downloads {
    base: String,
    started: RefCell<BTreeMap<String, Download>>,
}

impl Downloads {
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), started: RefCell::default() }
    }

    /// Begins with an image before a function asks for it: the first call of an API waits for little
    /// else.
    pub fn begin(self: &Rc<Self>, name: &'static str) {
        let downloads = self.clone();
        // What goes wrong is told to the function that asks.
        spawn_local(async move { drop(downloads.image(name).await) });
    }
}

#[async_trait(?Send)]
impl Runtimes for Downloads {
    async fn image(&self, name: &str) -> Result<Image, String> {
        let start = || download(format!("{}guests/{name}.wasm", self.base), name.to_owned()).boxed_local().shared();
        let download = self.started.borrow_mut().entry(name.to_owned()).or_insert_with(start).clone();
        let result = download.await;
        if result.is_err() {
            // Perhaps the network comes back: the next one tries again.
            self.started.borrow_mut().remove(name);
        }
        result
    }
}

async fn download(url: String, name: String) -> Result<Image, String> {
    let failed = |problem: String| format!("The runtime image {url} cannot be fetched: {problem}");
    let response = Request::get(&url).send().await.map_err(|error| failed(error.to_string()))?;
    if !response.ok() {
        return Err(failed(format!("HTTP status {}", response.status())));
    }
    let bytes = response.binary().await.map_err(|error| failed(error.to_string()))?;
    Image::new(&name, &bytes).map_err(|error| format!("The runtime image {name} does not start: {error}"))
}
