//! The left rail: what the project is made of.

use super::files::Files;
use super::gallery::Gallery;
use super::people::People;
use super::resources::Resources;
use crate::context::use_app;
use crate::state::{Action, Rail as Panel};
use crate::ui::{TabItem, Tabs};
use yew::prelude::*;

/// The left rail.
#[component]
pub fn Rail() -> Html {
    let app = use_app();
    let t = app.text;
    let tab = |key, label: &'static str, test| TabItem { key, label: label.into(), test, count: None };
    let items = vec![
        tab(Panel::Files, t.files, "rail-files"),
        tab(Panel::Resources, t.resources, "rail-resources"),
        tab(Panel::Users, t.users, "rail-users"),
        tab(Panel::Examples, t.examples, "rail-examples"),
    ];
    let onselect = {
        let app = app.clone();
        Callback::from(move |panel| app.dispatch(Action::ShowRail(panel)))
    };
    html! {
        <nav id="rail" class="region rail" aria-label={t.region_browse} tabindex="-1">
            <Tabs<Panel> label={t.region_browse} {items} selected={app.view.rail} {onselect} class="tabs-even" />
            <div class="panel" role="tabpanel">
                { match app.view.rail {
                    Panel::Files => html! { <Files /> },
                    Panel::Resources => html! { <Resources /> },
                    Panel::Users => html! { <People /> },
                    Panel::Examples => html! { <Gallery /> },
                } }
            </div>
        </nav>
    }
}
