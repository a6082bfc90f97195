//! A function: call it with a test event, see its answer and its log.

use crate::aws::lambda::{self, Function, Invocation};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::format::{duration, page_time, pretty};
use crate::state::Action;
use crate::task::use_fetch;
use crate::ui::{Failed, Glyph, Icon, Json, Status, Tone, input_value};
use serde_json::json;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: AttrValue,
}

/// An invocation, and how long the page waited for it.
#[derive(Clone, PartialEq)]
enum Run {
    None,
    Waiting,
    Done { millis: f64, outcome: Result<Invocation, Failure> },
}

/// The last invocation, and how to make another. One at a time.
#[hook]
fn use_invocation(app: &App, name: &str, event: &str) -> (UseStateHandle<Run>, Callback<()>) {
    let run = use_state(|| Run::None);
    let (app, name, event, state) = (app.clone(), name.to_owned(), event.to_owned(), run.clone());
    let invoke = Callback::from(move |()| {
        if *state == Run::Waiting {
            return;
        }
        state.set(Run::Waiting);
        let (app, name, event, run) = (app.clone(), name.clone(), event.clone(), state.setter());
        spawn_local(async move {
            let began = page_time();
            let outcome = lambda::invoke(&app.client, &name, &event).await;
            run.set(Run::Done { millis: page_time() - began, outcome });
            app.dispatch(Action::Changed);
        });
    });
    (run, invoke)
}

/// The tool of a function.
#[component]
pub fn FunctionTool(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let event = use_state(|| "{}".to_owned());
    let template = use_state(|| "empty".to_owned());
    let functions = {
        let client = app.client.clone();
        use_fetch(app.deployment.resources.len(), move || {
            let client = client.clone();
            async move { lambda::functions(&client).await }
        })
    };
    let function = functions.here().and_then(|list| list.iter().find(|function| function.name == *props.name));
    let (run, invoke) = use_invocation(&app, &props.name, &event);
    let is_running = matches!(&*run, Run::Waiting);
    let onsubmit = {
        let invoke = invoke.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            invoke.emit(());
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            // Here the key runs the function; elsewhere it sends the request.
            event.prevent_default();
            event.stop_propagation();
            invoke.emit(());
        }
    });
    let is_valid = serde_json::from_str::<serde_json::Value>(&event).is_ok();
    html! {
        <div class="tool" {onkeydown}>
            { function.map(|function| facts(&app, function)) }
            <form class="card" {onsubmit} aria-label={t.test_event}>
                { event_head(&app, &event, &template) }
                <textarea
                    class="code-area"
                    rows="8"
                    spellcheck="false"
                    aria-label={t.test_event}
                    aria-invalid={(!is_valid).to_string()}
                    data-test="event-json"
                    value={(*event).clone()}
                    oninput={ { let event = event.clone(); Callback::from(move |e: InputEvent| event.set(input_value(&e))) } }
                />
                <div class="actions">
                    <button type="submit" class="button button-primary" data-test="invoke" disabled={is_running || !is_valid} title={t.invoke_hint}>
                        <Icon glyph={if is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.invoke }
                    </button>
                </div>
            </form>
            <section class="response" role="status" aria-label={t.result}>
                { result(&app, &run) }
            </section>
        </div>
    }
}

fn facts(app: &App, function: &Function) -> Html {
    let t = app.text;
    let group = function.log_group.clone();
    html! {
        <div class="toolbar">
            <span class="toolbar-text">
                { format!("{} · {} · {} MB · {} s", function.runtime, function.handler, function.memory, function.timeout) }
            </span>
            <button type="button" class="button button-small" data-test="all-logs" onclick={app.on(move || Action::FollowLog(group.clone()))}>
                <Icon glyph={Glyph::Log} />{ t.logs }
            </button>
        </div>
    }
}

/// The choice of a ready-made event.
fn event_head(app: &App, event: &UseStateHandle<String>, template: &UseStateHandle<String>) -> Html {
    let t = app.text;
    let templates = [("empty", t.event_empty), ("api", t.event_api), ("stream", t.event_stream)];
    let onchange = {
        let (event, template) = (event.setter(), template.setter());
        Callback::from(move |change: Event| {
            let chosen = input_value(&change);
            event.set(sample(&chosen));
            template.set(chosen);
        })
    };
    html! {
        <label class="field field-row">
            <span class="field-label">{ t.test_event }</span>
            <select data-test="event-template" {onchange}>
                { for templates.iter().map(|(key, label)| html! {
                    <option value={*key} selected={**template == *key}>{ *label }</option>
                }) }
            </select>
        </label>
    }
}

fn sample(template: &str) -> String {
    let event = match template {
        "api" => json!({
            "resource": "/{proxy+}",
            "path": "/hello",
            "httpMethod": "GET",
            "headers": { "Accept": "application/json" },
            "queryStringParameters": { "name": "Ada" },
            "pathParameters": null,
            "requestContext": { "stage": "Prod", "httpMethod": "GET", "resourcePath": "/{proxy+}" },
            "body": null,
            "isBase64Encoded": false,
        }),
        "stream" => json!({
            "Records": [{
                "eventID": "1",
                "eventName": "INSERT",
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "dynamodb": {
                    "Keys": { "id": { "S": "1" } },
                    "NewImage": { "id": { "S": "1" }, "title": { "S": "Hello" } },
                    "SequenceNumber": "111",
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }],
        }),
        _ => json!({}),
    };
    crate::format::pretty_value(&event)
}

fn result(app: &App, run: &Run) -> Html {
    let t = app.text;
    let (millis, invocation) = match run {
        Run::None | Run::Waiting => return html! {},
        Run::Done { outcome: Err(failure), .. } => return html! { <Failed failure={failure.clone()} /> },
        Run::Done { outcome: Ok(invocation), millis } => (*millis, invocation),
    };
    let (text, tone) = match &invocation.error {
        None => (t.succeeded.to_owned(), Tone::Good),
        Some(error) => (error.clone(), Tone::Bad),
    };
    html! {
        <>
            <div class="response-head">
                <Status {text} {tone} test="invoke-status" />
                <span class="number">{ duration(millis) }</span>
            </div>
            <Json text={pretty(&invocation.payload)} test="invoke-result" label={t.result} />
            <h3 class="section-title">{ t.log_tail }</h3>
            <pre class="log-tail" tabindex="0" data-test="invoke-log">{ &invocation.log }</pre>
        </>
    }
}
