//! Writing an item: as a form, as plain JSON, or as JSON with `DynamoDB`'s types.

use super::form::Form;
use super::grid::cost;
use crate::attribute::{Kind, item_from_plain, item_to_plain};
use crate::aws::dynamodb::{self, Cost, Table};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::fields::{Field, fields_of, has_fault, members};
use crate::format::pretty_value;
use crate::state::Action;
use crate::ui::{Failed, Glyph, Icon, input_value};
use serde_json::Value;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::platform::spawn_local;
use yew::prelude::*;

/// What is being edited.
#[derive(Clone, PartialEq)]
pub enum Editing {
    Nothing,
    /// A new item, perhaps with what another one holds.
    New(Option<Rc<Value>>),
    Item(Rc<Value>),
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
    pub editing: Editing,
    pub onedit: Callback<Editing>,
    /// Told when something was typed: from then on another item must not take its place.
    pub ondraft: Callback<()>,
}

/// The notations of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    Form,
    Plain,
    Typed,
}

/// What the editor holds.
#[derive(Clone, Debug, PartialEq)]
enum Draft {
    Form(Vec<Field>),
    Plain(String),
    Typed(String),
}

impl Draft {
    fn of(table: &Table, editing: &Editing) -> Self {
        match editing {
            Editing::Item(item) | Editing::New(Some(item)) => Self::form(table, item),
            Editing::New(None) | Editing::Nothing => {
                let field = |key: &dynamodb::Key| Field::new(&key.name, Kind::of(&key.kind).unwrap_or_default());
                Self::Form(table.keys.iter().map(field).collect())
            }
        }
    }

    /// An item as a form, with the key attributes first.
    fn form(table: &Table, item: &Value) -> Self {
        let mut fields = item.as_object().map(fields_of).unwrap_or_default();
        let rank = |field: &Field| table.keys.iter().position(|key| key.name == field.name);
        fields.sort_by_key(|field| rank(field).unwrap_or(usize::MAX));
        Self::Form(fields)
    }

    fn notation(&self) -> Notation {
        match self {
            Self::Form(_) => Notation::Form,
            Self::Plain(_) => Notation::Plain,
            Self::Typed(_) => Notation::Typed,
        }
    }

    /// The item, when what is written is one.
    fn item(&self) -> Option<Value> {
        match self {
            Self::Form(fields) => Some(members(fields).into()),
            Self::Plain(text) => item_from_plain(&serde_json::from_str(text).ok()?),
            Self::Typed(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        }
    }

    /// The same item in another notation, when that can say it and nothing is lost on the way.
    fn turned(&self, table: &Table, notation: Notation) -> Option<Self> {
        let item = match self {
            Self::Form(fields) if has_same_names(fields) => return None,
            draft => draft.item()?,
        };
        match notation {
            Notation::Form => is_typed(&item).then(|| Self::form(table, &item)),
            Notation::Plain => item_to_plain(&item).map(|plain| Self::Plain(pretty_value(&plain))),
            Notation::Typed => Some(Self::Typed(pretty_value(&item))),
        }
    }

    fn can_be_saved(&self) -> bool {
        match self {
            Self::Form(fields) => !has_fault(fields, true),
            other => other.item().is_some(),
        }
    }
}

/// Two fields of one name would become one attribute.
fn has_same_names(fields: &[Field]) -> bool {
    let is_again = |place: usize| fields[..place].iter().any(|other| other.name == fields[place].name);
    (0..fields.len()).any(is_again)
        || fields.iter().any(|field| field.kind == Kind::M && has_same_names(&field.parts))
        || fields.iter().any(|field| field.kind == Kind::L && has_nested_same_names(&field.parts))
}

fn has_nested_same_names(parts: &[Field]) -> bool {
    parts.iter().any(|part| match part.kind {
        Kind::M => has_same_names(&part.parts),
        Kind::L => has_nested_same_names(&part.parts),
        _ => false,
    })
}

/// Whether JSON is an item that comes out of the form as it went in.
fn is_typed(item: &Value) -> bool {
    item.as_object().is_some_and(|attributes| Value::from(members(&fields_of(attributes))) == *item)
}

/// What an attempt to save takes and where its outcome goes.
#[derive(Clone)]
struct Work {
    app: App,
    table: Table,
    editing: Editing,
    failure: UseStateSetter<Option<Failure>>,
    onedit: Callback<Editing>,
}

impl Work {
    /// Writes the item: what differs of one that is there, or the whole of a new one.
    async fn save(self, item: Value, replace: bool) {
        let client = &self.app.client;
        let outcome = match &self.editing {
            Editing::Item(old) if !replace && is_same_key(&self.table, old, &item) => {
                dynamodb::update(client, &self.table, old, &item).await
            }
            _ => dynamodb::put(client, &self.table, &item, replace).await,
        };
        self.finish(self.app.text.saved, outcome);
    }

    async fn delete(self, key: Value) {
        let outcome = dynamodb::delete(&self.app.client, &self.table.name, &key).await;
        self.finish(self.app.text.deleted, outcome);
    }

    /// Closes the editor after a write that went well; keeps it, and says why, after one that did not.
    fn finish(&self, done: &str, outcome: Result<Cost, Failure>) {
        match outcome {
            Ok(taken) => {
                self.app.say(format!("{done} · {}", cost(&taken, "WCU")));
                self.onedit.emit(Editing::Nothing);
                self.app.dispatch(Action::Changed);
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }
}

fn is_same_key(table: &Table, one: &Value, other: &Value) -> bool {
    dynamodb::key_of(table, one) == dynamodb::key_of(table, other)
}

/// The editor of one item.
#[component]
pub fn ItemEditor(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let draft = use_state(|| Draft::of(&props.table, &props.editing));
    let failure = use_state(|| None::<Failure>);
    let card = use_node_ref();
    {
        let (draft, failure, table, card) = (draft.setter(), failure.setter(), props.table.clone(), card.clone());
        use_effect_with(props.editing.clone(), move |editing| {
            draft.set(Draft::of(&table, editing));
            failure.set(None);
            if let Some(card) = card.cast::<HtmlElement>() {
                // It is shown, and an element that is shown takes the focus.
                let _ = card.focus();
            }
        });
    }
    let work = Work {
        app: app.clone(),
        table: props.table.clone(),
        editing: props.editing.clone(),
        failure: failure.setter(),
        onedit: props.onedit.clone(),
    };
    let change = {
        let (draft, ondraft) = (draft.clone(), props.ondraft.clone());
        Callback::from(move |changed: Draft| {
            ondraft.emit(());
            draft.set(changed);
        })
    };
    let save = saver(&work, &draft, false);
    let onsubmit = {
        let save = save.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            save.emit(());
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            // Here the key saves; elsewhere it sends the request.
            event.prevent_default();
            event.stop_propagation();
            save.emit(());
        }
    });
    let title = if matches!(props.editing, Editing::Item(_)) { t.edit_item } else { t.new_item };
    html! {
        <form ref={card} class="card" {onsubmit} {onkeydown} aria-label={title} tabindex="-1" data-test="item-editor">
            <div class="card-head">
                <h3>{ title }</h3>
                { notations(&app, props, &draft, &change) }
            </div>
            { body(&app, props, &draft, &change) }
            { warning(&app, &work, &draft) }
            if let Some(failure) = &*failure {
                <Failed failure={failure.clone()} />
                { way_out(&app, &work, &draft, failure) }
            }
            { actions(&app, props, &work, &draft) }
        </form>
    }
}

fn saver(work: &Work, draft: &Draft, replace: bool) -> Callback<()> {
    let (work, item) = (work.clone(), draft.item().filter(|_| draft.can_be_saved()));
    Callback::from(move |()| {
        if let Some(item) = item.clone() {
            spawn_local(work.clone().save(item, replace));
        }
    })
}

/// The choice of the notation. One that cannot say what is written cannot be chosen.
fn notations(app: &App, props: &Props, draft: &Draft, change: &Callback<Draft>) -> Html {
    let t = app.text;
    let all = [
        (Notation::Form, t.form, "item-form-tab"),
        (Notation::Plain, "JSON", "item-plain"),
        (Notation::Typed, t.typed_json, "item-typed"),
    ];
    html! {
        <div class="segments" role="group" aria-label={t.notation}>
            { for all.into_iter().map(|(notation, label, test)| {
                let is_chosen = draft.notation() == notation;
                let turned = draft.turned(&props.table, notation);
                let title = turned.is_none().then_some(t.notation_hint);
                let (change, disabled) = (change.clone(), turned.is_none() && !is_chosen);
                let onclick = Callback::from(move |_: MouseEvent| {
                    if let Some(turned) = turned.clone().filter(|_| !is_chosen) {
                        change.emit(turned);
                    }
                });
                html! {
                    <button type="button" class="segment" aria-pressed={is_chosen.to_string()} {title} {disabled} data-test={test} {onclick}>{ label }</button>
                }
            }) }
        </div>
    }
}

fn body(app: &App, props: &Props, draft: &Draft, change: &Callback<Draft>) -> Html {
    let area = |text: &str, wrap: fn(String) -> Draft| {
        html! {
            <textarea
                class="code-area"
                rows="10"
                spellcheck="false"
                aria-label={app.text.item}
                aria-invalid={draft.item().is_none().to_string()}
                data-test="item-json"
                value={text.to_owned()}
                oninput={change.reform(move |event: InputEvent| wrap(input_value(&event)))}
            />
        }
    };
    match draft {
        Draft::Form(fields) => html! {
            <Form
                fields={fields.clone()}
                keys={props.table.keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>()}
                has_fixed_key={matches!(props.editing, Editing::Item(_))}
                onchange={change.reform(Draft::Form)}
            />
        },
        Draft::Plain(text) => area(text, Draft::Plain),
        Draft::Typed(text) => area(text, Draft::Typed),
    }
}

/// What saving would do beside what one expects of it.
fn warning(app: &App, work: &Work, draft: &Draft) -> Html {
    let t = app.text;
    match (&work.editing, draft.item()) {
        (_, None) => html! { <p class="hint" role="status">{ t.not_json }</p> },
        (Editing::Item(old), Some(item)) if !is_same_key(&work.table, old, &item) => {
            html! { <p class="hint" role="status" data-test="key-changed">{ t.key_changed }</p> }
        }
        _ => html! {},
    }
}

/// After a refused condition: somebody else was there first, and the person decides.
fn way_out(app: &App, work: &Work, draft: &Draft, failure: &Failure) -> Html {
    let t = app.text;
    if !matches!(failure, Failure::Aws { code, .. } if code == "ConditionalCheckFailedException") {
        return html! {};
    }
    let is_new = draft.item().is_none_or(|item| match &work.editing {
        Editing::Item(old) => !is_same_key(&work.table, old, &item),
        _ => true,
    });
    let save = saver(work, draft, true);
    html! {
        <div class="actions">
            <p class="hint grow">{ if is_new { t.item_exists } else { t.item_gone } }</p>
            <button type="button" class="button button-danger" data-test="item-replace" onclick={save.reform(|_| ())}>
                { if is_new { t.replace_item } else { t.write_again } }
            </button>
        </div>
    }
}

fn actions(app: &App, props: &Props, work: &Work, draft: &Draft) -> Html {
    let t = app.text;
    let cancel = props.onedit.reform(|_: MouseEvent| Editing::Nothing);
    html! {
        <div class="actions">
            if let Editing::Item(item) = &props.editing {
                { delete_button(app, work, item) }
                { duplicate_button(app, props, draft) }
                <span class="grow" />
            }
            <button type="button" class="button" data-test="item-cancel" onclick={cancel}>{ t.cancel }</button>
            <button type="submit" class="button button-primary" data-test="item-save" disabled={!draft.can_be_saved()}>{ t.save }</button>
        </div>
    }
}

fn delete_button(app: &App, work: &Work, item: &Value) -> Html {
    let (work, key) = (work.clone(), dynamodb::key_of(&work.table, item));
    let onclick = Callback::from(move |_: MouseEvent| spawn_local(work.clone().delete(key.clone())));
    html! {
        <button type="button" class="button button-danger" data-test="item-delete" {onclick}>
            <Icon glyph={Glyph::Trash} />{ app.text.delete }
        </button>
    }
}

/// A new item with what is written here.
fn duplicate_button(app: &App, props: &Props, draft: &Draft) -> Html {
    let item = draft.item().filter(|_| draft.can_be_saved()).map(Rc::new);
    let disabled = item.is_none();
    let onclick = props.onedit.reform(move |_: MouseEvent| Editing::New(item.clone()));
    html! {
        <button type="button" class="button" data-test="item-duplicate" {disabled} {onclick}>
            <Icon glyph={Glyph::Copy} />{ app.text.duplicate }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table() -> Table {
        let keys = vec![dynamodb::Key { name: "id".into(), kind: "S".into(), is_partition: true }];
        Table { keys, ..Table::default() }
    }

    fn turned(draft: &Draft, notation: Notation) -> Draft {
        draft.turned(&table(), notation).expect("another notation")
    }

    #[test]
    fn an_item_goes_through_all_notations_and_stays_the_same() {
        let item = json!({"a": {"L": [{"N": "1"}]}, "id": {"S": "1"}});
        let form = Draft::form(&table(), &item);
        assert!(matches!(&form, Draft::Form(fields) if fields[0].name == "id"));
        let plain = turned(&form, Notation::Plain);
        let typed = turned(&plain, Notation::Typed);
        assert_eq!(turned(&typed, Notation::Form).item(), Some(item));
    }

    #[test]
    fn a_notation_that_would_lose_something_is_refused() {
        let set = Draft::form(&table(), &json!({"id": {"S": "1"}, "s": {"SS": ["a"]}}));
        assert_eq!(set.turned(&table(), Notation::Plain), None);
        let twice = Draft::Form(vec![Field::new("id", Kind::S), Field::new("id", Kind::S)]);
        assert_eq!(twice.turned(&table(), Notation::Typed), None);
        assert!(!twice.can_be_saved());
        let strange = Draft::Typed(r#"{"id": {"Q": 1}}"#.into());
        assert_eq!(strange.turned(&table(), Notation::Form), None);
    }

    #[test]
    fn what_is_not_json_cannot_be_saved() {
        assert!(!Draft::Plain("{".into()).can_be_saved());
        assert!(!Draft::Typed("[]".into()).can_be_saved());
        assert_eq!(Draft::Plain("{".into()).turned(&table(), Notation::Form), None);
    }
}
