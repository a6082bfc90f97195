//! What the browser keeps for the person: theme and language.

use crate::state::Theme;
use crate::text::Language;

const THEME: &str = "samlet.theme";
const LANGUAGE: &str = "samlet.language";

/// What was kept under a name. A browser may refuse to keep anything: in a frame of another site, or
/// when the person wants it so.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a text under a name, where the browser lets it.
pub fn keep(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage leaves the page as it is until it closes.
        let _ = storage.set_item(name, value);
    }
}

/// Keeps nothing under a name any more.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        // As when keeping: a storage that refuses has nothing to forget.
        let _ = storage.remove_item(name);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The theme of a name.
pub fn theme_of(name: &str) -> Option<Theme> {
    match name {
        "system" => Some(Theme::System),
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// The theme that was chosen, or the system's.
pub fn theme() -> Theme {
    kept(THEME).as_deref().and_then(theme_of).unwrap_or(Theme::System)
}

/// Keeps a theme. A browser that keeps nothing shows it until the page closes.
pub fn keep_theme(theme: Theme) {
    let name = match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    keep(THEME, name);
}

/// The language that was chosen, or the browser's.
pub fn language() -> Language {
    let browser = || web_sys::window().and_then(|window| window.navigator().language());
    kept(LANGUAGE).or_else(browser).as_deref().and_then(Language::of).unwrap_or(Language::English)
}

/// Keeps a language.
pub fn keep_language(language: Language) {
    keep(LANGUAGE, language.tag());
}
