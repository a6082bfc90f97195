//! The choice of a version or an alias.

use crate::aws::lambda;
use crate::context::{App, use_app};
use crate::task::use_fetch;
use crate::ui::input_value;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The function.
    pub name: String,
    /// What is chosen; empty for the latest.
    pub value: String,
    pub test: &'static str,
    pub onchange: Callback<String>,
}

/// The versions and aliases that can be called beside the latest.
#[hook]
fn use_qualifiers(app: &App, name: &str) -> Option<Vec<String>> {
    let (client, name) = (app.client.clone(), name.to_owned());
    let found = use_fetch((app.revision, name.clone()), move || {
        let (client, name) = (client.clone(), name.clone());
        async move {
            let versions = lambda::versions(&client, &name).await?.into_iter().map(|version| version.version);
            let aliases = lambda::aliases(&client, &name).await?.into_iter().map(|alias| alias.name);
            Ok(aliases.chain(versions.filter(|version| version != "$LATEST")).collect::<Vec<_>>())
        }
    });
    found.here().cloned()
}

/// The choice; nothing when there is only the latest.
#[component]
pub fn QualifierChoice(props: &Props) -> Html {
    let app = use_app();
    let Some(qualifiers) = use_qualifiers(&app, &props.name) else { return html! {} };
    if !props.value.is_empty() && !qualifiers.contains(&props.value) {
        // What was chosen is gone by now.
        props.onchange.emit(String::new());
    }
    if qualifiers.is_empty() {
        return html! {};
    }
    html! {
        <label class="field field-row">
            <span class="field-label">{ app.text.version_or_alias }</span>
            <select data-test={props.test} onchange={props.onchange.reform(|change: Event| input_value(&change))}>
                <option value="" selected={props.value.is_empty()}>{ "$LATEST" }</option>
                { for qualifiers.iter().map(|name| html! {
                    <option key={name.clone()} value={name.clone()} selected={*name == props.value}>{ name }</option>
                }) }
            </select>
        </label>
    }
}
