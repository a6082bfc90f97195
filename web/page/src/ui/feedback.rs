//! How the page says how things are: chips, empty panes, failures.

use super::icon::{Glyph, Icon};
use crate::client::Failure;
use crate::context::use_app;
use yew::prelude::*;

/// How good or bad a status is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Busy,
    Calm,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "chip chip-good",
            Self::Bad => "chip chip-bad",
            Self::Busy => "chip chip-busy",
            Self::Calm => "chip",
        }
    }

    /// Colour alone must not tell it.
    fn glyph(self) -> Option<Glyph> {
        match self {
            Self::Good => Some(Glyph::Check),
            Self::Bad => Some(Glyph::Cross),
            Self::Busy => Some(Glyph::Spinner),
            Self::Calm => None,
        }
    }
}

/// The tone of a status that AWS shouts, such as `UPDATE_ROLLBACK_COMPLETE`.
pub fn tone_of(status: &str) -> Tone {
    if status.ends_with("_FAILED") || status.contains("ROLLBACK") {
        Tone::Bad
    } else if status.ends_with("_IN_PROGRESS") || matches!(status, "CREATING" | "UPDATING" | "DELETING") {
        Tone::Busy
    } else if status.ends_with("_COMPLETE") || matches!(status, "CONFIRMED" | "ACTIVE" | "ENABLED") {
        Tone::Good
    } else {
        Tone::Calm
    }
}

#[derive(PartialEq, Properties)]
pub struct StatusProps {
    pub text: AttrValue,
    pub tone: Tone,
    #[prop_or_default]
    pub test: Option<AttrValue>,
}

/// A chip with a status.
#[component]
pub fn Status(props: &StatusProps) -> Html {
    html! {
        <span class={props.tone.class()} data-test={props.test.clone()}>
            { props.tone.glyph().map(|glyph| html! { <Icon {glyph} /> }) }
            { &props.text }
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub struct EmptyProps {
    pub glyph: Glyph,
    pub title: AttrValue,
    #[prop_or_default]
    pub text: AttrValue,
    #[prop_or_default]
    pub children: Html,
}

/// What a pane shows when it has nothing to show.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="empty">
            <span class="empty-icon"><Icon glyph={props.glyph} /></span>
            <p class="empty-title">{ &props.title }</p>
            if !props.text.is_empty() {
                <p class="empty-text">{ &props.text }</p>
            }
            { props.children.clone() }
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct FailedProps {
    pub failure: Failure,
}

/// An error, in AWS's own words when they are AWS's.
#[component]
pub fn Failed(props: &FailedProps) -> Html {
    let app = use_app();
    let (code, message) = match &props.failure {
        Failure::Aws { code, message, .. } => (code.clone(), message.clone()),
        Failure::OutcomeUnknown => (String::new(), app.text.outcome_unknown.to_owned()),
        Failure::Engine(message) => (String::new(), message.clone()),
    };
    html! {
        <div class="failed" role="alert" data-test="failure">
            <Icon glyph={Glyph::Warning} />
            <p>
                if !code.is_empty() {
                    <strong class="failed-code">{ code }</strong>
                }
                { message }
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_status_sets_its_tone() {
        for (status, tone) in [
            ("CREATE_COMPLETE", Tone::Good),
            ("UPDATE_ROLLBACK_COMPLETE", Tone::Bad),
            ("DELETE_IN_PROGRESS", Tone::Busy),
            ("CREATE_FAILED", Tone::Bad),
            ("UPDATING", Tone::Busy),
            ("ENABLED", Tone::Good),
            ("UNCONFIRMED", Tone::Calm),
        ] {
            assert_eq!(tone_of(status), tone, "{status}");
        }
    }
}
