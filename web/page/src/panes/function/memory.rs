//! What memory does to the duration and the cost of an invocation: a curve to move along, and a sweep that
//! measures it.

use super::sweep::{self, Order, Point, SETTINGS};
use crate::aws::lambda::{self, Function};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::duration;
use crate::price::{self, AS_OF, Duration, MEMORY, Price, SOURCE, dollars};
use crate::report::Report;
use crate::state::Action;
use crate::ui::{Curve, Glyph, Icon, Series, Spot, Status, Tone, input_value};
use serde_json::json;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The steps of the slider: equal steps are equal factors.
const STEPS: u32 = 200;
/// Settings are moved in multiples of this.
const GRAIN: f64 = 64.0;
/// What is drawn before anything was measured.
const UNMEASURED: Duration = Duration { work: 20.0, waiting: 0.0 };

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
    pub event: String,
    /// The newest invocation.
    pub report: Option<Report>,
}

/// How a sweep stands.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sweep {
    is_running: bool,
    points: Vec<Point>,
}

enum SweepAction {
    Begin,
    Found(Point),
    End,
}

impl Reducible for Sweep {
    type Action = SweepAction;

    fn reduce(self: std::rc::Rc<Self>, action: SweepAction) -> std::rc::Rc<Self> {
        let mut next = (*self).clone();
        match action {
            SweepAction::Begin => next = Self { is_running: true, points: Vec::new() },
            SweepAction::Found(point) => next.points.push(point),
            SweepAction::End => next.is_running = false,
        }
        next.into()
    }
}

/// The memory that a step of the slider means.
fn memory_at(step: u32) -> f64 {
    (exact_memory_at(step) / GRAIN).round() * GRAIN
}

/// The same without a grain, which would put corners into a curve.
fn exact_memory_at(step: u32) -> f64 {
    let (least, most) = MEMORY;
    least * (most / least).powf(f64::from(step) / f64::from(STEPS))
}

/// The step nearest to a memory.
fn step_of(memory: f64) -> u32 {
    let (least, most) = MEMORY;
    ((memory / least).ln() / (most / least).ln() * f64::from(STEPS)).round().clamp(0.0, f64::from(STEPS)) as u32
}

/// The memory view.
#[component]
pub fn Memory(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let sweep = use_reducer(Sweep::default);
    let memory = use_state(|| props.function.memory);
    let measured: Vec<(f64, f64)> =
        sweep.points.iter().filter(|point| !point.has_failed).map(|point| (point.memory, point.billed)).collect();
    let fitted = Duration::fit(&measured);
    let single = props.report.map(|report| Duration::all_work(report.memory_mb, report.duration_millis));
    let model = fitted.or(single).unwrap_or(UNMEASURED);
    let basis = match (fitted, props.report) {
        (Some(_), _) => (t.from_sweep)(measured.len()),
        (None, Some(report)) => (t.from_invocation)(&duration(report.duration_millis), report.memory_mb as u64),
        (None, None) => t.from_nothing.to_owned(),
    };
    html! {
        <div class="tool">
            <section class="card" aria-label={t.memory_and_cost}>
                <div class="card-head">
                    <h3>{ t.memory_and_cost }</h3>
                    <span class="chip">{ &props.function.architecture }</span>
                </div>
                { slider(&app, &memory) }
                { figures(&app, &props.function, &model, *memory) }
                { curve(&app, &props.function, &model, *memory, &sweep.points) }
                <p class="hint" data-test="curve-basis">{ basis }</p>
                { prices(&app) }
                { apply(&app, &props.function, *memory) }
            </section>
            <SweepCard function={props.function.clone()} event={props.event.clone()} {sweep} />
        </div>
    }
}

fn slider(app: &App, memory: &UseStateHandle<f64>) -> Html {
    let t = app.text;
    let text = format!("{} MB", **memory);
    let oninput = {
        let memory = memory.clone();
        Callback::from(move |event: InputEvent| memory.set(memory_at(input_value(&event).parse().unwrap_or_default())))
    };
    html! {
        <label class="field">
            <span class="slider-label"><span class="field-label">{ t.memory }</span><output data-test="slider-memory">{ text.clone() }</output></span>
            <input
                type="range"
                min="0"
                max={STEPS.to_string()}
                aria-valuetext={text}
                data-test="memory-slider"
                value={step_of(**memory).to_string()}
                {oninput}
            />
        </label>
    }
}

fn figures(app: &App, function: &Function, model: &Duration, memory: f64) -> Html {
    let t = app.text;
    let millis = model.at(memory);
    let cost = Price::of(&function.architecture).cost(memory, millis.ceil());
    let figure = |label: &'static str, value: String, test: &'static str| {
        html! { <div><dt>{ label }</dt><dd data-test={test}>{ value }</dd></div> }
    };
    html! {
        <dl class="report">
            { figure(t.duration, duration(millis), "model-duration") }
            { figure(t.one_invocation, dollars(cost), "model-cost") }
            { figure(t.a_million, dollars(cost * 1e6), "model-million") }
            { figure("vCPU", format!("{:.2}", price::processor(memory)), "model-processor") }
        </dl>
    }
}

fn curve(app: &App, function: &Function, model: &Duration, memory: f64, points: &[Point]) -> Html {
    let t = app.text;
    let price = Price::of(&function.architecture);
    let good = || points.iter().filter(|point| !point.has_failed);
    let steps = || (0..=STEPS).map(exact_memory_at);
    let series = vec![
        Series {
            label: t.duration.into(),
            line: steps().map(|memory| (memory, model.at(memory))).collect(),
            spots: good().map(|point| Spot { x: point.memory, y: point.billed }).collect(),
            show: duration,
        },
        Series {
            label: t.cost.into(),
            // Without the rounding up to milliseconds, which would make stairs of it.
            line: steps().map(|memory| (memory, price.cost(memory, model.at(memory)))).collect(),
            spots: good().map(|point| Spot { x: point.memory, y: point.cost }).collect(),
            show: dollars,
        },
    ];
    html! { <Curve label={t.curve_label} {series} ticks={vec![128.0, 512.0, 1769.0, 10_240.0]} marker={memory} test="memory-curve" /> }
}

fn prices(app: &App) -> Html {
    let price = |price: Price| format!("{}: ${:.10}", price.architecture, price.gb_second);
    html! {
        <p class="hint">
            { (app.text.prices_are)(AS_OF, &price::PRICES.map(price).join(", ")) }
            { " " }
            <a class="link" href={SOURCE} target="_blank" rel="noreferrer">{ "aws.amazon.com/lambda/pricing" }</a>
        </p>
    }
}

fn apply(app: &App, function: &Function, memory: f64) -> Html {
    let t = app.text;
    let onclick = {
        let (app, name) = (app.clone(), function.name.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, name) = (app.clone(), name.clone());
            spawn_local(async move {
                match lambda::configure(&app.client, &name, json!({ "MemorySize": memory as u64 })).await {
                    Ok(_) => app.say(app.text.saved),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    let is_own = (memory - function.memory).abs() < 1.0;
    html! {
        <div class="actions">
            <button type="button" class="button" data-test="use-memory" disabled={is_own} {onclick}>{ (t.use_memory)(memory as u64) }</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct SweepProps {
    function: Function,
    event: String,
    sweep: UseReducerHandle<Sweep>,
}

/// The sweep: how often, how far it is, and what it found.
#[component]
fn SweepCard(props: &SweepProps) -> Html {
    let app = use_app();
    let t = app.text;
    let times = use_state(|| 3_u32);
    let sweep = &props.sweep;
    let onclick = {
        let (app, sweep) = (app.clone(), sweep.clone());
        let order = Order { function: props.function.clone(), event: props.event.clone(), times: *times };
        Callback::from(move |_: MouseEvent| {
            let (app, sweep, order) = (app.clone(), sweep.clone(), order.clone());
            sweep.dispatch(SweepAction::Begin);
            spawn_local(async move {
                let dispatcher = sweep.dispatcher();
                let swept =
                    sweep::run(&app.client, &order, |point| dispatcher.dispatch(SweepAction::Found(point))).await;
                dispatcher.dispatch(SweepAction::End);
                match swept {
                    Ok(()) => app.say(app.text.sweep_done),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    let ontimes = {
        let times = times.clone();
        Callback::from(move |event: Event| times.set(input_value(&event).parse().unwrap_or(3)))
    };
    let interrupted = sweep::interrupted(&props.function.name).filter(|_| !sweep.is_running);
    html! {
        <section class="card" aria-label={t.memory_sweep}>
            <div class="card-head"><h3>{ t.memory_sweep }</h3></div>
            <p class="hint">{ t.sweep_hint }</p>
            if let Some(memory) = interrupted.filter(|memory| (memory - props.function.memory).abs() >= 1.0) {
                { set_back(&app, &props.function, memory) }
            }
            <div class="load">
                <label class="field field-row">
                    <span class="field-label">{ t.times_each }</span>
                    <select data-test="sweep-times" onchange={ontimes} disabled={sweep.is_running}>
                        { for [1, 3, 5, 10].map(|count: u32| html! { <option value={count.to_string()} selected={count == *times}>{ count }</option> }) }
                    </select>
                </label>
                <button type="button" class="button button-primary" data-test="sweep" disabled={sweep.is_running} {onclick}>
                    <Icon glyph={if sweep.is_running { Glyph::Spinner } else { Glyph::Play }} />{ t.run_sweep }
                </button>
            </div>
            if sweep.is_running {
                <progress aria-label={t.memory_sweep} max={SETTINGS.len().to_string()} value={sweep.points.len().to_string()} />
            }
            if !sweep.points.is_empty() {
                { found(&app, sweep) }
            }
        </section>
    }
}

/// After a sweep that a closed page cut off.
fn set_back(app: &App, function: &Function, memory: f64) -> Html {
    let t = app.text;
    let onclick = {
        let (app, name) = (app.clone(), function.name.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, name) = (app.clone(), name.clone());
            spawn_local(async move {
                if let Err(failure) = sweep::set_back(&app.client, &name, memory).await {
                    app.complain(flow::describe(app.text, &failure));
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    html! {
        <div class="failed" role="alert">
            <Icon glyph={Glyph::Warning} />
            <p class="grow">{ (t.sweep_cut_off)(memory as u64) }</p>
            <button type="button" class="button button-small" data-test="sweep-set-back" {onclick}>{ t.set_back }</button>
        </div>
    }
}

fn found(app: &App, sweep: &Sweep) -> Html {
    let t = app.text;
    let best = sweep::best(&sweep.points).filter(|_| !sweep.is_running);
    let row = |point: &Point| {
        let is = |other: fn(&(Point, Point)) -> Point| best.as_ref().is_some_and(|best| other(best) == *point);
        html! {
            <tr key={point.memory.to_string()} data-test="sweep-row">
                <th scope="row" class="number">{ format!("{} MB", point.memory) }</th>
                <td class="number">{ duration(point.billed) }</td>
                <td class="number">{ point.init.map_or_else(|| "–".to_owned(), duration) }</td>
                <td class="number">{ dollars(point.cost * 1e6) }</td>
                <td>
                    <span class="marks">
                        if point.has_failed { <Status text={t.error} tone={Tone::Bad} /> }
                        if is(|best| best.0) { <Status text={t.cheapest} tone={Tone::Good} test="cheapest" /> }
                        if is(|best| best.1) { <Status text={t.fastest} tone={Tone::Good} test="fastest" /> }
                    </span>
                </td>
            </tr>
        }
    };
    html! {
        <>
            <div class="grid-frame" tabindex="0" role="group" aria-label={t.memory_sweep}>
                <table class="grid sweep" data-test="sweep-table">
                    <thead><tr>
                        <th scope="col">{ t.memory }</th>
                        <th scope="col">{ t.billed }</th>
                        <th scope="col">{ t.init }</th>
                        <th scope="col">{ t.a_million }</th>
                        <th scope="col"><span class="sr-only">{ t.result }</span></th>
                    </tr></thead>
                    <tbody>{ for sweep.points.iter().map(row) }</tbody>
                </table>
            </div>
            if let Some((cheapest, fastest)) = best {
                <p class="hint" role="status" data-test="sweep-advice">
                    { (t.sweep_advice)(cheapest.memory as u64, fastest.memory as u64) }
                </p>
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_goes_from_the_least_memory_to_the_most() {
        assert_eq!((memory_at(0), memory_at(STEPS)), MEMORY);
        for memory in [128.0, 512.0, 1024.0, 10_240.0] {
            assert!((memory_at(step_of(memory)) - memory).abs() <= GRAIN, "{memory}");
        }
    }
}
