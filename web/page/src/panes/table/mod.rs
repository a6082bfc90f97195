//! The tool of a table: its items, `PartiQL`, what the table is, what it consumes, and its replicas.

mod builder;
mod capacity;
mod form;
mod grid;
mod item;
mod items;
mod overview;
mod partiql;
mod replicas;
mod ttl;

use crate::aws::dynamodb;
use crate::context::use_app;
use crate::task::{Fetched, use_fetch};
use crate::ui::{Failed, TabItem, Tabs};
use capacity::Capacity;
use items::Items;
use overview::Overview;
use partiql::PartiQl;
use replicas::Replicas;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: AttrValue,
}

/// The views of a table.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Items,
    PartiQl,
    Overview,
    Capacity,
    Replicas,
}

/// A table.
#[component]
pub fn TableTool(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let part = use_state(|| Part::Items);
    let described = {
        let (client, name) = (app.client.clone(), props.name.to_string());
        use_fetch((app.revision, props.name.clone()), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { dynamodb::table(&client, &name).await }
        })
    };
    let table = match &described {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(table) => table.clone(),
    };
    let tab = |key, label: &'static str, test| TabItem { key, label: label.into(), test, count: None };
    let mut tabs = vec![
        tab(Part::Items, t.items, "table-items"),
        tab(Part::PartiQl, "PartiQL", "table-partiql"),
        tab(Part::Overview, t.overview, "table-overview"),
        tab(Part::Capacity, t.capacity, "table-capacity"),
    ];
    if !table.regions.is_empty() {
        tabs.push(tab(Part::Replicas, t.regions_of_table, "table-replicas"));
    }
    let onselect = {
        let part = part.clone();
        Callback::from(move |key| part.set(key))
    };
    // What is being written stays: the parts that hold drafts are hidden, not removed.
    html! {
        <>
            <Tabs<Part> label={t.table} items={tabs} selected={*part} {onselect} class="tool-tabs" />
            <div role="tabpanel" hidden={*part != Part::Items}><Items table={(*table).clone()} /></div>
            <div role="tabpanel" hidden={*part != Part::PartiQl}><PartiQl table={(*table).clone()} /></div>
            { match *part {
                Part::Items | Part::PartiQl => html! {},
                Part::Overview => html! { <div role="tabpanel"><Overview table={(*table).clone()} /></div> },
                Part::Capacity => html! { <div role="tabpanel"><Capacity table={(*table).clone()} /></div> },
                Part::Replicas => html! { <div role="tabpanel"><Replicas table={(*table).clone()} /></div> },
            } }
        </>
    }
}
