//! The words of the page. How they are written: sentence case, no full stop at the end of a label,
//! AWS's own terms, and never an exclamation mark.

mod en;
mod ko;

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Korean,
}

impl Language {
    /// The language of a tag such as `ko-KR`.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split('-').next() {
            Some("en") => Some(Self::English),
            Some("ko") => Some(Self::Korean),
            _ => None,
        }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// Its words.
    pub fn text(self) -> &'static Text {
        match self {
            Self::English => &en::TEXT,
            Self::Korean => &ko::TEXT,
        }
    }
}

/// All words of the page in one language. A word that a language lacks does not compile.
#[derive(Debug)]
pub struct Text {
    // The regions of the page
    pub regions: &'static str,
    pub region_browse: &'static str,
    pub region_code: &'static str,
    pub region_try: &'static str,
    pub region_activity: &'static str,
    pub resize_rail: &'static str,
    pub resize_inspector: &'static str,
    pub resize_drawer: &'static str,
    pub show_drawer: &'static str,
    pub hide_drawer: &'static str,
    // Words that many panes use
    pub cancel: &'static str,
    pub close: &'static str,
    pub copied: &'static str,
    pub copy: &'static str,
    pub copy_refused: &'static str,
    pub create: &'static str,
    pub delete: &'static str,
    pub error: &'static str,
    pub outcome_unknown: &'static str,
    pub pause: &'static str,
    pub path: &'static str,
    pub reason: &'static str,
    pub refresh: &'static str,
    pub resume: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    pub status: &'static str,
    pub time: &'static str,
    pub warning: &'static str,
    // The header
    pub home: &'static str,
    pub deploy: &'static str,
    pub deploying: &'static str,
    pub deploy_done: &'static str,
    pub deploy_unchanged: &'static str,
    pub deploy_failed: &'static str,
    pub not_deployed_yet: &'static str,
    pub unsaved_copy: &'static str,
    pub open_whole: &'static str,
    pub share: &'static str,
    pub embed: &'static str,
    pub theme_system: &'static str,
    pub theme_light: &'static str,
    pub theme_dark: &'static str,
    pub clock: &'static str,
    pub clock_hint: &'static str,
    pub clock_pause: &'static str,
    pub clock_resume: &'static str,
    pub plus_minute: &'static str,
    pub plus_hour: &'static str,
    pub plus_day: &'static str,
    // Files and editors
    pub files: &'static str,
    pub open_files: &'static str,
    pub new_file: &'static str,
    pub path_taken: &'static str,
    pub unsaved: &'static str,
    pub no_open_file: &'static str,
    pub no_open_file_hint: &'static str,
    pub binary: &'static str,
    pub binary_hint: &'static str,
    pub graph: &'static str,
    pub delete_named: fn(&str) -> String,
    pub close_named: fn(&str) -> String,
    pub editor_of: fn(&str) -> String,
    // Resources
    pub resources: &'static str,
    pub template_resources: &'static str,
    pub loose_resources: &'static str,
    pub generated_resources: fn(usize) -> String,
    pub no_resources: &'static str,
    pub no_resources_hint: &'static str,
    pub not_deployed: &'static str,
    pub not_deployed_hint: &'static str,
    pub outputs: &'static str,
    pub resource_type: &'static str,
    pub logical_id: &'static str,
    pub physical_id: &'static str,
    pub show_in_template: &'static str,
    // Examples
    pub examples: &'static str,
    pub replace: &'static str,
    pub replace_title: &'static str,
    pub replace_hint: &'static str,
    // The request builder
    pub request: &'static str,
    pub response: &'static str,
    pub api: &'static str,
    pub routes: &'static str,
    pub method: &'static str,
    pub send: &'static str,
    pub send_hint: &'static str,
    pub send_as: &'static str,
    pub no_token: &'static str,
    pub id_token_of: fn(&str) -> String,
    pub access_token_of: fn(&str) -> String,
    pub body: &'static str,
    pub headers: &'static str,
    pub empty_body: &'static str,
    pub large_body: fn(&str) -> String,
    pub history: fn(usize) -> String,
    pub no_api: &'static str,
    pub no_api_hint: &'static str,
    // Tables
    pub table: &'static str,
    pub all_tables: &'static str,
    pub items: &'static str,
    pub item: &'static str,
    pub key: &'static str,
    pub new_item: &'static str,
    pub edit_named: fn(&str) -> String,
    pub more_items: &'static str,
    pub no_items: &'static str,
    pub no_items_hint: &'static str,
    pub typed_json: &'static str,
    pub watch_stream: &'static str,
    pub item_count: fn(usize, bool) -> String,
    // The stream
    pub stream: &'static str,
    pub old_image: &'static str,
    pub new_image: &'static str,
    pub no_image: &'static str,
    pub no_records: &'static str,
    pub no_records_hint: &'static str,
    pub record_count: fn(usize, bool) -> String,
    // Functions
    pub test_event: &'static str,
    pub event_empty: &'static str,
    pub event_api: &'static str,
    pub event_stream: &'static str,
    pub invoke: &'static str,
    pub invoke_hint: &'static str,
    pub result: &'static str,
    pub succeeded: &'static str,
    pub log_tail: &'static str,
    // Users
    pub users: &'static str,
    pub account: &'static str,
    pub app_client: &'static str,
    pub user_name: &'static str,
    pub password: &'static str,
    pub email: &'static str,
    pub sign_up: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub code: &'static str,
    pub confirm: &'static str,
    pub resend: &'static str,
    pub code_sent: &'static str,
    pub confirmed: &'static str,
    pub signed_in: fn(&str) -> String,
    pub mailbox: &'static str,
    pub mailbox_empty: &'static str,
    pub use_code: &'static str,
    pub no_users: &'static str,
    pub no_pools: &'static str,
    pub no_pools_hint: &'static str,
    pub no_app_client: &'static str,
    pub no_app_client_hint: &'static str,
    pub session_of: fn(&str) -> String,
    pub tokens: &'static str,
    pub id_token: &'static str,
    pub access_token: &'static str,
    pub token_header: &'static str,
    pub claims: &'static str,
    pub not_a_token: &'static str,
    pub expires_in: fn(&str) -> String,
    pub expired: &'static str,
    pub refresh_tokens: &'static str,
    pub use_token: &'static str,
    // Activity
    pub problems: &'static str,
    pub problem_count: fn(usize) -> String,
    pub no_problems: &'static str,
    pub stack_events: &'static str,
    pub no_events: &'static str,
    pub no_events_hint: &'static str,
    pub logs: &'static str,
    pub log_group: &'static str,
    pub filter_pattern: &'static str,
    pub no_logs: &'static str,
    pub no_logs_hint: &'static str,
    pub requests: &'static str,
    pub filter_requests: &'static str,
    pub no_requests: &'static str,
    pub service: &'static str,
    pub operation: &'static str,
    pub duration: &'static str,
    pub caller: &'static str,
    // The status bar
    pub engine_starting: &'static str,
    pub engine_ready: &'static str,
    pub engine_restarted: &'static str,
    pub workspace: &'static str,
    pub reset: &'static str,
    pub reset_title: &'static str,
    pub reset_hint: &'static str,
    // Sharing
    pub share_title: &'static str,
    pub share_hint: &'static str,
    pub link: &'static str,
    pub copy_link: &'static str,
    pub link_short: fn(usize) -> String,
    pub link_long: fn(usize) -> String,
    pub link_too_long: fn(usize) -> String,
    pub link_unreadable: fn(&str) -> String,
    pub embed_title: &'static str,
    pub embed_hint: &'static str,
    pub copy_snippet: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_change_the_language() {
        assert_eq!(Language::of("ko-KR"), Some(Language::Korean));
        assert_eq!(Language::of("en"), Some(Language::English));
        assert_eq!(Language::of("fr"), None);
    }

    #[test]
    fn one_is_not_many() {
        let t = Language::English.text();
        assert_eq!((t.problem_count)(1), "1 problem");
        assert_eq!((t.item_count)(2, true), "2 items so far");
    }
}
