//! A table and its items.

use super::item::ItemEditor;
use crate::attribute::summary;
use crate::aws::dynamodb::{self, Page, Table};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::state::{Action, Drawer};
use crate::task::{Fetched, use_fetch};
use crate::ui::{Empty, Failed, Glyph, Icon, IconButton, Status, tone_of};
use serde_json::Value;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

/// Items of one scan.
const PAGE_SIZE: u32 = 50;
/// Columns beside the keys: more than these make nobody see more.
const COLUMN_LIMIT: usize = 12;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: AttrValue,
}

/// What is being edited.
#[derive(Clone, PartialEq)]
pub enum Editing {
    Nothing,
    New,
    Item(Rc<Value>),
}

async fn first_page(client: Client, name: String) -> Result<(Table, Page), Failure> {
    let table = dynamodb::table(&client, &name).await?;
    let page = dynamodb::scan(&client, &name, PAGE_SIZE, None).await?;
    Ok((table, page))
}

/// The items of a table, page by page.
#[component]
pub fn TableTool(props: &Props) -> Html {
    let app = use_app();
    let more = use_state(Vec::<Page>::new);
    let editing = use_state(|| Editing::Nothing);
    let first = {
        let (client, name) = (app.client.clone(), props.name.to_string());
        use_fetch((app.revision, props.name.clone()), move || first_page(client.clone(), name.clone()))
    };
    {
        let more = more.setter();
        use_effect_with(app.revision, move |_| more.set(Vec::new()));
    }
    let (table, page) = match &first {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(first) => (&first.0, &first.1),
    };
    let pages: Vec<&Page> = std::iter::once(page).chain(more.iter()).collect();
    let items: Vec<&Value> = pages.iter().flat_map(|page| &page.items).collect();
    let next = pages.last().and_then(|page| page.next.clone());
    let edit = {
        let editing = editing.clone();
        Callback::from(move |what| editing.set(what))
    };
    html! {
        <div class="tool">
            { toolbar(&app, table, items.len(), next.is_some(), &edit) }
            if *editing != Editing::Nothing {
                <ItemEditor table={table.clone()} editing={(*editing).clone()} onclose={edit.reform(|()| Editing::Nothing)} />
            }
            if items.is_empty() {
                <Empty glyph={Glyph::Table} title={app.text.no_items} text={app.text.no_items_hint} />
            } else {
                { grid(&app, table, &items, &edit) }
            }
            if let Some(next) = next {
                { load_more(&app, table, next, &more) }
            }
        </div>
    }
}

fn toolbar(app: &App, table: &Table, count: usize, has_more: bool, edit: &Callback<Editing>) -> Html {
    let t = app.text;
    html! {
        <div class="toolbar">
            <Status text={table.status.clone()} tone={tone_of(&table.status)} />
            <span class="toolbar-text" data-test="item-count">{ (t.item_count)(count, has_more) }</span>
            if !table.stream.is_empty() {
                <IconButton
                    glyph={Glyph::Stream}
                    label={t.watch_stream}
                    test="watch-stream"
                    onclick={app.on(|| Action::ShowDrawer(Drawer::Stream))}
                />
            }
            <IconButton glyph={Glyph::Refresh} label={t.refresh} test="refresh-items" onclick={app.on(|| Action::Changed)} />
            <button type="button" class="button button-small" data-test="new-item" onclick={edit.reform(|_| Editing::New)}>
                <Icon glyph={Glyph::Plus} />{ t.new_item }
            </button>
        </div>
    }
}

/// The keys first, then what the items hold, in the order in which it appears.
fn columns(table: &Table, items: &[&Value]) -> Vec<String> {
    let mut columns: Vec<String> = table.keys.iter().map(|(name, _)| name.clone()).collect();
    let keys = columns.len();
    for name in items.iter().filter_map(|item| item.as_object()).flat_map(|item| item.keys()) {
        if columns.len() == keys + COLUMN_LIMIT {
            break;
        }
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

fn grid(app: &App, table: &Table, items: &[&Value], edit: &Callback<Editing>) -> Html {
    let t = app.text;
    let columns = columns(table, items);
    let cell = |item: &Value, name: &String| item.get(name).map(summary).unwrap_or_default();
    let row = |item: &&Value| {
        let whole = Rc::new((*item).clone());
        let key = dynamodb::key_of(table, item).to_string();
        let first = columns.first().map(|name| cell(item, name)).unwrap_or_default();
        html! {
            <tr key={key} data-test="item">
                <td class="cell-action">
                    <button
                        type="button"
                        class="link"
                        aria-label={(t.edit_named)(&first)}
                        data-test={format!("item-{first}")}
                        onclick={edit.reform(move |_| Editing::Item(Rc::clone(&whole)))}
                    >
                        { &first }
                    </button>
                </td>
                { for columns.iter().skip(1).map(|name| html! { <td>{ cell(item, name) }</td> }) }
            </tr>
        }
    };
    let is_key = |name: &String| table.keys.iter().any(|(key, _)| key == name);
    html! {
        <div class="grid-frame" tabindex="0" role="region" aria-label={t.items}>
            <table class="grid" data-test="items">
                <thead><tr>
                    { for columns.iter().map(|name| html! {
                        <th scope="col">
                            { name }
                            if is_key(name) { <span class="key-mark" title={t.key}><Icon glyph={Glyph::Key} /></span> }
                        </th>
                    }) }
                </tr></thead>
                <tbody>{ for items.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

fn load_more(app: &App, table: &Table, next: Value, more: &UseStateHandle<Vec<Page>>) -> Html {
    let onclick = {
        let (app, name, more) = (app.clone(), table.name.clone(), more.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, name, more, next) = (app.clone(), name.clone(), more.clone(), next.clone());
            spawn_local(async move {
                match dynamodb::scan(&app.client, &name, PAGE_SIZE, Some(next)).await {
                    Ok(page) => {
                        let mut pages = (*more).clone();
                        pages.push(page);
                        more.set(pages);
                    }
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
            });
        })
    };
    html! {
        <button type="button" class="button button-wide" data-test="more-items" {onclick}>{ app.text.more_items }</button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_the_first_columns() {
        let table = Table { keys: vec![("pk".into(), "S".into())], ..Table::default() };
        let items = [json!({"title": {}, "pk": {}}), json!({"pk": {}, "done": {}})];
        let items: Vec<&Value> = items.iter().collect();
        assert_eq!(columns(&table, &items), ["pk", "title", "done"]);
    }
}
