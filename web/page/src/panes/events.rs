//! What `CloudFormation` does and did.

use crate::context::use_app;
use crate::format::time_of_iso;
use crate::model::short_kind;
use crate::state::Deploying;
use crate::ui::{Empty, Glyph, Icon, Status, tone_of};
use yew::prelude::*;

/// The events of the stack, newest first.
#[component]
pub fn Events() -> Html {
    let app = use_app();
    let t = app.text;
    let refused = match &app.deployment.deploying {
        Deploying::Refused(reason) => Some(reason),
        Deploying::No | Deploying::Running => None,
    };
    if app.deployment.events.is_empty() && refused.is_none() {
        return html! { <Empty glyph={Glyph::Rocket} title={t.no_events} text={t.no_events_hint} /> };
    }
    html! {
        <>
            if let Some(reason) = refused {
                <div class="failed" role="alert" data-test="deploy-refused"><Icon glyph={Glyph::Warning} /><p>{ reason }</p></div>
            }
            <table class="grid grid-flush" data-test="events">
                <thead><tr>
                    <th scope="col">{ t.time }</th>
                    <th scope="col">{ t.status }</th>
                    <th scope="col">{ t.logical_id }</th>
                    <th scope="col" data-column="type">{ t.resource_type }</th>
                    <th scope="col">{ t.reason }</th>
                </tr></thead>
                <tbody>
                    { for app.deployment.events.iter().map(|event| html! {
                        <tr key={event.id.clone()} data-test="event">
                            <td class="number">{ time_of_iso(&event.time) }</td>
                            <td><Status text={event.status.clone()} tone={settled_tone(&event.status)} /></td>
                            <td>{ &event.logical_id }</td>
                            <td class="soft" data-column="type">{ short_kind(&event.kind) }</td>
                            <td class="wrap">{ &event.reason }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </>
    }
}

/// An event is past: what was in progress then must not seem to move now.
fn settled_tone(status: &str) -> crate::ui::Tone {
    match tone_of(status) {
        crate::ui::Tone::Busy => crate::ui::Tone::Calm,
        tone => tone,
    }
}
