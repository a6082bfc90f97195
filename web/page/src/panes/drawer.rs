//! The drawer: what happened, in five views.

use super::events::Events;
use super::logs::Logs;
use super::problems::Problems;
use super::stream::Stream;
use super::trace::Trace;
use crate::context::use_app;
use crate::state::{Action, Drawer as Panel};
use crate::ui::{Glyph, IconButton, TabItem, Tabs};
use yew::prelude::*;

/// The drawer at the bottom.
#[component]
pub fn Drawer() -> Html {
    let app = use_app();
    let t = app.text;
    let tab = |key, label: &'static str, test, count| TabItem { key, label: label.into(), test, count };
    let items = vec![
        tab(Panel::Problems, t.problems, "drawer-problems", Some(app.project.problems.len())),
        tab(Panel::Events, t.stack_events, "drawer-events", None),
        tab(Panel::Logs, t.logs, "drawer-logs", None),
        tab(Panel::Requests, t.requests, "drawer-requests", None),
        tab(Panel::Stream, t.stream, "drawer-stream", None),
    ];
    let onselect = {
        let app = app.clone();
        Callback::from(move |panel| app.dispatch(Action::ShowDrawer(panel)))
    };
    let is_open = app.view.is_drawer_open;
    html! {
        <section id="drawer" class="region drawer" aria-label={t.region_activity} tabindex="-1">
            <div class="drawer-head">
                <Tabs<Panel> label={t.region_activity} {items} selected={app.view.drawer} {onselect} />
                <span class="drawer-toggle" data-open={is_open.to_string()}>
                    <IconButton
                        glyph={Glyph::Chevron}
                        label={if is_open { t.hide_drawer } else { t.show_drawer }}
                        test="drawer-toggle"
                        onclick={app.on(|| Action::ToggleDrawer)}
                    />
                </span>
            </div>
            if is_open {
                <div class="drawer-body" role="tabpanel" tabindex="0">
                    { match app.view.drawer {
                        Panel::Problems => html! { <Problems /> },
                        Panel::Events => html! { <Events /> },
                        Panel::Logs => html! { <Logs /> },
                        Panel::Requests => html! { <Trace /> },
                        Panel::Stream => html! { <Stream /> },
                    } }
                </div>
            }
        </section>
    }
}
