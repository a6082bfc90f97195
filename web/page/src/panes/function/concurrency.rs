//! How many invocations may be under way at once: reserved for a function, and kept ready for a version.

use crate::aws::lambda::{self, Concurrency, Provisioned};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::state::Action;
use crate::task::{Fetched, use_fetch};
use crate::ui::{Failed, Status, Tone, input_value};
use std::future::Future;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: String,
}

/// What there is; nothing of what is provisioned where the engine does not know that API.
type Known = (Concurrency, Option<(Vec<Provisioned>, Vec<String>)>);

async fn read(client: Client, name: String) -> Result<Known, Failure> {
    let concurrency = lambda::concurrency(&client, &name).await?;
    let Ok(provisioned) = lambda::provisioned(&client, &name).await else { return Ok((concurrency, None)) };
    let versions = lambda::versions(&client, &name).await?.into_iter().map(|version| version.version);
    let aliases = lambda::aliases(&client, &name).await?.into_iter().map(|alias| alias.name);
    let qualifiers = aliases.chain(versions.filter(|version| version != "$LATEST")).collect();
    Ok((concurrency, Some((provisioned, qualifiers))))
}

/// Does something, and says what went wrong if it did.
fn attempt(app: &App, work: impl Future<Output = Result<(), Failure>> + 'static) {
    let app = app.clone();
    spawn_local(async move {
        if let Err(failure) = work.await {
            app.complain(flow::describe(app.text, &failure));
        }
        app.dispatch(Action::Changed);
    });
}

/// Reserved and provisioned concurrency.
#[component]
pub fn ConcurrencyCard(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let known = {
        let (client, name) = (app.client.clone(), props.name.clone());
        use_fetch((app.revision, props.name.clone()), move || read(client.clone(), name.clone()))
    };
    let (concurrency, provisioned) = match &known {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(known) => (&known.0, &known.1),
    };
    html! {
        <section class="card" aria-label={t.concurrency}>
            <div class="card-head">
                <h3>{ t.concurrency }</h3>
                <span class="chip" data-test="unreserved">{ (t.unreserved_of)(concurrency.unreserved, concurrency.account) }</span>
            </div>
            <Reserved key={format!("{:?}", concurrency.reserved)} name={props.name.clone()} reserved={concurrency.reserved} />
            if let Some((provisioned, qualifiers)) = provisioned {
                <ProvisionedList name={props.name.clone()} provisioned={provisioned.clone()} qualifiers={qualifiers.clone()} />
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct ReservedProps {
    name: String,
    reserved: Option<u64>,
}

#[component]
fn Reserved(props: &ReservedProps) -> Html {
    let app = use_app();
    let t = app.text;
    let draft = use_state(|| props.reserved.map(|reserved| reserved.to_string()).unwrap_or_default());
    let wanted = draft.parse::<u64>().ok();
    let change = |wanted: Option<u64>| {
        let (app, name) = (app.clone(), props.name.clone());
        move || {
            let (client, name) = (app.client.clone(), name.clone());
            attempt(&app, async move { lambda::reserve(&client, &name, wanted).await });
        }
    };
    let (set, remove) = (change(wanted), change(None));
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        set();
    });
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| draft.set(input_value(&event)))
    };
    html! {
        <form class="load" {onsubmit}>
            <label class="field field-row">
                <span class="field-label">{ t.reserved }</span>
                <input type="number" min="0" placeholder={t.not_reserved} data-test="reserved" value={(*draft).clone()} {oninput} />
            </label>
            <button type="submit" class="button" data-test="reserve" disabled={wanted.is_none() || wanted == props.reserved}>{ t.save }</button>
            if props.reserved.is_some() {
                <button type="button" class="button" data-test="unreserve" onclick={Callback::from(move |_: MouseEvent| remove())}>{ t.remove }</button>
            }
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct ProvisionedProps {
    name: String,
    provisioned: Vec<Provisioned>,
    qualifiers: Vec<String>,
}

#[component]
fn ProvisionedList(props: &ProvisionedProps) -> Html {
    let app = use_app();
    let t = app.text;
    let qualifier = use_state(String::new);
    let count = use_state(|| "1".to_owned());
    let chosen = props.qualifiers.iter().find(|known| **known == *qualifier).or(props.qualifiers.first()).cloned();
    let asked = chosen.clone().zip(count.parse::<u64>().ok().filter(|count| *count > 0));
    let provision = {
        let (app, name) = (app.clone(), props.name.clone());
        Callback::from(move |(qualifier, wanted): (String, u64)| {
            let (client, name) = (app.client.clone(), name.clone());
            attempt(&app, async move { lambda::provision(&client, &name, &qualifier, wanted).await });
        })
    };
    let onsubmit = {
        let (provision, asked) = (provision.clone(), asked.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(asked) = &asked {
                provision.emit(asked.clone());
            }
        })
    };
    let row = |config: &Provisioned| {
        let tone = if config.status == "READY" { Tone::Good } else { Tone::Busy };
        let qualifier = config.qualifier.clone();
        html! {
            <li key={config.qualifier.clone()} class="fact-line" data-test="provisioned">
                <code>{ &config.qualifier }</code>
                <Status text={config.status.clone()} {tone} />
                <span class="grow number">{ format!("{} / {}", config.available, config.requested) }</span>
                <button type="button" class="button button-small" data-test="unprovision" onclick={provision.reform(move |_: MouseEvent| (qualifier.clone(), 0))}>{ t.remove }</button>
            </li>
        }
    };
    let onqualifier = {
        let qualifier = qualifier.clone();
        Callback::from(move |event: Event| qualifier.set(input_value(&event)))
    };
    let oncount = {
        let count = count.clone();
        Callback::from(move |event: InputEvent| count.set(input_value(&event)))
    };
    html! {
        <div class="section">
            <h4>{ t.provisioned_concurrency }</h4>
            if !props.provisioned.is_empty() {
                <ul class="section">{ for props.provisioned.iter().map(row) }</ul>
            }
            if props.qualifiers.is_empty() {
                <p class="hint">{ t.provision_hint }</p>
            } else {
                <form class="load" {onsubmit}>
                    <select aria-label={t.version_or_alias} data-test="provision-qualifier" onchange={onqualifier}>
                        { for props.qualifiers.iter().map(|name| html! {
                            <option key={name.clone()} value={name.clone()} selected={Some(name) == chosen.as_ref()}>{ name }</option>
                        }) }
                    </select>
                    <input type="number" min="1" aria-label={t.provisioned_concurrency} data-test="provision-count" value={(*count).clone()} oninput={oncount} />
                    <button type="submit" class="button" data-test="provision" disabled={asked.is_none()}>{ t.save }</button>
                </form>
            }
        </div>
    }
}
