//! `PartiQL`: a statement, what it answers, and what that took.

use super::grid::{Grid, calls, cost};
use crate::aws::dynamodb::{self, Page, Table};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::state::Action;
use crate::ui::{Failed, Glyph, Icon, Status, Tone, input_value};
use serde_json::Value;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

/// What came of a statement.
#[derive(Clone, Default, PartialEq)]
struct Answer {
    statement: String,
    pages: Vec<Page>,
    failure: Option<Failure>,
    is_running: bool,
}

/// A box for statements.
#[component]
pub fn PartiQl(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let statement = use_state(|| select(&props.table));
    let answer = use_state(Answer::default);
    let run = {
        let (app, statement, answer) = (app.clone(), statement.clone(), answer.clone());
        Callback::from(move |()| {
            let asked = Answer { statement: (*statement).clone(), is_running: true, ..Answer::default() };
            answer.set(asked.clone());
            spawn_local(execute(app.clone(), asked, answer.setter()));
        })
    };
    let onsubmit = {
        let run = run.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit(());
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            // Here the key runs the statement; elsewhere it sends the request.
            event.prevent_default();
            event.stop_propagation();
            run.emit(());
        }
    });
    let oninput = {
        let statement = statement.clone();
        Callback::from(move |event: InputEvent| statement.set(input_value(&event)))
    };
    html! {
        <div class="tool">
            <form class="card" aria-label="PartiQL" {onsubmit} {onkeydown}>
                { samples(&app, &props.table, &statement) }
                <textarea
                    class="code-area"
                    rows="5"
                    spellcheck="false"
                    aria-label={t.statement}
                    data-test="partiql-statement"
                    value={(*statement).clone()}
                    {oninput}
                />
                <div class="actions">
                    <button type="submit" class="button button-primary" data-test="partiql-run" disabled={answer.is_running} title={t.run_hint}>
                        <Icon glyph={if answer.is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.run }
                    </button>
                </div>
            </form>
            <section class="response" role="status" aria-label={t.result}>
                { result(&app, props, &answer) }
            </section>
        </div>
    }
}

/// Runs the statement, or gets its next page.
async fn execute(app: App, mut answer: Answer, setter: UseStateSetter<Answer>) {
    let next = answer.pages.last().and_then(|page| page.next.clone());
    let outcome = dynamodb::execute(&app.client, &answer.statement, next).await;
    answer.is_running = false;
    match outcome {
        Ok(page) => {
            answer.pages.push(page);
            if !is_select(&answer.statement) {
                app.dispatch(Action::Changed);
            }
        }
        Err(failure) => answer.failure = Some(failure),
    }
    setter.set(answer);
}

fn is_select(statement: &str) -> bool {
    statement.trim_start().get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("select"))
}

fn result(app: &App, props: &Props, answer: &UseStateHandle<Answer>) -> Html {
    let t = app.text;
    let pages: Vec<&Page> = answer.pages.iter().collect();
    let items: Vec<Value> = pages.iter().flat_map(|page| page.items.iter().cloned()).collect();
    let has_more = pages.last().is_some_and(|page| page.next.is_some());
    let more = {
        let (app, answer) = (app.clone(), answer.clone());
        Callback::from(move |_: MouseEvent| {
            let asked = Answer { failure: None, ..(*answer).clone() };
            spawn_local(execute(app.clone(), asked, answer.setter()));
        })
    };
    html! {
        <>
            if let Some(failure) = &answer.failure {
                <Failed failure={failure.clone()} />
            }
            if !pages.is_empty() && !is_select(&answer.statement) {
                <div class="response-head">
                    <Status text={t.succeeded} tone={Tone::Good} test="partiql-status" />
                    <span class="number" data-test="partiql-cost">{ pages.iter().map(|page| cost(&page.cost, "WCU")).collect::<String>() }</span>
                </div>
            } else if !pages.is_empty() {
                <span class="toolbar-text" data-test="partiql-count">{ (t.item_count)(items.len(), has_more) }</span>
            }
            if !items.is_empty() {
                <Grid table={Table { name: props.table.name.clone(), ..Table::default() }} items={Rc::new(items)} test="partiql-items" />
            }
            if has_more {
                <button type="button" class="button button-wide" data-test="partiql-more" onclick={more}>{ t.more_items }</button>
            }
            if !pages.is_empty() && is_select(&answer.statement) {
                { calls(t, "ExecuteStatement", &pages) }
            }
        </>
    }
}

/// Statements to begin with.
fn samples(app: &App, table: &Table, statement: &UseStateHandle<String>) -> Html {
    let all =
        [("SELECT", select(table)), ("INSERT", insert(table)), ("UPDATE", update(table)), ("DELETE", delete(table))];
    html! {
        <div class="routes" role="group" aria-label={app.text.samples}>
            { for all.into_iter().map(|(verb, sample)| {
                let statement = statement.setter();
                let onclick = Callback::from(move |_: MouseEvent| statement.set(sample.clone()));
                html! {
                    <button type="button" class="route" data-test={format!("partiql-{}", verb.to_lowercase())} {onclick}>{ verb }</button>
                }
            }) }
        </div>
    }
}

fn select(table: &Table) -> String {
    format!("SELECT *\nFROM {}\nWHERE {}", quoted(&table.name), condition(table))
}

fn insert(table: &Table) -> String {
    let keys = table.keys.iter().map(|key| format!("'{}': {}", key.name.replace('\'', "''"), sample_value(&key.kind)));
    format!("INSERT INTO {}\nVALUE {{{}}}", quoted(&table.name), keys.collect::<Vec<_>>().join(", "))
}

fn update(table: &Table) -> String {
    format!("UPDATE {}\nSET note = 'changed'\nWHERE {}", quoted(&table.name), condition(table))
}

fn delete(table: &Table) -> String {
    format!("DELETE FROM {}\nWHERE {}", quoted(&table.name), condition(table))
}

/// A condition on the whole key, as writes need it.
fn condition(table: &Table) -> String {
    let keys = table.keys.iter().map(|key| format!("{} = {}", quoted(&key.name), sample_value(&key.kind)));
    keys.collect::<Vec<_>>().join(" AND ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn sample_value(kind: &str) -> &'static str {
    if kind == "N" { "1" } else { "'1'" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::dynamodb::Key;

    #[test]
    fn samples_name_the_whole_key_by_its_types() {
        let key = |name: &str, kind: &str, is_partition| Key { name: name.into(), kind: kind.into(), is_partition };
        let table =
            Table { name: "t".into(), keys: vec![key("pk", "S", true), key("sk", "N", false)], ..Table::default() };
        assert_eq!(select(&table), "SELECT *\nFROM \"t\"\nWHERE \"pk\" = '1' AND \"sk\" = 1");
        assert_eq!(insert(&table), "INSERT INTO \"t\"\nVALUE {'pk': '1', 'sk': 1}");
    }

    #[test]
    fn a_select_is_known_in_any_case() {
        assert!(is_select(" select *") && !is_select("INSERT") && !is_select("일"));
    }
}
