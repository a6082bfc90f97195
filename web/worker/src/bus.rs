//! The channel that all workers of a workspace and the service worker share.
//!
//! Its messages are plain objects, because the service worker is plain JavaScript:
//!
//! - `{kind: "request", from, id, isPage, method, url, headers: [[name, value]], body: Uint8Array}`
//! - `{kind: "cancel", from, id}`
//! - `{kind: "response", to, id, status, headers, body}`
//! - `{kind: "leader"}`: a new leader; what was asked of the former one has an unknown outcome
//! - `{kind: "event", except, bytes}`: a message for the pages of the other tabs
//!
//! `from` and `to` name who asked; `isPage` tells the page's own requests, which act as the account's
//! root, from those that come in by a URL.

use js_sys::{JsString, Object};
use protocol::{HttpRequest, HttpResponse, RequestId};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use crate::object::{bytes, from_bytes, from_pairs, member, object, pairs, text};

/// Something that another worker or the service worker said.
pub enum Heard {
    Request { from: String, id: RequestId, is_page: bool, request: HttpRequest },
    Cancel { from: String, id: RequestId },
    Response { to: String, id: RequestId, response: HttpResponse },
    Leader,
    Event { except: String, bytes: Vec<u8> },
}

/// One worker's end of the channel.
pub struct Bus {
    channel: BroadcastChannel,
}

impl Bus {
    /// Joins the channel of a workspace and hands what the others say to `hear`.
    pub fn join(workspace: &str, hear: impl Fn(Heard) + 'static) -> Result<Self, JsValue> {
        let channel = BroadcastChannel::new(&format!("samlet:{workspace}"))?;
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(heard) = read(&event.data()) {
                hear(heard);
            }
        });
        channel.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
        Ok(Self { channel })
    }

    pub fn request(&self, from: &str, id: RequestId, request: &HttpRequest) {
        self.post(&object([
            ("kind", "request".into()),
            ("from", from.into()),
            ("id", number(id)),
            ("isPage", true.into()),
            ("method", request.method.as_str().into()),
            ("url", request.url.as_str().into()),
            ("headers", from_pairs(&request.headers)),
            ("body", from_bytes(&request.body)),
        ]));
    }

    pub fn cancel(&self, from: &str, id: RequestId) {
        self.post(&object([("kind", "cancel".into()), ("from", from.into()), ("id", number(id))]));
    }

    pub fn answer(&self, to: &str, id: RequestId, response: &HttpResponse) {
        self.post(&object([
            ("kind", "response".into()),
            ("to", to.into()),
            ("id", number(id)),
            ("status", response.status.into()),
            ("headers", from_pairs(&response.headers)),
            ("body", from_bytes(&response.body)),
        ]));
    }

    pub fn lead(&self) {
        self.post(&object([("kind", "leader".into())]));
    }

    pub fn event(&self, except: &str, message: &[u8]) {
        let members = [("kind", "event".into()), ("except", except.into()), ("bytes", from_bytes(message))];
        self.post(&object(members));
    }

    fn post(&self, message: &Object) {
        // Fails only for what cannot be copied, and a plain object can.
        let _ = self.channel.post_message(message);
    }
}

/// Ids count up from 1 in a page, far below where a JavaScript number would round.
fn number(id: RequestId) -> JsValue {
    JsValue::from_f64(id as f64)
}

fn read(message: &JsValue) -> Option<Heard> {
    let kind: String = member(message, "kind").dyn_into::<JsString>().ok()?.into();
    let id = || member(message, "id").as_f64().map(|id| id as RequestId);
    Some(match kind.as_str() {
        "request" => Heard::Request {
            from: text(message, "from"),
            id: id()?,
            is_page: member(message, "isPage").is_truthy(),
            request: HttpRequest {
                method: text(message, "method"),
                url: text(message, "url"),
                headers: pairs(message, "headers"),
                body: bytes(message, "body"),
            },
        },
        "cancel" => Heard::Cancel { from: text(message, "from"), id: id()? },
        "response" => Heard::Response {
            to: text(message, "to"),
            id: id()?,
            response: HttpResponse {
                status: member(message, "status").as_f64()? as u16,
                headers: pairs(message, "headers"),
                body: bytes(message, "body"),
            },
        },
        "leader" => Heard::Leader,
        "event" => Heard::Event { except: text(message, "except"), bytes: bytes(message, "bytes") },
        _ => return None,
    })
}
