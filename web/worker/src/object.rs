//! Plain JavaScript objects, which the service worker can read too.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// An object with these members.
pub fn object<const N: usize>(members: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}

/// A member of anything; `undefined` where there is none.
pub fn member(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A member that is text; empty where there is none.
pub fn text(value: &JsValue, name: &str) -> String {
    member(value, name).as_string().unwrap_or_default()
}

/// A member that is a list of pairs of texts.
pub fn pairs(value: &JsValue, name: &str) -> Vec<(String, String)> {
    let Ok(list) = member(value, name).dyn_into::<Array>() else { return Vec::new() };
    let pair = |item: JsValue| {
        let item = item.dyn_into::<Array>().ok()?;
        Some((item.get(0).as_string()?, item.get(1).as_string()?))
    };
    list.iter().filter_map(pair).collect()
}

/// A list of pairs of texts.
pub fn from_pairs(pairs: &[(String, String)]) -> JsValue {
    pairs.iter().map(|(name, value)| Array::of2(&name.into(), &value.into())).collect::<Array>().into()
}

/// A member that is bytes; empty where there is none.
pub fn bytes(value: &JsValue, name: &str) -> Vec<u8> {
    member(value, name).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// Bytes in a buffer of their own.
pub fn from_bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}
