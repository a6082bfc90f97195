//! A resource that has no tool of its own: what `CloudFormation` knows of it.

use crate::context::use_app;
use crate::ui::{Copy, Status, tone_of};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The logical ID.
    pub id: AttrValue,
}

/// Status, type and physical ID.
#[component]
pub fn Details(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let Some(resource) = app.deployment.resources.iter().find(|resource| resource.logical_id == *props.id) else {
        return html! {};
    };
    html! {
        <dl class="facts" data-test="details">
            <dt>{ t.status }</dt>
            <dd><Status text={resource.status.clone()} tone={tone_of(&resource.status)} /></dd>
            <dt>{ t.resource_type }</dt>
            <dd><code>{ &resource.kind }</code></dd>
            <dt>{ t.physical_id }</dt>
            <dd class="fact-copy">
                <code>{ &resource.physical_id }</code>
                <Copy text={resource.physical_id.clone()} test="copy-physical-id" />
            </dd>
        </dl>
    }
}
