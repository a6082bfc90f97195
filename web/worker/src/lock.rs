//! The Web Lock that makes one worker of a workspace the leader.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::object::{member, object};

/// Whether the lock is free at this moment.
pub async fn is_free(name: &str) -> Result<bool, JsValue> {
    let (sender, receiver) = futures_channel::oneshot::channel();
    // The lock is given back at once: the callback returns no promise.
    let closure = Closure::once_into_js(move |lock: JsValue| {
        // The receiver waits below.
        let _ = sender.send(!lock.is_null());
    });
    JsFuture::from(request(name, true, &closure)?).await?;
    Ok(receiver.await.unwrap_or(false))
}

/// Waits for the lock and keeps it as long as this worker lives.
pub async fn hold(name: &str) -> Result<(), JsValue> {
    let (sender, receiver) = futures_channel::oneshot::channel();
    let closure = Closure::once_into_js(move |_: JsValue| {
        // The receiver waits below.
        let _ = sender.send(());
        Promise::new(&mut |_, _| {})
    });
    // The promise settles when the lock is given back, which is when this worker ends.
    drop(request(name, false, &closure)?);
    receiver.await.map_err(|_| JsValue::from_str("the lock was refused"))
}

fn request(name: &str, only_if_free: bool, callback: &JsValue) -> Result<Promise, JsValue> {
    let locks = member(&member(&js_sys::global(), "navigator"), "locks");
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = object([("ifAvailable", only_if_free.into())]);
    request.call3(&locks, &name.into(), &options, callback)?.dyn_into()
}
