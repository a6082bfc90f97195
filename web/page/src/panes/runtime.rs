//! The runtime image that is being fetched: a function waits for it, once.

use crate::context::use_app;
use crate::format::size;
use protocol::RuntimeStage;
use yew::prelude::*;

/// How much of the image is here.
#[component]
pub fn RuntimeProgress() -> Html {
    let app = use_app();
    let t = app.text;
    let Some((name, stage)) = &app.runtime else { return html! {} };
    let (text, loaded, total) = match *stage {
        RuntimeStage::Loading { loaded, total } => {
            let whole = total.map(|total| size(total as usize));
            ((t.loading_runtime)(name, &size(loaded as usize), whole.as_deref()), loaded, total)
        }
        RuntimeStage::Preparing | RuntimeStage::Settled => ((t.starting_runtime)(name), 0, None),
    };
    // A bar without a value is one whose end nobody knows.
    let value = total.map(|_| loaded.to_string());
    html! {
        <div class="runtime-progress" data-test="runtime-progress">
            <span>{ text.clone() }</span>
            <progress aria-label={text} max={total.map(|total| total.to_string())} {value} />
        </div>
    }
}
