//! Runtime images, fetched beside the page.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;
use cloud::Runtimes;
use futures_util::{
    FutureExt,
    future::{LocalBoxFuture, Shared},
};
use gloo::net::http::{Request, Response};
use js_sys::Uint8Array;
use protocol::{Event, RuntimeStage};
use sandbox::Image;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStreamDefaultReader;

use crate::{engine::describe, object::member};

type Download = Shared<LocalBoxFuture<'static, Result<Image, String>>>;

/// Is told how an image comes along.
pub type Tell = Rc<dyn Fn(Event)>;

/// Bytes that have to come before the page is told again.
const TOLD_EVERY: u64 = 128 << 10;

/// Images beside the page, each downloaded and booted once.
pub struct Downloads {
    base: String,
    tell: Tell,
    started: RefCell<BTreeMap<String, Download>>,
}

impl Downloads {
    pub fn new(base: &str, tell: Tell) -> Self {
        Self { base: base.to_owned(), tell, started: RefCell::default() }
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
        let start = || {
            let (base, name, tell) = (self.base.clone(), name.to_owned(), self.tell.clone());
            async move {
                let tell = |stage| tell(Event::Runtime { name: name.clone(), stage });
                let image = download(&base, &name, &tell).await;
                tell(RuntimeStage::Settled);
                image
            }
            .boxed_local()
            .shared()
        };
        let download = self.started.borrow_mut().entry(name.to_owned()).or_insert_with(start).clone();
        let result = download.await;
        if result.is_err() {
            // Perhaps the network comes back: the next one tries again.
            self.started.borrow_mut().remove(name);
        }
        result
    }
}

async fn download(base: &str, name: &str, tell: &dyn Fn(RuntimeStage)) -> Result<Image, String> {
    let url = format!("{base}guests/{name}.wasm");
    let failed = |problem: String| format!("The runtime image {url} cannot be fetched: {problem}");
    let total = size(base, name).await;
    tell(RuntimeStage::Loading { loaded: 0, total });
    let response = Request::get(&url).send().await.map_err(|error| failed(error.to_string()))?;
    if !response.ok() {
        return Err(failed(format!("HTTP status {}", response.status())));
    }
    let bytes = read(&response, |loaded| tell(RuntimeStage::Loading { loaded, total })).await.map_err(failed)?;
    tell(RuntimeStage::Preparing);
    Image::new(name, &bytes).map_err(|error| format!("The runtime image {name} does not start: {error}"))
}

/// The size of an image, which the build has written down: what a server says is that of what it sends, which may be
/// compressed.
async fn size(base: &str, name: &str) -> Option<u64> {
    let response = Request::get(&format!("{base}guests/sizes.json")).send().await.ok()?;
    let sizes: BTreeMap<String, u64> = response.json().await.ok()?;
    sizes.get(name).copied()
}

/// Reads a body piece by piece.
async fn read(response: &Response, mut tell: impl FnMut(u64)) -> Result<Vec<u8>, String> {
    let Some(body) = response.body() else {
        return response.binary().await.map_err(|error| error.to_string());
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (mut bytes, mut told) = (Vec::new(), 0);
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|error| describe(&error))?;
        let Ok(piece) = member(&piece, "value").dyn_into::<Uint8Array>() else { return Ok(bytes) };
        let at = bytes.len();
        bytes.resize(at + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[at..]);
        let loaded = bytes.len() as u64;
        if loaded - told >= TOLD_EVERY {
            told = loaded;
            tell(loaded);
        }
    }
}
