//! A new table: a form whose result is a resource in the template, for there is where a table belongs.

use crate::attribute::Kind;
use crate::blueprint::{self, Blueprint, IndexPlan, KeyPart};
use crate::context::{App, use_app};
use crate::model::{Content, language_of};
use crate::state::{Action, Jump};
use crate::ui::{Field, Glyph, Icon, IconButton, Modal, input_value};
use yew::prelude::*;

const KEY_KINDS: [Kind; 3] = [Kind::S, Kind::N, Kind::B];
const VIEWS: [&str; 4] = ["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];

/// Changes one thing of the blueprint.
#[derive(Clone)]
struct Change {
    plan: Blueprint,
    setter: UseStateSetter<Blueprint>,
}

impl Change {
    fn by<T: 'static>(&self, set: impl Fn(&mut Blueprint, T) + 'static) -> Callback<T> {
        let change = self.clone();
        Callback::from(move |value| {
            let mut plan = change.plan.clone();
            set(&mut plan, value);
            change.setter.set(plan);
        })
    }
}

/// The dialog.
#[component]
pub fn Wizard() -> Html {
    let app = use_app();
    let t = app.text;
    let template = template_of(&app);
    let plan = use_state(|| Blueprint::for_template(template.as_ref().map_or("", |(_, text)| text)));
    let change = Change { plan: (*plan).clone(), setter: plan.setter() };
    let is_taken = template.as_ref().is_some_and(|(_, text)| blueprint::has_resource(text, &plan.id));
    let lines = plan.yaml();
    let inserted = template.and_then(|(path, text)| Some((path, blueprint::insert(&text, &lines)?)));
    let can_insert = inserted.is_some() && plan.is_complete() && !is_taken;
    let has_place = inserted.is_some();
    let onsubmit = {
        let app = app.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some((path, inserted)) = inserted.as_ref().filter(|_| can_insert) {
                app.dispatch(Action::CloseDialog);
                app.dispatch(Action::Edit { path: path.clone(), text: inserted.text.as_str().into() });
                app.dispatch(Action::JumpTo(Jump { path: path.clone(), line: inserted.line }));
                app.say(app.text.table_inserted);
            }
        })
    };
    html! {
        <Modal title={t.new_table} test="table-dialog">
            <form {onsubmit}>
                <Field label={t.logical_id} test="new-table-id" value={plan.id.clone()} oninput={change.by(|plan, id| plan.id = id)} />
                if is_taken { <p class="hint">{ t.id_taken }</p> }
                { keys(&app, &change) }
                { capacity(&app, &change) }
                { for plan.indexes.iter().enumerate().map(|(place, index)| index_card(&app, &change, place, index)) }
                { extras(&app, &change) }
                <details class="fold">
                    <summary data-test="new-table-preview">{ t.preview }</summary>
                    <pre class="json" tabindex="0" data-test="new-table-yaml">{ lines.join("\n") }</pre>
                </details>
                if !has_place { <p class="hint" role="status">{ t.no_place_for_table }</p> }
                <div class="actions">
                    <button type="button" class="button" data-test="add-index" onclick={change.by(|plan, _: MouseEvent| {
                        let name = format!("Index{}", plan.indexes.len() + 1);
                        plan.indexes.push(IndexPlan { name, partition: KeyPart::default(), sort: KeyPart::default() });
                    })}>
                        <Icon glyph={Glyph::Plus} />{ t.index_more }
                    </button>
                    <span class="grow" />
                    <button type="submit" class="button button-primary" data-test="new-table-insert" disabled={!can_insert}>{ t.insert_in_template }</button>
                </div>
            </form>
        </Modal>
    }
}

/// The template's path and text; JSON has no lines to add to.
fn template_of(app: &App) -> Option<(String, String)> {
    let file = app.project.template()?;
    match &file.content {
        Content::Text(text) if language_of(&file.path) == "yaml" => Some((file.path.clone(), text.to_string())),
        _ => None,
    }
}

fn keys(app: &App, change: &Change) -> Html {
    let t = app.text;
    html! {
        <div class="field-pair">
            { key(app, t.partition_key, "new-table-partition", &change.plan.partition, &change.by(|plan, part| plan.partition = part)) }
            { key(app, t.sort_key_optional, "new-table-sort", &change.plan.sort, &change.by(|plan, part| plan.sort = part)) }
        </div>
    }
}

fn key(app: &App, label: &'static str, test: &str, part: &KeyPart, onchange: &Callback<KeyPart>) -> Html {
    let (of_name, of_kind) = (part.clone(), part.clone());
    let oninput = onchange.reform(move |event: InputEvent| KeyPart { name: input_value(&event), ..of_name.clone() });
    let onkind = onchange.reform(move |event: Event| KeyPart { kind: input_value(&event), ..of_kind.clone() });
    html! {
        <div class="field">
            <span class="field-label">{ label }</span>
            <div class="key-line">
                <input class="mono" aria-label={label} spellcheck="false" autocapitalize="off" data-test={test.to_owned()} value={part.name.clone()} {oninput} />
                <select aria-label={app.text.value_type} data-test={format!("{test}-kind")} onchange={onkind}>
                    { for KEY_KINDS.iter().map(|kind| html! {
                        <option value={kind.name()} selected={kind.name() == part.kind}>{ (app.text.type_name)(*kind) }</option>
                    }) }
                </select>
            </div>
        </div>
    }
}

fn capacity(app: &App, change: &Change) -> Html {
    let t = app.text;
    let plan = &change.plan;
    let onchange = change.by(|plan, event: Event| plan.is_on_demand = input_value(&event) == "on-demand");
    html! {
        <>
            <label class="field field-row">
                <span class="field-label">{ t.capacity }</span>
                <select data-test="new-table-capacity" {onchange}>
                    <option value="on-demand" selected={plan.is_on_demand}>{ t.on_demand }</option>
                    <option value="provisioned" selected={!plan.is_on_demand}>{ t.provisioned_capacity }</option>
                </select>
            </label>
            if !plan.is_on_demand {
                <div class="field-pair">
                    <Field label="RCU" kind="number" test="new-table-rcu" value={plan.read_units.clone()} oninput={change.by(|plan, units| plan.read_units = units)} />
                    <Field label="WCU" kind="number" test="new-table-wcu" value={plan.write_units.clone()} oninput={change.by(|plan, units| plan.write_units = units)} />
                </div>
            }
        </>
    }
}

fn index_card(app: &App, change: &Change, place: usize, index: &IndexPlan) -> Html {
    let t = app.text;
    let edit = move |set: fn(&mut IndexPlan, KeyPart)| {
        move |plan: &mut Blueprint, part: KeyPart| {
            if let Some(index) = plan.indexes.get_mut(place) {
                set(index, part);
            }
        }
    };
    let rename = change.by(move |plan, name: String| {
        if let Some(index) = plan.indexes.get_mut(place) {
            index.name = name;
        }
    });
    html! {
        <div class="card" key={place}>
            <div class="card-head">
                <h3>{ t.global_index_long }</h3>
                <IconButton glyph={Glyph::Close} label={(t.delete_named)(&index.name)} test={format!("remove-index-{place}")} onclick={change.by(move |plan, _: MouseEvent| { plan.indexes.remove(place); })} />
            </div>
            <Field label={t.index_name} test={format!("index-name-{place}")} value={index.name.clone()} oninput={rename} />
            <div class="field-pair">
                { key(app, t.partition_key, &format!("index-partition-{place}"), &index.partition, &change.by(edit(|index, part| index.partition = part))) }
                { key(app, t.sort_key_optional, &format!("index-sort-{place}"), &index.sort, &change.by(edit(|index, part| index.sort = part))) }
            </div>
        </div>
    }
}

fn extras(app: &App, change: &Change) -> Html {
    let t = app.text;
    let plan = &change.plan;
    html! {
        <div class="field-pair">
            <label class="field">
                <span class="field-label">{ t.stream }</span>
                <select data-test="new-table-stream" onchange={change.by(|plan, event: Event| plan.stream_view = input_value(&event))}>
                    <option value="" selected={plan.stream_view.is_empty()}>{ t.switched_off }</option>
                    { for VIEWS.iter().map(|view| html! { <option value={*view} selected={plan.stream_view == *view}>{ *view }</option> }) }
                </select>
            </label>
            <Field label={t.ttl_attribute} test="new-table-ttl" placeholder={t.switched_off} value={plan.ttl.clone()} oninput={change.by(|plan, ttl| plan.ttl = ttl)} />
        </div>
    }
}
