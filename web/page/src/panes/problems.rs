//! What is wrong in the files.

use crate::context::use_app;
use crate::model::Severity;
use crate::state::{Action, Jump};
use crate::ui::{Empty, Glyph, Icon};
use yew::prelude::*;

/// The list of problems; a click goes to the line.
#[component]
pub fn Problems() -> Html {
    let app = use_app();
    let t = app.text;
    if app.project.problems.is_empty() {
        return html! { <Empty glyph={Glyph::Check} title={t.no_problems} /> };
    }
    html! {
        <ul class="problems" data-test="problems">
            { for app.project.problems.iter().map(|problem| {
                let jump = Jump { path: problem.path.clone(), line: problem.line };
                let (glyph, name) = match problem.severity {
                    Severity::Error => (Glyph::Cross, t.error),
                    Severity::Warning => (Glyph::Warning, t.warning),
                };
                html! {
                    <li>
                        <button
                            type="button"
                            class={classes!("problem", format!("problem-{}", problem.severity.name()))}
                            data-test="problem"
                            onclick={app.on(move || Action::JumpTo(jump.clone()))}
                        >
                            <Icon {glyph} />
                            <span class="sr-only">{ name }</span>
                            <span class="problem-text">{ &problem.message }</span>
                            <span class="problem-place">{ format!("{}:{}", problem.path, problem.line) }</span>
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}
