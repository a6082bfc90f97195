//! Calling a function with a test event, and what came of it.

use super::events::{self, SAMPLES, Sample};
use super::qualifier::QualifierChoice;
use crate::aws::lambda::{self, Function, Invocation};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::format::{duration, page_time, pretty};
use crate::model::{Content, File};
use crate::price::{self, Price};
use crate::report::Report;
use crate::state::Action;
use crate::ui::{Failed, Glyph, Icon, Json, Status, Tone, input_value};
use serde_json::Value;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
    pub event: UseStateHandle<String>,
    /// Is told what each invocation took.
    pub onreport: Callback<Report>,
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
fn use_invocation(app: &App, props: &Props, qualifier: &str) -> (UseStateHandle<Run>, Callback<()>) {
    let run = use_state(|| Run::None);
    let (app, name, event, state) = (app.clone(), props.function.name.clone(), props.event.clone(), run.clone());
    let (qualifier, onreport) = (qualifier.to_owned(), props.onreport.clone());
    let invoke = Callback::from(move |()| {
        if *state == Run::Waiting {
            return;
        }
        state.set(Run::Waiting);
        let (app, name, event, run) = (app.clone(), name.clone(), event.clone(), state.setter());
        let (qualifier, onreport) = (qualifier.clone(), onreport.clone());
        spawn_local(async move {
            let began = page_time();
            let outcome = lambda::invoke(&app.client, &name, &qualifier, &event).await;
            if let Some(report) = outcome.as_ref().ok().and_then(|invocation| Report::find(&invocation.log)) {
                onreport.emit(report);
            }
            run.set(Run::Done { millis: page_time() - began, outcome });
            app.dispatch(Action::Changed);
        });
    });
    (run, invoke)
}

/// The test view.
#[component]
pub fn Test(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let event = &props.event;
    let qualifier = use_state(String::new);
    let (run, invoke) = use_invocation(&app, props, &qualifier);
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
    let is_valid = serde_json::from_str::<Value>(event).is_ok();
    html! {
        <div class="tool" {onkeydown}>
            <form class="card" {onsubmit} aria-label={t.test_event}>
                { event_choice(&app, event) }
                <textarea
                    class="code-area"
                    rows="8"
                    spellcheck="false"
                    aria-label={t.test_event}
                    aria-invalid={(!is_valid).to_string()}
                    data-test="event-json"
                    value={(**event).clone()}
                    oninput={ { let event = event.clone(); Callback::from(move |e: InputEvent| event.set(input_value(&e))) } }
                />
                if !is_valid {
                    <p class="fault" role="alert">{ t.not_json }</p>
                }
                <QualifierChoice name={props.function.name.clone()} value={(*qualifier).clone()} test="invoke-qualifier" onchange={
                    let qualifier = qualifier.clone();
                    move |chosen| qualifier.set(chosen)
                } />
                <div class="actions">
                    <SaveEvent text={(**event).clone()} {is_valid} />
                    <button type="submit" class="button button-primary" data-test="invoke" disabled={is_running || !is_valid} title={t.invoke_hint}>
                        <Icon glyph={if is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.invoke }
                    </button>
                </div>
            </form>
            <section class="response" role="status" aria-label={t.result}>
                { result(&app, &props.function, &run) }
            </section>
        </div>
    }
}

/// The choice of a ready-made event: of the project first, then the samples.
fn event_choice(app: &App, event: &UseStateHandle<String>) -> Html {
    let t = app.text;
    let saved = events::saved(&app.project.files);
    let samples = SAMPLES.iter().map(|sample| (sample.name.to_owned(), sample.text.to_owned()));
    let all: Vec<(String, String)> = saved.iter().cloned().chain(samples).collect();
    let current = all.iter().position(|(_, text)| *text == **event);
    let option = |index: usize, name: &str| {
        html! { <option key={index} value={index.to_string()} selected={current == Some(index)}>{ name.to_owned() }</option> }
    };
    let numbered: Vec<(usize, &Sample)> = (saved.len()..).zip(SAMPLES).collect();
    let services = numbered.chunk_by(|(_, one), (_, next)| one.service == next.service);
    let onchange = {
        let (event, all) = (event.setter(), all.clone());
        Callback::from(move |change: Event| {
            let chosen = input_value(&change).parse::<usize>().ok().and_then(|index| all.get(index));
            if let Some((_, text)) = chosen {
                event.set(text.clone());
            }
        })
    };
    html! {
        <label class="field field-row">
            <span class="field-label">{ t.test_event }</span>
            <select data-test="event-template" {onchange}>
                if current.is_none() {
                    <option value="" selected=true>{ t.event_own }</option>
                }
                if !saved.is_empty() {
                    <optgroup label={t.events_of_project}>
                        { for saved.iter().enumerate().map(|(index, (name, _))| option(index, name)) }
                    </optgroup>
                }
                { for services.map(|group| html! {
                    <optgroup label={group[0].1.service}>
                        { for group.iter().map(|(index, sample)| option(*index, sample.name)) }
                    </optgroup>
                }) }
            </select>
        </label>
    }
}

#[derive(PartialEq, Properties)]
struct SaveEventProps {
    text: String,
    is_valid: bool,
}

/// Keeps an event as a file of the project.
#[component]
fn SaveEvent(props: &SaveEventProps) -> Html {
    let app = use_app();
    let t = app.text;
    let name = use_state(String::new);
    let path = events::path_of(&name);
    let onclick = {
        let (app, path, text, name) = (app.clone(), path.clone(), props.text.clone(), name.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(path) = path.clone() else { return };
            let file = File { path, content: Content::Text(text.as_str().into()), saved: false };
            app.say((app.text.event_saved)(&file.path));
            app.dispatch(Action::Arrived(file));
            name.set(String::new());
        })
    };
    let oninput = {
        let name = name.clone();
        Callback::from(move |event: InputEvent| name.set(input_value(&event)))
    };
    html! {
        <div class="save-event">
            <input
                type="text"
                aria-label={t.event_name}
                placeholder={t.event_name}
                autocapitalize="off"
                spellcheck="false"
                data-test="event-name"
                aria-invalid={(!name.is_empty() && path.is_none()).to_string()}
                value={(*name).clone()}
                {oninput}
            />
            <button type="button" class="button" data-test="save-event" disabled={path.is_none() || !props.is_valid} title={t.save_event_hint} {onclick}>
                { t.save }
            </button>
        </div>
    }
}

fn result(app: &App, function: &Function, run: &Run) -> Html {
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
                <span class="number" title={t.waited_hint}>{ duration(millis) }</span>
                <span class="chip" data-test="executed-version">{ (t.ran_version)(&invocation.version) }</span>
            </div>
            if let Some(report) = Report::find(&invocation.log) {
                { figures(app, function, &report) }
            }
            if invocation.error.is_some() {
                { failure(app, &invocation.payload) }
            }
            <Json text={pretty(&invocation.payload)} test="invoke-result" label={t.result} />
            <h3 class="section-title">{ t.log_tail }</h3>
            <pre class="log-tail" tabindex="0" aria-label={t.log_tail} data-test="invoke-log">{ &invocation.log }</pre>
        </>
    }
}

/// What the REPORT line says, and what that costs.
fn figures(app: &App, function: &Function, report: &Report) -> Html {
    let t = app.text;
    let cost = Price::of(&function.architecture).cost(report.memory_mb, report.billed_millis);
    let figure = |label: &'static str, value: String, test: &'static str| {
        html! { <div><dt>{ label }</dt><dd data-test={test}>{ value }</dd></div> }
    };
    html! {
        <dl class="report" aria-label="REPORT">
            { figure(t.duration, report_millis(report.duration_millis), "report-duration") }
            { figure(t.billed, report_millis(report.billed_millis), "report-billed") }
            { figure(t.memory_used, format!("{} / {} MB", report.used_mb, report.memory_mb), "report-memory") }
            { figure(t.init, report.init_millis.map_or_else(|| t.warm.to_owned(), report_millis), "report-init") }
            { figure(t.cost, price::dollars(cost), "report-cost") }
        </dl>
    }
}

/// `12.4 ms`, `1.24 s`: REPORT has two digits behind the point.
fn report_millis(millis: f64) -> String {
    if millis < 100.0 && millis.fract() > 0.0 { format!("{millis:.1} ms") } else { duration(millis) }
}

/// The error that a function reported, with its trace if it has one.
fn failure(app: &App, payload: &str) -> Html {
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let text = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (kind, message) = (text("errorType"), text("errorMessage"));
    // Node.js names it `trace`, Python `stackTrace`.
    let trace = payload.get("trace").or_else(|| payload.get("stackTrace")).and_then(Value::as_array);
    let trace = trace.map(|lines| lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"));
    if kind.is_empty() && message.is_empty() {
        return html! {};
    }
    html! {
        <div class="failed function-error" role="alert" data-test="invoke-error">
            <Icon glyph={Glyph::Warning} />
            <div>
                <strong class="failed-code">{ kind }</strong>
                <p>{ message }</p>
                if let Some(trace) = trace.filter(|trace| !trace.is_empty()) {
                    <pre class="trace" tabindex="0" aria-label={app.text.stack_trace}>{ trace }</pre>
                }
            </div>
        </div>
    }
}
