//! The address bar: which workspace, whether embedded, which pane, and the project in the fragment.
//! There is no router: the page is one page, and what is shown is a few words in the query.

use crate::state::{Drawer, Rail, Region, State};
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

/// The workspace that opens when the address names none.
const DEFAULT_WORKSPACE: &str = "main";
/// What begins the fragment of a link with a project in it; the number is the envelope's version.
const SHARED: &str = "#p";

/// What the address asked for when the page opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    pub workspace: String,
    pub is_embedded: bool,
    /// Says which example to open, for a documentation page that embeds one.
    pub example: Option<String>,
    pub pane: Option<String>,
    pub theme: Option<String>,
    pub language: Option<String>,
    /// A project that came with the link.
    pub shared: Option<String>,
}

/// Reads the address, and gives a project that came with it a workspace of its own.
pub fn arrive() -> Arrival {
    let Some(location) = web_sys::window().map(|window| window.location()) else {
        return Arrival::default();
    };
    let search = location.search().unwrap_or_default();
    let hash = location.hash().unwrap_or_default();
    let Ok(query) = UrlSearchParams::new_with_str(&search) else { return Arrival::default() };
    let shared = hash.starts_with(SHARED).then(|| hash.trim_start_matches('#').to_owned());
    let is_embedded = query.has("embed");
    let example = query.get("example").filter(|name| is_plain_name(name));
    // An embed or a link gets a workspace that nobody else has: it must not touch what is stored here.
    let is_copy = shared.is_some() || is_embedded;
    let named = query.get("workspace").filter(|name| is_plain_name(name) && !is_copy);
    let workspace =
        named.unwrap_or_else(|| if is_copy { format!("copy-{}", random_name()) } else { DEFAULT_WORKSPACE.to_owned() });
    Arrival {
        workspace,
        is_embedded,
        example,
        pane: query.get("pane"),
        theme: query.get("theme"),
        language: query.get("lang"),
        shared,
    }
}

/// Writes what is shown into the address, so that a reload shows the same. Only what is not the
/// default is written; a project in the fragment has become a workspace by now.
pub fn remember(state: &State) {
    if state.view.is_embedded {
        // Its address is its source: a reload of the frame must find the same project again.
        return;
    }
    let Some(window) = web_sys::window() else { return };
    let (location, Ok(history)) = (window.location(), window.history()) else { return };
    let Ok(query) = UrlSearchParams::new_with_str(&location.search().unwrap_or_default()) else { return };
    set(&query, "workspace", (state.workspace != DEFAULT_WORKSPACE).then_some(&*state.workspace));
    set(&query, "pane", pane_name(state));
    let text: String = query.to_string().into();
    let search = if text.is_empty() { String::new() } else { format!("?{text}") };
    let path = location.pathname().unwrap_or_default();
    // Refused only when a page rewrites its address too often; the next change writes it again.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{search}")));
}

fn set(query: &UrlSearchParams, name: &str, value: Option<&str>) {
    match value {
        Some(value) => query.set(name, value),
        None => query.delete(name),
    }
}

/// The name of the rail panel on show, when it is not the first.
fn pane_name(state: &State) -> Option<&'static str> {
    PANES.iter().find(|(_, rail)| *rail == state.view.rail && *rail != Rail::Files).map(|(name, _)| *name)
}

const PANES: [(&str, Rail); 4] =
    [("files", Rail::Files), ("resources", Rail::Resources), ("users", Rail::Users), ("examples", Rail::Examples)];

/// The rail panel of a name.
pub fn rail_of(name: &str) -> Option<Rail> {
    PANES.iter().find(|(known, _)| *known == name).map(|(_, rail)| *rail)
}

/// The drawer panel of a name.
pub fn drawer_of(name: &str) -> Option<Drawer> {
    match name {
        "problems" => Some(Drawer::Problems),
        "events" => Some(Drawer::Events),
        "logs" => Some(Drawer::Logs),
        "requests" => Some(Drawer::Requests),
        "stream" => Some(Drawer::Stream),
        _ => None,
    }
}

/// The region of a name, which an embed may open at.
pub fn region_of(name: &str) -> Option<Region> {
    match name {
        "code" => Some(Region::Centre),
        "request" => Some(Region::Inspector),
        "activity" => Some(Region::Drawer),
        _ => None,
    }
}

/// The absolute URL of the folder that the page was loaded from, with a slash at its end.
pub fn base() -> String {
    let base = web_sys::window().and_then(|window| window.document()?.base_uri().ok()?);
    let base = base.unwrap_or_default();
    let end = base.find(['?', '#']).unwrap_or(base.len());
    let folder = base[..end].rfind('/').map_or(end, |slash| slash + 1);
    base[..folder].to_owned()
}

/// The link that carries a project.
pub fn link_to(fragment: &str) -> String {
    format!("{}#{fragment}", base())
}

/// Names become parts of URLs and of storage: nothing else than letters, digits and hyphens.
fn is_plain_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn random_name() -> String {
    let mut bytes = [0_u8; 6];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // It fails for more than 65,536 bytes only.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let hex = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_their_place_are_refused() {
        assert!(is_plain_name("copy-0a1b"));
        for name in ["", "a/b", "..", "a b", &"x".repeat(65)] {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
