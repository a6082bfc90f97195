//! What a function is set to; memory and timeout can be changed here.

use super::place_of;
use crate::aws::lambda::{self, Function};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::size;
use crate::state::Action;
use crate::ui::{Copy, Glyph, Icon, input_value};
use serde_json::json;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
}

/// The configuration view.
#[component]
pub fn Configuration(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let function = &props.function;
    let fact = |label: &'static str, value: String| html! { <><dt>{ label }</dt><dd><code>{ value }</code></dd></> };
    html! {
        <div class="tool">
            <Change key={format!("{} {}", function.memory, function.timeout)} function={function.clone()} />
            <dl class="facts facts-card" data-test="configuration">
                { fact(t.runtime, function.runtime.clone()) }
                { fact(t.handler, function.handler.clone()) }
                { fact(t.architecture, function.architecture.clone()) }
                { fact("/tmp", format!("{} MB", function.storage)) }
                { fact(t.code_size, size(function.code_size as usize)) }
                <dt>{ t.role }</dt>
                <dd class="fact-copy"><code>{ &function.role }</code><Copy text={function.role.clone()} test="copy-role" /></dd>
                { fact(t.log_group, function.log_group.clone()) }
                { for function.layers.iter().map(|layer| fact(t.layer, layer.clone())) }
            </dl>
            <section class="section" aria-label={t.environment}>
                <h3 class="section-title">{ t.environment }</h3>
                if function.environment.is_empty() {
                    <p class="hint">{ t.no_environment }</p>
                } else {
                    { environment(&app, function) }
                }
            </section>
        </div>
    }
}

fn environment(app: &App, function: &Function) -> Html {
    let t = app.text;
    html! {
        <div class="grid-frame" tabindex="0" role="group" aria-label={t.environment}>
            <table class="grid" data-test="environment">
                <thead><tr><th scope="col">{ t.variable }</th><th scope="col">{ t.value }</th></tr></thead>
                <tbody>
                    { for function.environment.iter().map(|(name, value)| html! {
                        <tr key={name.clone()}><td><code>{ name }</code></td><td title={value.clone()}><code>{ value }</code></td></tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// Changes the function here, or leads to where the template says it.
#[component]
fn Change(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let function = &props.function;
    let memory = use_state(|| function.memory.to_string());
    let timeout = use_state(|| function.timeout.to_string());
    let is_same = *memory == function.memory.to_string() && *timeout == function.timeout.to_string();
    let wanted = memory.parse::<u64>().ok().zip(timeout.parse::<u64>().ok());
    let onsubmit = {
        let (app, name) = (app.clone(), function.name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some((memory, timeout)) = wanted else { return };
            let (app, name) = (app.clone(), name.clone());
            spawn_local(async move {
                let change = json!({ "MemorySize": memory, "Timeout": timeout });
                match lambda::configure(&app.client, &name, change).await {
                    Ok(_) => app.say(app.text.saved),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
                app.dispatch(Action::Changed);
            });
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |event: InputEvent| state.set(input_value(&event)))
    };
    html! {
        <form class="card" {onsubmit}>
            <div class="field-pair">
                <label class="field">
                    <span class="field-label">{ t.memory_mb }</span>
                    <input type="number" min="128" max="10240" data-test="memory-size" value={(*memory).clone()} oninput={set(&memory)} />
                </label>
                <label class="field">
                    <span class="field-label">{ t.timeout_s }</span>
                    <input type="number" min="1" max="900" data-test="timeout" value={(*timeout).clone()} oninput={set(&timeout)} />
                </label>
            </div>
            <p class="hint">{ t.template_wins }</p>
            <div class="actions">
                if let Some(jump) = place_of(&app, &function.name) {
                    <button type="button" class="button" data-test="function-in-template" onclick={app.on(move || Action::JumpTo(jump.clone()))}>
                        <Icon glyph={Glyph::File} />{ t.show_in_template }
                    </button>
                }
                <button type="submit" class="button button-primary" data-test="configure" disabled={is_same || wanted.is_none()}>{ t.save }</button>
            </div>
        </form>
    }
}
