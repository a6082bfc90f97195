//! Writing and deleting an item, as JSON.

use super::table::Editing;
use crate::attribute::{item_from_plain, item_to_plain};
use crate::aws::dynamodb::{self, Table};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::format::pretty_value;
use crate::state::Action;
use crate::ui::{Failed, Glyph, Icon, input_value};
use serde_json::{Map, Value};
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
    pub editing: Editing,
    pub onclose: Callback<()>,
}

/// What the editor holds.
#[derive(Clone, PartialEq)]
struct Draft {
    text: String,
    /// Whether the text is plain JSON, or JSON with `DynamoDB`'s types.
    is_plain: bool,
}

impl Draft {
    fn of(table: &Table, editing: &Editing) -> Self {
        match editing {
            Editing::Item(item) => match item_to_plain(item) {
                Some(plain) => Self { text: pretty_value(&plain), is_plain: true },
                None => Self { text: pretty_value(item), is_plain: false },
            },
            Editing::New | Editing::Nothing => {
                let empty = |kind: &str| if kind == "N" { Value::from(0) } else { Value::from("") };
                let keys: Map<_, _> = table.keys.iter().map(|(name, kind)| (name.clone(), empty(kind))).collect();
                Self { text: pretty_value(&keys.into()), is_plain: true }
            }
        }
    }

    fn item(&self) -> Option<Value> {
        let value: Value = serde_json::from_str(&self.text).ok()?;
        if self.is_plain { item_from_plain(&value) } else { value.is_object().then_some(value) }
    }

    /// The same item in the other notation, when the other notation can say it.
    fn turned(&self) -> Option<Self> {
        let item = self.item()?;
        let other = if self.is_plain { item } else { item_to_plain(&item)? };
        Some(Self { text: pretty_value(&other), is_plain: !self.is_plain })
    }
}

/// The editor of one item.
#[component]
pub fn ItemEditor(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let draft = use_state(|| Draft::of(&props.table, &props.editing));
    let failure = use_state(|| None::<Failure>);
    {
        let (draft, failure, table) = (draft.setter(), failure.setter(), props.table.clone());
        use_effect_with(props.editing.clone(), move |editing| {
            draft.set(Draft::of(&table, editing));
            failure.set(None);
        });
    }
    let item = draft.item();
    let finish = finisher(&app, &failure, &props.onclose);
    let save = {
        let (app, table, item, finish) = (app.clone(), props.table.name.clone(), item.clone(), Rc::clone(&finish));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (client, table, item, finish) = (app.client.clone(), table.clone(), item.clone(), Rc::clone(&finish));
            spawn_local(async move {
                if let Some(item) = item {
                    finish(dynamodb::put(&client, &table, &item).await);
                }
            });
        })
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            draft.set(Draft { text: input_value(&event), is_plain: draft.is_plain });
        })
    };
    let turn = {
        let draft = draft.clone();
        Callback::from(move |_: Event| {
            if let Some(turned) = draft.turned() {
                draft.set(turned);
            }
        })
    };
    html! {
        <form class="card" onsubmit={save} aria-label={t.item}>
            <textarea
                class="code-area"
                rows="9"
                spellcheck="false"
                aria-label={t.item}
                aria-invalid={item.is_none().to_string()}
                data-test="item-json"
                value={draft.text.clone()}
                {oninput}
            />
            if let Some(failure) = &*failure {
                <Failed failure={failure.clone()} />
            }
            <div class="actions">
                <label class="check">
                    <input type="checkbox" checked={!draft.is_plain} disabled={draft.turned().is_none()} data-test="item-typed" onchange={turn} />
                    { t.typed_json }
                </label>
                { delete_button(&app, props, &finish) }
                <button type="button" class="button" data-test="item-cancel" onclick={props.onclose.reform(|_| ())}>{ t.cancel }</button>
                <button type="submit" class="button button-primary" data-test="item-save" disabled={item.is_none()}>{ t.save }</button>
            </div>
        </form>
    }
}

type Finish = Rc<dyn Fn(Result<(), Failure>)>;

/// Closes the editor after a write that went well; shows why it did not.
fn finisher(app: &App, failure: &UseStateHandle<Option<Failure>>, onclose: &Callback<()>) -> Finish {
    let (app, failure, onclose) = (app.clone(), failure.clone(), onclose.clone());
    Rc::new(move |outcome| match outcome {
        Ok(()) => {
            onclose.emit(());
            app.dispatch(Action::Changed);
        }
        Err(error) => failure.set(Some(error)),
    })
}

fn delete_button(app: &App, props: &Props, finish: &Finish) -> Html {
    let Editing::Item(item) = &props.editing else { return html! {} };
    let key = dynamodb::key_of(&props.table, item);
    let onclick = {
        let (client, table, finish) = (app.client.clone(), props.table.name.clone(), Rc::clone(finish));
        Callback::from(move |_: MouseEvent| {
            let (client, table, key, finish) = (client.clone(), table.clone(), key.clone(), Rc::clone(&finish));
            spawn_local(async move { finish(dynamodb::delete(&client, &table, &key).await) });
        })
    };
    html! {
        <button type="button" class="button button-danger" data-test="item-delete" {onclick}>
            <Icon glyph={Glyph::Trash} />{ app.text.delete }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_turns_into_typed_json_and_back() {
        let draft = Draft { text: r#"{"id": "1"}"#.into(), is_plain: true };
        let typed = draft.turned().expect("a typed item");
        assert_eq!(typed.item(), Some(json!({"id": {"S": "1"}})));
        assert_eq!(typed.turned().and_then(|plain| plain.item()), Some(json!({"id": {"S": "1"}})));
    }

    #[test]
    fn what_is_not_json_cannot_be_saved() {
        assert_eq!(Draft { text: "{".into(), is_plain: true }.item(), None);
        assert_eq!(Draft { text: "[]".into(), is_plain: false }.item(), None);
    }
}
