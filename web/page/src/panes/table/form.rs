//! The form of an item: a row for each attribute, rows within rows for maps, lists and sets.

use crate::attribute::Kind;
use crate::context::{App, use_app};
use crate::fields::{Fault, Field, at_mut, fault, list_mut};
use crate::ui::{Glyph, Icon, IconButton, input_value};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub fields: Vec<Field>,
    /// The attributes of the key: their names and types are the table's.
    pub keys: Vec<String>,
    /// Whether the key's values are fixed too: they say which item it is.
    pub has_fixed_key: bool,
    pub onchange: Callback<Vec<Field>>,
}

impl Props {
    /// A callback that changes the field at a path.
    fn change<E: 'static>(&self, path: &[usize], set: impl Fn(&mut Field, E) + 'static) -> Callback<E> {
        let (fields, path, onchange) = (self.fields.clone(), path.to_vec(), self.onchange.clone());
        Callback::from(move |event| {
            let mut fields = fields.clone();
            if let Some(field) = at_mut(&mut fields, &path) {
                set(field, event);
                onchange.emit(fields);
            }
        })
    }

    fn remove(&self, path: &[usize]) -> Callback<MouseEvent> {
        let (fields, path, onchange) = (self.fields.clone(), path.to_vec(), self.onchange.clone());
        Callback::from(move |_| {
            let mut fields = fields.clone();
            if let (Some(list), Some(place)) = (list_mut(&mut fields, &path), path.last()) {
                list.remove(*place);
                onchange.emit(fields);
            }
        })
    }
}

/// The fields of an item.
#[component]
pub fn Form(props: &Props) -> Html {
    let app = use_app();
    let add = {
        let (fields, onchange) = (props.fields.clone(), props.onchange.clone());
        Callback::from(move |_: MouseEvent| {
            let mut fields = fields.clone();
            fields.push(Field::new("", Kind::S));
            onchange.emit(fields);
        })
    };
    html! {
        <div class="fields" data-test="item-form">
            { rows(&app, props, &props.fields, &[], true) }
            { add_button(app.text.add_attribute, "add-attribute", add) }
        </div>
    }
}

fn rows(app: &App, props: &Props, fields: &[Field], path: &[usize], has_names: bool) -> Html {
    html! {
        { for fields.iter().enumerate().map(|(place, field)| {
            let path = [path, &[place]].concat();
            row(app, props, field, &path, has_names, fault(fields, place, has_names))
        }) }
    }
}

fn row(app: &App, props: &Props, field: &Field, path: &[usize], has_names: bool, fault: Option<Fault>) -> Html {
    let t = app.text;
    let is_key = path.len() == 1 && props.keys.contains(&field.name) && path[0] < props.keys.len();
    let number = path.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
    let is_member = !has_names && is_set_member(props, path);
    let rename = props.change::<InputEvent>(path, |field, event| field.name = input_value(&event));
    let turn =
        props.change::<Event>(path, |field, event| field.turn(Kind::of(&input_value(&event)).unwrap_or_default()));
    html! {
        <div class="field-line" key={number.clone()} data-test="field">
            <div class="field-main">
                if has_names {
                    if is_key {
                        <span class="field-name"><code>{ &field.name }</code><span class="key-mark" title={t.key}><Icon glyph={Glyph::Key} /></span></span>
                    } else {
                        <input class="field-name mono" aria-label={t.attribute_name} placeholder={t.attribute_name} spellcheck="false" autocapitalize="off" data-test={format!("field-name-{number}")} aria-invalid={matches!(fault, Some(Fault::NoName | Fault::SameName)).to_string()} value={field.name.clone()} oninput={rename} />
                    }
                } else {
                    <span class="field-name number">{ path.last().map(ToString::to_string) }</span>
                }
                { value(app, props, field, path, &number, is_key && props.has_fixed_key, fault) }
                if is_key || is_member {
                    <span class="field-kind soft">{ (t.type_name)(field.kind) }</span>
                } else {
                    <select class="field-kind" aria-label={t.value_type} data-test={format!("field-kind-{number}")} onchange={turn}>
                        { for Kind::ALL.iter().map(|kind| html! {
                            <option value={kind.name()} selected={*kind == field.kind}>{ (t.type_name)(*kind) }</option>
                        }) }
                    </select>
                }
                if is_key {
                    <span class="field-end" />
                } else {
                    <IconButton glyph={Glyph::Close} label={(t.delete_named)(&field.name)} test={format!("remove-field-{number}")} onclick={props.remove(path)} />
                }
            </div>
            if let Some(text) = fault.and_then(|fault| fault_text(app, field, fault)) {
                <p class="field-fault" role="alert">{ text }</p>
            }
            if field.is_nested() {
                <div class="field-parts">
                    { rows(app, props, &field.parts, path, field.names_parts()) }
                    { add_button(t.add_part, &format!("add-part-{number}"), props.change(path, |field, _| {
                        let part = field.new_part();
                        field.parts.push(part);
                    })) }
                </div>
            }
        </div>
    }
}

/// Whether the field at a path stands in a set, whose members have the set's type.
fn is_set_member(props: &Props, path: &[usize]) -> bool {
    let mut fields = props.fields.clone();
    let parent = path.split_last().and_then(|(_, parent)| at_mut(&mut fields, parent));
    parent.is_some_and(|parent| parent.kind.member().is_some())
}

fn value(
    app: &App,
    props: &Props,
    field: &Field,
    path: &[usize],
    number: &str,
    is_fixed: bool,
    fault: Option<Fault>,
) -> Html {
    let label = (app.text.value_of)(&field.name);
    let is_bad = matches!(fault, Some(Fault::NotANumber | Fault::NotBase64)).to_string();
    let test = format!("field-value-{number}");
    match field.kind {
        Kind::Bool => {
            let onchange = props.change::<Event>(path, |field, event| field.text = input_value(&event));
            let is_true = field.text == "true";
            html! {
                <select class="field-value" aria-label={label} data-test={test} {onchange}>
                    <option value="true" selected={is_true}>{ "true" }</option>
                    <option value="false" selected={!is_true}>{ "false" }</option>
                </select>
            }
        }
        Kind::Null => html! { <span class="field-value soft mono">{ "null" }</span> },
        _ if field.is_nested() => {
            html! { <span class="field-value soft">{ (app.text.part_count)(field.parts.len()) }</span> }
        }
        _ => {
            let oninput = props.change::<InputEvent>(path, |field, event| field.text = input_value(&event));
            html! {
                // Strings have lines; a field of one line would swallow their ends.
                <textarea class="field-value mono" rows="1" aria-label={label} spellcheck="false" autocapitalize="off" data-test={test} aria-invalid={is_bad} readonly={is_fixed} value={field.text.clone()} {oninput} />
            }
        }
    }
}

fn add_button(label: &'static str, test: &str, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="button button-small field-add" data-test={test.to_owned()} {onclick}>
            <Icon glyph={Glyph::Plus} />{ label }
        </button>
    }
}

/// What is wrong, in words; nothing about what is simply not filled in yet.
fn fault_text(app: &App, field: &Field, fault: Fault) -> Option<&'static str> {
    let t = app.text;
    match fault {
        Fault::NoName => None,
        Fault::SameName => Some(t.fault_same_name),
        Fault::NotANumber => (!field.text.is_empty()).then_some(t.fault_number),
        Fault::NotBase64 => (!field.text.is_empty()).then_some(t.fault_base64),
    }
}
