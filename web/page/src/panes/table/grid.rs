//! Items as rows, and what it took to read them.

use crate::attribute::summary;
use crate::aws::dynamodb::{self, Cost, Page, Table};
use crate::context::use_app;
use crate::format::units;
use crate::text::Text;
use crate::ui::{Glyph, Icon};
use serde_json::Value;
use std::rc::Rc;
use yew::prelude::*;

/// Columns beside the keys: more than these make nobody see more.
const COLUMN_LIMIT: usize = 12;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
    pub items: Rc<Vec<Value>>,
    /// Gets the key of the item that is to be opened.
    #[prop_or_default]
    pub onopen: Callback<Value>,
    #[prop_or(AttrValue::Static("items"))]
    pub test: AttrValue,
}

/// Items as rows.
#[component]
pub fn Grid(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let table = &props.table;
    let columns = columns(table, &props.items);
    let is_key = |name: &String| table.keys.iter().any(|key| key.name == *name);
    html! {
        <div class="grid-frame" tabindex="0" role="region" aria-label={t.items}>
            <table class="grid" data-test={props.test.clone()}>
                <thead><tr>
                    { for columns.iter().map(|name| html! {
                        <th scope="col">
                            { name }
                            if is_key(name) { <span class="key-mark" title={t.key}><Icon glyph={Glyph::Key} /></span> }
                        </th>
                    }) }
                </tr></thead>
                <tbody>{ for props.items.iter().enumerate().map(|(place, item)| row(props, t, &columns, place, item)) }</tbody>
            </table>
        </div>
    }
}

fn row(props: &Props, t: &Text, columns: &[String], place: usize, item: &Value) -> Html {
    let cell = |name: &String| item.get(name).map(summary).unwrap_or_default();
    let first = columns.first().map(cell).unwrap_or_default();
    let key = dynamodb::key_of(&props.table, item);
    let opens = dynamodb::has_key(&props.table, item);
    html! {
        <tr key={place} data-test="item">
            if opens {
                <td class="cell-action">
                    <button
                        type="button"
                        class="link"
                        aria-label={(t.edit_named)(&first)}
                        data-test={format!("item-{first}")}
                        onclick={props.onopen.reform(move |_| key.clone())}
                    >
                        { if first.is_empty() { "—".to_owned() } else { first } }
                    </button>
                </td>
            } else {
                <td>{ first }</td>
            }
            { for columns.iter().skip(1).map(|name| {
                let text = cell(name);
                html! { <td title={text.clone()}>{ text }</td> }
            }) }
        </tr>
    }
}

/// The keys first, then what the items hold, in the order in which it appears. A key that a projection left
/// out has no column.
fn columns(table: &Table, items: &[Value]) -> Vec<String> {
    let is_there = |name: &String| items.iter().any(|item| item.get(name).is_some());
    let mut columns: Vec<String> = table.keys.iter().map(|key| key.name.clone()).filter(is_there).collect();
    let limit = columns.len() + COLUMN_LIMIT;
    for name in items.iter().filter_map(|item| item.as_object()).flat_map(|item| item.keys()) {
        if columns.len() == limit {
            break;
        }
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

/// What each call read and took, as AWS would put it on the bill.
pub fn calls(t: &Text, operation: &str, pages: &[&Page]) -> Html {
    let total: f64 = pages.iter().map(|page| page.cost.units).sum();
    let line = |number: usize, page: &Page| {
        html! {
            <li data-test="call">
                <span class="number">{ number + 1 }</span>
                <span class="grow">{ (t.call_read)(operation, page.items.len(), page.scanned) }</span>
                <span class="number" data-test="call-cost">{ cost(&page.cost, "RCU") }</span>
            </li>
        }
    };
    html! {
        <section class="section" aria-label={t.consumed_capacity}>
            <h3 class="section-title">
                <span class="grow">{ t.consumed_capacity }</span>
                <span data-test="capacity-total">{ format!("{} RCU", units(total)) }</span>
            </h3>
            <ol class="calls" data-test="calls">
                { for pages.iter().enumerate().map(|(number, page)| line(number, page)) }
            </ol>
        </section>
    }
}

/// The capacity of a call, with the part of each index.
pub fn cost(cost: &Cost, unit: &str) -> String {
    let parts: Vec<String> =
        cost.indexes.iter().map(|(name, of_index)| format!("{name} {}", units(*of_index))).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
    format!("{} {unit}{parts}", units(cost.units))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::dynamodb::Key;
    use serde_json::json;

    #[test]
    fn keys_are_the_first_columns() {
        let keys = vec![Key { name: "pk".into(), kind: "S".into(), is_partition: true }];
        let table = Table { keys, ..Table::default() };
        let items = [json!({"title": {}, "pk": {}}), json!({"pk": {}, "done": {}})];
        assert_eq!(columns(&table, &items), ["pk", "title", "done"]);
        assert_eq!(columns(&table, &[json!({"title": {}})]), ["title"]);
    }

    #[test]
    fn a_cost_names_the_indexes_that_it_is_made_of() {
        let by_index = Cost { units: 2.5, indexes: vec![("ByTime".into(), 1.0)] };
        assert_eq!(cost(&by_index, "WCU"), "2.5 WCU (ByTime 1)");
        assert_eq!(cost(&Cost { units: 1.0, indexes: Vec::new() }, "RCU"), "1 RCU");
    }
}
