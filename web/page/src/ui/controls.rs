//! Buttons and fields.

use super::icon::{Glyph, Icon};
use crate::context::use_app;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::platform::{spawn_local, time::sleep};
use yew::prelude::*;

/// The text of the field that an event came from.
pub fn input_value(event: &impl AsRef<Event>) -> String {
    let Some(target) = event.as_ref().target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        input.value()
    } else if let Some(area) = target.dyn_ref::<HtmlTextAreaElement>() {
        area.value()
    } else if let Some(select) = target.dyn_ref::<HtmlSelectElement>() {
        select.value()
    } else {
        String::new()
    }
}

#[derive(PartialEq, Properties)]
pub struct IconButtonProps {
    pub glyph: Glyph,
    pub label: AttrValue,
    pub test: AttrValue,
    pub onclick: Callback<MouseEvent>,
    #[prop_or_default]
    pub pressed: Option<bool>,
    #[prop_or_default]
    pub disabled: bool,
}

/// A button that is an icon, with its name as a tooltip.
#[component]
pub fn IconButton(props: &IconButtonProps) -> Html {
    html! {
        <button
            type="button"
            class="icon-button"
            aria-label={props.label.clone()}
            title={props.label.clone()}
            aria-pressed={props.pressed.map(|pressed| pressed.to_string())}
            data-test={props.test.clone()}
            disabled={props.disabled}
            onclick={props.onclick.clone()}
        >
            <Icon glyph={props.glyph} />
        </button>
    }
}

#[derive(PartialEq, Properties)]
pub struct FieldProps {
    pub label: AttrValue,
    pub test: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    #[prop_or_default]
    pub autocomplete: AttrValue,
    #[prop_or_default]
    pub placeholder: AttrValue,
}

/// A one-line text field under its label.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let oninput = props.oninput.reform(|event: InputEvent| input_value(&event));
    html! {
        <label class="field">
            <span class="field-label">{ &props.label }</span>
            <input
                type={props.kind.clone()}
                value={props.value.clone()}
                autocomplete={props.autocomplete.clone()}
                placeholder={props.placeholder.clone()}
                autocapitalize="off"
                spellcheck="false"
                data-test={props.test.clone()}
                {oninput}
            />
        </label>
    }
}

#[derive(PartialEq, Properties)]
pub struct CopyProps {
    pub text: AttrValue,
    pub test: AttrValue,
    /// Says what is copied; without it the button is an icon that says "Copy".
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// Copies a text and says that it did.
#[component]
pub fn Copy(props: &CopyProps) -> Html {
    let app = use_app();
    let copied = use_state(|| false);
    let onclick = {
        let (app, text, copied) = (app.clone(), props.text.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, text, copied) = (app.clone(), text.clone(), copied.clone());
            spawn_local(async move {
                let Some(window) = web_sys::window() else { return };
                match JsFuture::from(window.navigator().clipboard().write_text(&text)).await {
                    Ok(_) => {
                        app.say(app.text.copied);
                        copied.set(true);
                        sleep(Duration::from_millis(1500)).await;
                        copied.set(false);
                    }
                    Err(_) => app.complain(app.text.copy_refused),
                }
            });
        })
    };
    let glyph = if *copied { Glyph::Check } else { Glyph::Copy };
    match &props.label {
        Some(label) => html! {
            <button type="button" class="button" data-test={props.test.clone()} {onclick}>
                <Icon {glyph} />{ label }
            </button>
        },
        None => html! {
            <IconButton {glyph} label={app.text.copy} test={props.test.clone()} {onclick} />
        },
    }
}
