//! Versions, and the aliases that share traffic between two of them.

use crate::aws::lambda::{self, Alias, Function};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::state::Action;
use crate::task::{Fetched, use_fetch};
use crate::ui::{Failed, Field, Glyph, Icon, IconButton, input_value};
use std::collections::BTreeMap;
use std::future::Future;
use yew::platform::spawn_local;
use yew::prelude::*;

/// Invocations that show how an alias shares its traffic.
const TRIAL: u32 = 50;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub function: Function,
}

type Known = (Vec<Function>, Vec<Alias>);

async fn read(client: Client, name: String) -> Result<Known, Failure> {
    Ok((lambda::versions(&client, &name).await?, lambda::aliases(&client, &name).await?))
}

/// Does something, and says how it went.
fn attempt(app: &App, done: &'static str, work: impl Future<Output = Result<(), Failure>> + 'static) {
    let app = app.clone();
    spawn_local(async move {
        match work.await {
            Ok(()) => app.say(done),
            Err(failure) => app.complain(flow::describe(app.text, &failure)),
        }
        app.dispatch(Action::Changed);
    });
}

/// The versions view.
#[component]
pub fn Versions(props: &Props) -> Html {
    let app = use_app();
    let name = props.function.name.clone();
    let known = {
        let (client, name) = (app.client.clone(), name.clone());
        use_fetch((app.revision, name.clone()), move || read(client.clone(), name.clone()))
    };
    let (versions, aliases) = match &known {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(known) => (&known.0, &known.1),
    };
    let numbers: Vec<String> = versions.iter().map(|version| version.version.clone()).collect();
    html! {
        <div class="tool">
            <Publish name={name.clone()} />
            { list(&app, versions, aliases) }
            { for aliases.iter().map(|alias| html! {
                <AliasCard key={format!("{alias:?}")} name={name.clone()} alias={alias.clone()} versions={numbers.clone()} />
            }) }
            <NewAlias key={numbers.len()} {name} versions={numbers.clone()} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct PublishProps {
    name: String,
}

#[component]
fn Publish(props: &PublishProps) -> Html {
    let app = use_app();
    let t = app.text;
    let description = use_state(String::new);
    let onsubmit = {
        let (app, name, description) = (app.clone(), props.name.clone(), description.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (client, name, text) = (app.client.clone(), name.clone(), (*description).clone());
            description.set(String::new());
            attempt(&app, app.text.published, async move { lambda::publish(&client, &name, &text).await.map(drop) });
        })
    };
    let oninput = {
        let description = description.clone();
        Callback::from(move |text| description.set(text))
    };
    html! {
        <form class="load load-end" {onsubmit}>
            <Field label={t.description} test="version-description" value={(*description).clone()} {oninput} />
            <button type="submit" class="button button-primary" data-test="publish"><Icon glyph={Glyph::Plus} />{ t.publish }</button>
        </form>
    }
}

fn list(app: &App, versions: &[Function], aliases: &[Alias]) -> Html {
    let t = app.text;
    let row = |version: &Function| {
        let points = |alias: &&Alias| {
            alias.version == version.version || alias.other.as_ref().is_some_and(|(other, _)| *other == version.version)
        };
        let names: Vec<&str> = aliases.iter().filter(points).map(|alias| alias.name.as_str()).collect();
        let changed = version.last_modified.get(..19).unwrap_or(&version.last_modified).replace('T', " ");
        html! {
            <tr key={version.version.clone()} data-test="version">
                <td>{ &version.version }</td>
                <td>{ names.join(", ") }</td>
                <td>{ &version.description }</td>
                <td class="number">{ format!("{} MB", version.memory) }</td>
                <td class="number">{ changed }</td>
            </tr>
        }
    };
    html! {
        <div class="grid-frame" tabindex="0" role="group" aria-label={t.versions}>
            <table class="grid">
                <thead><tr>
                    <th scope="col">{ t.version }</th>
                    <th scope="col">{ t.aliases }</th>
                    <th scope="col">{ t.description }</th>
                    <th scope="col">{ t.memory }</th>
                    <th scope="col">{ t.changed }</th>
                </tr></thead>
                <tbody>{ for versions.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AliasProps {
    name: String,
    alias: Alias,
    versions: Vec<String>,
}

/// An alias: its versions, and how the traffic is shared between them.
#[component]
fn AliasCard(props: &AliasProps) -> Html {
    let app = use_app();
    let t = app.text;
    let alias = &props.alias;
    let version = use_state(|| alias.version.clone());
    let other = use_state(|| alias.other.as_ref().map(|(other, _)| other.clone()).unwrap_or_default());
    let share = use_state(|| alias.other.as_ref().map_or(0, |(_, weight)| (weight * 100.0).round() as u32));
    let draft = Alias {
        name: alias.name.clone(),
        version: (*version).clone(),
        other: (!other.is_empty() && *share > 0).then(|| ((*other).clone(), f64::from(*share) / 100.0)),
    };
    let onsubmit = {
        let (app, name, draft) = (app.clone(), props.name.clone(), draft.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (client, name, draft) = (app.client.clone(), name.clone(), draft.clone());
            attempt(&app, app.text.saved, async move { lambda::put_alias(&client, &name, &draft, false).await });
        })
    };
    let ondelete = {
        let (app, name, alias) = (app.clone(), props.name.clone(), alias.name.clone());
        Callback::from(move |_: MouseEvent| {
            let (client, name, alias) = (app.client.clone(), name.clone(), alias.clone());
            attempt(&app, app.text.deleted, async move { lambda::delete_alias(&client, &name, &alias).await });
        })
    };
    let choose = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |event: Event| state.set(input_value(&event)))
    };
    let onshare = {
        let share = share.clone();
        Callback::from(move |event: InputEvent| share.set(input_value(&event).parse().unwrap_or_default()))
    };
    // `$LATEST` cannot share its traffic.
    let published: Vec<&String> = props.versions.iter().filter(|number| *number != "$LATEST").collect();
    let can_share = published.len() > 1 && *version != "$LATEST";
    html! {
        <form class="card" {onsubmit} aria-label={(t.alias_named)(&alias.name)} data-test={format!("alias-{}", alias.name)}>
            <div class="card-head">
                <h3>{ &alias.name }</h3>
                <IconButton glyph={Glyph::Trash} label={(t.delete_named)(&alias.name)} test="delete-alias" onclick={ondelete} />
            </div>
            <div class="field-pair">
                <label class="field">
                    <span class="field-label">{ t.version }</span>
                    <select data-test="alias-version" onchange={choose(&version)}>
                        { for props.versions.iter().map(|number| html! { <option key={number.clone()} value={number.clone()} selected={*number == *version}>{ number }</option> }) }
                    </select>
                </label>
                <label class="field">
                    <span class="field-label">{ t.other_version }</span>
                    <select data-test="alias-other" onchange={choose(&other)} disabled={!can_share}>
                        <option value="" selected={other.is_empty()}>{ "–" }</option>
                        { for published.iter().filter(|number| ***number != *version).map(|number| html! {
                            <option key={(*number).clone()} value={(*number).clone()} selected={**number == *other}>{ *number }</option>
                        }) }
                    </select>
                </label>
            </div>
            if can_share && !other.is_empty() {
                <label class="field">
                    <span class="field-label">{ (t.share_of)(&other, *share) }</span>
                    <input type="range" min="0" max="100" data-test="alias-weight" value={share.to_string()} oninput={onshare} />
                </label>
            }
            { split(&draft) }
            <div class="actions">
                <Trial name={props.name.clone()} alias={alias.name.clone()} />
                <button type="submit" class="button button-primary" data-test="save-alias" disabled={draft == *alias}>{ t.save }</button>
            </div>
        </form>
    }
}

/// The shares of the versions, as a bar.
fn split(alias: &Alias) -> Html {
    let weight = alias.other.as_ref().map_or(0.0, |(_, weight)| *weight);
    let parts = std::iter::once((alias.version.clone(), 1.0 - weight)).chain(alias.other.clone());
    shares(&parts.collect::<Vec<_>>(), "alias-split")
}

fn shares(parts: &[(String, f64)], test: &'static str) -> Html {
    let text = parts.iter().map(|(version, share)| format!("{version}: {:.0} %", share * 100.0)).collect::<Vec<_>>();
    html! {
        <div class="shares" role="img" aria-label={text.join(", ")} data-test={test}>
            { for parts.iter().enumerate().filter(|(_, (_, share))| *share > 0.0).map(|(index, (version, share))| html! {
                <span key={version.clone()} class={if index == 0 { "share" } else { "share share-other" }} style={format!("flex-grow: {share:.4}")}>
                    { format!("{version} · {:.0} %", share * 100.0) }
                </span>
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TrialProps {
    name: String,
    alias: String,
}

/// Calls an alias many times and counts which version answered.
#[component]
fn Trial(props: &TrialProps) -> Html {
    let app = use_app();
    let t = app.text;
    let is_running = use_state(|| false);
    let counted = use_state(BTreeMap::<String, u32>::new);
    let onclick = {
        let (app, name, alias) = (app.clone(), props.name.clone(), props.alias.clone());
        let (is_running, counted) = (is_running.clone(), counted.clone());
        Callback::from(move |_: MouseEvent| {
            is_running.set(true);
            let (app, name, alias) = (app.clone(), name.clone(), alias.clone());
            let (is_running, counted) = (is_running.setter(), counted.setter());
            spawn_local(async move {
                let mut counts = BTreeMap::new();
                for _ in 0..TRIAL {
                    match lambda::invoke(&app.client, &name, &alias, "{}").await {
                        Ok(invocation) => *counts.entry(invocation.version).or_default() += 1,
                        Err(failure) => {
                            app.complain(flow::describe(app.text, &failure));
                            break;
                        }
                    }
                    counted.set(counts.clone());
                }
                is_running.set(false);
            });
        })
    };
    let total: u32 = counted.values().sum();
    let parts: Vec<(String, f64)> =
        counted.iter().map(|(version, count)| (version.clone(), f64::from(*count) / f64::from(total.max(1)))).collect();
    html! {
        <div class="trial">
            <button type="button" class="button" data-test="alias-trial" disabled={*is_running} {onclick}>
                <Icon glyph={if *is_running { Glyph::Spinner } else { Glyph::Play }} />{ (t.try_split)(TRIAL) }
            </button>
            if total > 0 {
                <div role="status">{ shares(&parts, "alias-measured") }</div>
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct NewAliasProps {
    name: String,
    versions: Vec<String>,
}

#[component]
fn NewAlias(props: &NewAliasProps) -> Html {
    let app = use_app();
    let t = app.text;
    let alias = use_state(String::new);
    let version = use_state(|| props.versions.last().cloned().unwrap_or_default());
    let onsubmit = {
        let (app, name, alias, version) = (app.clone(), props.name.clone(), alias.clone(), version.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (client, name) = (app.client.clone(), name.clone());
            let draft = Alias { name: (*alias).clone(), version: (*version).clone(), other: None };
            alias.set(String::new());
            attempt(&app, app.text.saved, async move { lambda::put_alias(&client, &name, &draft, true).await });
        })
    };
    let oninput = {
        let alias = alias.clone();
        Callback::from(move |text| alias.set(text))
    };
    let onversion = {
        let version = version.clone();
        Callback::from(move |event: Event| version.set(input_value(&event)))
    };
    html! {
        <form class="load load-end" {onsubmit}>
            <Field label={t.new_alias} test="new-alias" value={(*alias).clone()} {oninput} />
            <label class="field">
                <span class="field-label">{ t.version }</span>
                <select data-test="new-alias-version" onchange={onversion}>
                    { for props.versions.iter().map(|number| html! { <option key={number.clone()} value={number.clone()} selected={*number == *version}>{ number }</option> }) }
                </select>
            </label>
            <button type="submit" class="button" data-test="create-alias" disabled={alias.is_empty()}>{ t.create }</button>
        </form>
    }
}
