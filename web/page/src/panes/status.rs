//! The status bar: how the engine is, where this is, what is deployed.

use crate::aws::REGION;
use crate::context::use_app;
use crate::state::{Action, Dialog, Drawer, Engine};
use crate::ui::{Status, Tone, tone_of};
use yew::prelude::*;

/// The bar at the bottom of the page.
#[component]
pub fn StatusBar() -> Html {
    let app = use_app();
    let t = app.text;
    let (state, tone) = match &app.engine {
        Engine::Starting => (t.engine_starting.to_owned(), Tone::Busy),
        Engine::Ready => (t.engine_ready.to_owned(), Tone::Good),
        Engine::Restarted(_) => (t.engine_restarted.to_owned(), Tone::Good),
        Engine::Failed(message) => (message.clone(), Tone::Bad),
    };
    let problems = app.project.problems.len();
    html! {
        <footer class="status-bar" aria-label={t.status}>
            <Status text={state} {tone} test="engine-state" />
            <span>{ REGION }</span>
            <span data-test="workspace" title={t.workspace}>{ &app.workspace }</span>
            if let Some(stack) = &app.deployment.stack {
                <span class="status-stack">
                    { &stack.name }
                    <Status text={stack.status.clone()} tone={tone_of(&stack.status)} test="stack-status" />
                </span>
            }
            <span class="grow" />
            <button type="button" class="status-button" data-test="status-problems" onclick={app.on(|| Action::ShowDrawer(Drawer::Problems))}>
                { (t.problem_count)(problems) }
            </button>
            <button type="button" class="status-button" data-test="reset" onclick={app.on(|| Action::OpenDialog(Dialog::Reset))}>
                { t.reset }
            </button>
        </footer>
    }
}
