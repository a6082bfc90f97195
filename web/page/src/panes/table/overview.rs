//! What a table is: keys, indexes, capacity, time to live, stream.

use super::ttl::TimeToLive;
use crate::aws::dynamodb::{Billing, Index, Key, Table};
use crate::context::{App, use_app};
use crate::format::size;
use crate::state::{Action, Drawer, Jump};
use crate::ui::{Copy, Glyph, Icon, Status, tone_of};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

/// The overview.
#[component]
pub fn Overview(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let table = &props.table;
    html! {
        <div class="tool">
            <dl class="facts facts-flush" data-test="table-facts">
                <dt>{ t.status }</dt>
                <dd class="fact-line">
                    <Status text={table.status.clone()} tone={tone_of(&table.status)} test="table-status" />
                    { template_link(&app, table) }
                </dd>
                { key_facts(&app, &table.keys) }
                <dt>{ t.capacity }</dt>
                <dd data-test="table-billing">{ billing(&app, &table.billing) }</dd>
                <dt>{ t.items }</dt>
                <dd data-test="table-count">{ (t.count_and_size)(table.item_count, &size_of(table.bytes)) }</dd>
                <dt>{ t.stream }</dt>
                <dd class="fact-line">{ stream(&app, table) }</dd>
                if table.is_protected {
                    <dt>{ t.deletion_protection }</dt>
                    <dd>{ t.switched_on }</dd>
                }
                <dt>{ "ARN" }</dt>
                <dd class="fact-copy"><code>{ &table.arn }</code><Copy text={table.arn.clone()} test="copy-table-arn" /></dd>
            </dl>
            <TimeToLive table={table.clone()} />
            <section class="section" aria-label={t.indexes}>
                <h3 class="section-title">{ t.indexes }</h3>
                if table.indexes.is_empty() {
                    <p class="hint">{ t.no_indexes }</p>
                }
                { for table.indexes.iter().map(|index| index_card(&app, table, index)) }
            </section>
        </div>
    }
}

/// The way to the line that made the table.
fn template_link(app: &App, table: &Table) -> Html {
    let resource = app.deployment.resources.iter().find(|resource| resource.physical_id == table.name);
    let node = resource.and_then(|made| app.project.outline.nodes.iter().find(|node| node.id == made.logical_id));
    let Some((line, path)) = node.map(|node| node.line).zip(app.project.template().map(|file| file.path.clone()))
    else {
        return html! { <span class="soft">{ app.text.outside_template }</span> };
    };
    let onclick = app.on(move || Action::JumpTo(Jump { path: path.clone(), line }));
    html! {
        <button type="button" class="link" data-test="table-in-template" {onclick}>{ (app.text.in_template)(line) }</button>
    }
}

fn key_facts(app: &App, keys: &[Key]) -> Html {
    let t = app.text;
    html! {
        { for keys.iter().map(|key| html! {
            <>
                <dt>{ if key.is_partition { t.partition_key } else { t.sort_key } }</dt>
                <dd><code>{ &key.name }</code>{ " " }<span class="soft">{ key_kind(app, key) }</span></dd>
            </>
        }) }
    }
}

fn key_kind(app: &App, key: &Key) -> &'static str {
    (app.text.type_name)(crate::attribute::Kind::of(&key.kind).unwrap_or_default())
}

fn billing(app: &App, billing: &Billing) -> String {
    if billing.is_on_demand {
        app.text.on_demand.to_owned()
    } else {
        (app.text.provisioned)(billing.read_units, billing.write_units)
    }
}

fn stream(app: &App, table: &Table) -> Html {
    let t = app.text;
    if table.stream_view.is_empty() {
        return html! { <span class="soft">{ t.switched_off }</span> };
    }
    html! {
        <>
            <code>{ &table.stream_view }</code>
            <button type="button" class="button button-small" data-test="watch-stream" onclick={app.on(|| Action::ShowDrawer(Drawer::Stream))}>
                <Icon glyph={Glyph::Stream} />{ t.watch_stream }
            </button>
        </>
    }
}

fn index_card(app: &App, table: &Table, index: &Index) -> Html {
    let t = app.text;
    let keys: Vec<&str> = index.keys.iter().map(|key| key.name.as_str()).collect();
    let status = if index.is_backfilling { t.backfilling } else { index.status.as_str() };
    html! {
        <div class="card card-tight" key={index.name.clone()} data-test={format!("index-{}", index.name)}>
            <div class="card-head">
                <h4>{ &index.name }</h4>
                <span class="chip">{ if index.is_local { t.local_index } else { t.global_index } }</span>
                if !status.is_empty() {
                    <Status text={status.to_owned()} tone={tone_of(&index.status)} />
                }
            </div>
            <p class="index-line"><code>{ keys.join(", ") }</code></p>
            <p class="index-line soft">
                { (t.projects)(&index.projection) }{ " · " }
                { (t.count_and_size)(index.item_count, &size_of(index.bytes)) }
                if !index.is_local && !table.billing.is_on_demand {
                    { " · " }{ (t.provisioned)(index.read_units, index.write_units) }
                }
            </p>
        </div>
    }
}

fn size_of(bytes: u64) -> String {
    // More bytes than an address space has do not come into a tab.
    size(usize::try_from(bytes).unwrap_or(usize::MAX))
}
