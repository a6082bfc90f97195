//! The form of a search, and the request that it makes.

use crate::attribute::Kind;
use crate::aws::dynamodb::{Key, Table};
use crate::context::{App, use_app};
use crate::format::pretty_value;
use crate::search::{Comparison, Condition, DEFAULT_LIMIT, Search};
use crate::ui::{Copy, Glyph, Icon, IconButton, Json, input_value};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The types that a filter compares with.
const FILTER_KINDS: [Kind; 5] = [Kind::S, Kind::N, Kind::Bool, Kind::Null, Kind::B];

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
    pub search: Search,
    pub onchange: Callback<Search>,
    pub onrun: Callback<()>,
}

impl Props {
    /// A callback that changes one thing of the search by what was typed.
    fn set<E: AsRef<Event> + 'static>(&self, set: impl Fn(&mut Search, String) + 'static) -> Callback<E> {
        let (search, onchange) = (self.search.clone(), self.onchange.clone());
        Callback::from(move |event: E| {
            let mut search = search.clone();
            set(&mut search, input_value(&event));
            onchange.emit(search);
        })
    }

    /// A callback that changes one thing of the search by a click.
    fn click(&self, set: impl Fn(&mut Search) + 'static) -> Callback<MouseEvent> {
        let (search, onchange) = (self.search.clone(), self.onchange.clone());
        Callback::from(move |_| {
            let mut search = search.clone();
            set(&mut search);
            onchange.emit(search);
        })
    }
}

/// The query and scan builder.
#[component]
pub fn Builder(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let search = &props.search;
    let onsubmit = props.onrun.reform(|event: SubmitEvent| event.prevent_default());
    let onkeydown = {
        let onrun = props.onrun.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                // Here the key runs the search; elsewhere it sends the request.
                event.prevent_default();
                event.stop_propagation();
                onrun.emit(());
            }
        })
    };
    html! {
        <form class="card search" aria-label={t.search} {onsubmit} {onkeydown}>
            { what(&app, props) }
            if search.is_query {
                { keys(&app, props) }
            }
            { for search.filters.iter().enumerate().map(|(place, filter)| filter_row(&app, props, place, filter)) }
            <details class="fold">
                <summary data-test="search-options">{ t.search_options }</summary>
                { options(&app, props) }
            </details>
            { request(&app, props) }
            <div class="actions">
                <button
                    type="button"
                    class="button button-small"
                    data-test="add-filter"
                    onclick={props.click(|search| search.filters.push(Condition::default()))}
                >
                    <Icon glyph={Glyph::Plus} />{ t.filter }
                </button>
                if search.filters.len() > 1 {
                    <select
                        class="narrow"
                        aria-label={t.filters_join}
                        data-test="filters-join"
                        onchange={props.set::<Event>(|search, value| search.any_filter = value == "OR")}
                    >
                        { for ["AND", "OR"].map(|word| html! { <option value={word} selected={(word == "OR") == search.any_filter}>{ word }</option> }) }
                    </select>
                }
                <span class="grow" />
                <button type="submit" class="button button-primary" data-test="run-search" title={t.run_hint}>
                    <Icon glyph={Glyph::Play} />{ t.run }
                </button>
            </div>
        </form>
    }
}

/// Query or Scan, and of what.
fn what(app: &App, props: &Props) -> Html {
    let t = app.text;
    let search = &props.search;
    let choice = |label: &'static str, is_query: bool, test: &'static str| {
        html! {
            <button
                type="button"
                class="segment"
                aria-pressed={(search.is_query == is_query).to_string()}
                data-test={test}
                onclick={props.click(move |search| search.is_query = is_query)}
            >
                { label }
            </button>
        }
    };
    let table = props.table.clone();
    let onchange = props.set::<Event>(move |search, index| *search = search.in_index(&table, &index));
    html! {
        <div class="search-what">
            <div class="segments" role="group" aria-label={t.operation}>
                { choice("Scan", false, "search-scan") }
                { choice("Query", true, "search-query") }
            </div>
            <select aria-label={t.index} data-test="search-index" {onchange}>
                <option value="" selected={search.index.is_empty()}>{ (t.of_table)(&props.table.name) }</option>
                { for props.table.indexes.iter().map(|index| html! {
                    <option value={index.name.clone()} selected={index.name == search.index}>{ (t.of_index)(&index.name) }</option>
                }) }
            </select>
        </div>
    }
}

/// A row for each attribute of the key: the partition key is compared by `=`, the sort key as one likes.
fn keys(app: &App, props: &Props) -> Html {
    let keys = props.table.keys_of(&props.search.index).iter().zip(&props.search.keys).enumerate();
    html! {
        { for keys.map(|(place, (key, condition))| key_row(app, props, place, key, condition)) }
    }
}

fn key_row(app: &App, props: &Props, place: usize, key: &Key, condition: &Condition) -> Html {
    let t = app.text;
    let role = if key.is_partition { t.partition_key } else { t.sort_key };
    let test = if key.is_partition { "partition" } else { "sort" };
    let set = props.set::<Event>(move |search, sign| {
        if let Some(condition) = search.keys.get_mut(place) {
            condition.comparison = Comparison::of(&sign).unwrap_or_default();
        }
    });
    html! {
        <div class="search-row" key={format!("key-{place}")}>
            <span class="search-name" title={role}>
                <code>{ &key.name }</code>
                <small>{ role }{ " · " }{ &key.kind }</small>
            </span>
            if key.is_partition {
                <span class="search-sign">{ "=" }</span>
            } else {
                { comparisons(app, &Comparison::OF_KEYS, condition.comparison, &format!("{test}-comparison"), set) }
            }
            { for (0..condition.comparison.operands()).map(|operand| {
                let number = if operand == 0 { String::new() } else { format!("-{}", operand + 1) };
                let oninput = props.set::<InputEvent>(move |search, value| {
                    if let Some(condition) = search.keys.get_mut(place) {
                        condition.values[operand] = value;
                    }
                });
                value_input(t.value, &(t.value_of)(&key.name), &condition.values[operand], &format!("{test}-value{number}"), oninput)
            }) }
        </div>
    }
}

fn comparisons(app: &App, all: &[Comparison], chosen: Comparison, test: &str, onchange: Callback<Event>) -> Html {
    html! {
        <select class="search-sign" aria-label={app.text.comparison} data-test={test.to_owned()} {onchange}>
            { for all.iter().map(|comparison| html! {
                <option value={comparison.sign()} selected={*comparison == chosen}>{ comparison.sign() }</option>
            }) }
        </select>
    }
}

fn value_input(placeholder: &'static str, label: &str, value: &str, test: &str, oninput: Callback<InputEvent>) -> Html {
    html! {
        <input
            class="search-value mono"
            aria-label={label.to_owned()}
            placeholder={placeholder}
            spellcheck="false"
            autocapitalize="off"
            data-test={test.to_owned()}
            value={value.to_owned()}
            {oninput}
        />
    }
}

fn filter_row(app: &App, props: &Props, place: usize, filter: &Condition) -> Html {
    let t = app.text;
    let change = move |set: fn(&mut Condition, String)| {
        move |search: &mut Search, value: String| {
            if let Some(filter) = search.filters.get_mut(place) {
                set(filter, value);
            }
        }
    };
    let compare =
        props.set::<Event>(change(|filter, sign| filter.comparison = Comparison::of(&sign).unwrap_or_default()));
    let path = props.set::<InputEvent>(change(|filter, path| filter.path = path));
    let kind = props.set::<Event>(change(|filter, kind| {
        filter.kind = Kind::of(&kind).unwrap_or_default();
        // A truth value has no third state that could stand in the field.
        if filter.kind == Kind::Bool {
            "true".clone_into(&mut filter.values[0]);
        }
    }));
    let operands = if filter.kind == Kind::Null { 0 } else { filter.comparison.operands() };
    let operand = |operand: usize| {
        let label = (t.value_of)(&filter.path);
        let set = move |search: &mut Search, value: String| {
            if let Some(filter) = search.filters.get_mut(place) {
                filter.values[operand] = value;
            }
        };
        if filter.kind == Kind::Bool {
            let chosen = filter.values[operand] == "true";
            return html! {
                <select class="search-value" aria-label={label} data-test={format!("filter-value-{place}")} onchange={props.set::<Event>(set)}>
                    <option value="true" selected={chosen}>{ "true" }</option>
                    <option value="false" selected={!chosen}>{ "false" }</option>
                </select>
            };
        }
        let number = if operand == 0 { String::new() } else { format!("-{}", operand + 1) };
        value_input(
            t.value,
            &label,
            &filter.values[operand],
            &format!("filter-value-{place}{number}"),
            props.set::<InputEvent>(set),
        )
    };
    html! {
        <div class="search-row search-filter" key={format!("filter-{place}")}>
            <input
                class="search-name mono"
                aria-label={t.filter_path}
                placeholder={t.filter_path}
                spellcheck="false"
                autocapitalize="off"
                data-test={format!("filter-path-{place}")}
                value={filter.path.clone()}
                oninput={path}
            />
            { comparisons(app, &Comparison::OF_FILTERS, filter.comparison, &format!("filter-comparison-{place}"), compare) }
            <IconButton
                glyph={Glyph::Close}
                label={t.remove_filter}
                test={format!("remove-filter-{place}")}
                onclick={props.click(move |search| { search.filters.remove(place); })}
            />
            if filter.comparison.operands() > 0 {
                <div class="search-operands">
                    <select class="search-kind" aria-label={t.value_type} data-test={format!("filter-kind-{place}")} onchange={kind}>
                        { for FILTER_KINDS.iter().map(|kind| html! {
                            <option value={kind.name()} selected={*kind == filter.kind}>{ (t.type_name)(*kind) }</option>
                        }) }
                    </select>
                    { for (0..operands).map(operand) }
                </div>
            }
        </div>
    }
}

fn options(app: &App, props: &Props) -> Html {
    let t = app.text;
    let search = &props.search;
    let check = |label: &'static str, is_on: bool, test: &'static str, set: fn(&mut Search, bool)| {
        let (search, onchange) = (search.clone(), props.onchange.clone());
        let onchange = Callback::from(move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let mut search = search.clone();
            set(&mut search, target.is_some_and(|input| input.checked()));
            onchange.emit(search);
        });
        html! {
            <label class="check">
                <input type="checkbox" checked={is_on} data-test={test} {onchange} />
                { label }
            </label>
        }
    };
    html! {
        <div class="search-options">
            <label class="field field-row">
                <span class="field-label">{ t.projection }</span>
                <input class="mono" placeholder={t.projection_hint} spellcheck="false" autocapitalize="off" data-test="search-projection" value={search.projection.clone()} oninput={props.set::<InputEvent>(|search, value| search.projection = value)} />
            </label>
            <label class="field field-row">
                <span class="field-label">{ t.limit }</span>
                <input type="number" min="1" placeholder={DEFAULT_LIMIT.to_string()} data-test="search-limit" value={search.limit.clone()} oninput={props.set::<InputEvent>(|search, value| search.limit = value)} />
            </label>
            if search.is_query {
                { check(t.descending, search.is_descending, "search-descending", |search, is_on| search.is_descending = is_on) }
            }
            { check(t.consistent, search.is_consistent, "search-consistent", |search, is_on| search.is_consistent = is_on) }
        </div>
    }
}

/// The request as it will be sent, with the expressions at a glance.
fn request(app: &App, props: &Props) -> Html {
    let read = props.search.read(&props.table, None);
    let text = pretty_value(&read.body);
    let expression = ["KeyConditionExpression", "FilterExpression"];
    let expression: Vec<&str> = expression.iter().filter_map(|name| read.body.get(*name)?.as_str()).collect();
    html! {
        <details class="fold">
            <summary data-test="search-request">
                { (app.text.request_of)(read.operation) }
                <code class="search-expression" data-test="search-expression">{ expression.join(" · ") }</code>
            </summary>
            <div class="json-frame">
                <Json text={text.clone()} test="search-body" label={app.text.request} />
                <Copy {text} test="copy-search" />
            </div>
        </details>
    }
}
