//! A WebAssembly module that is chosen or dropped: it becomes a function of the project, with a resource
//! in the template.

use crate::blueprint;
use crate::context::{App, use_app};
use crate::model::{Content, File, language_of};
use crate::state::{Action, Dialog, Jump};
use crate::ui::{Field, Modal};
use js_sys::Uint8Array;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileList, HtmlInputElement};
use yew::platform::spawn_local;
use yew::prelude::*;

const MAGIC: &[u8] = b"\0asm";

/// Asks what the function of the first module among `files` shall be called.
pub fn offer(app: &App, files: Option<FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    let app = app.clone();
    spawn_local(async move {
        let name = file.name();
        let bytes = JsFuture::from(file.array_buffer()).await.map(|buffer| Uint8Array::new(&buffer).to_vec());
        match bytes {
            Ok(bytes) if bytes.starts_with(MAGIC) => {
                app.dispatch(Action::OpenDialog(Dialog::NewModule { name, bytes: bytes.into() }));
            }
            _ => app.complain(app.text.not_a_module.to_owned()),
        }
    });
}

/// The field in which a module is chosen.
pub fn choose(app: &App) -> Html {
    let onchange = {
        let app = app.clone();
        Callback::from(move |event: Event| {
            offer(&app, event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.files()));
        })
    };
    html! {
        <label class="field">
            <span class="field-label">{ app.text.upload_module }</span>
            <input type="file" accept=".wasm,application/wasm" data-test="upload-module" {onchange} />
        </label>
    }
}

/// What happens to files that are dropped.
pub fn ondrop(app: &App) -> Callback<DragEvent> {
    let app = app.clone();
    Callback::from(move |event: DragEvent| {
        event.prevent_default();
        offer(&app, event.data_transfer().and_then(|dropped| dropped.files()));
    })
}

#[derive(PartialEq, Properties)]
pub struct NewModuleProps {
    pub name: AttrValue,
    pub bytes: Rc<[u8]>,
}

/// The dialog.
#[component]
pub fn NewModule(props: &NewModuleProps) -> Html {
    let app = use_app();
    let t = app.text;
    let template = app.project.template().and_then(|file| match &file.content {
        Content::Text(text) if language_of(&file.path) == "yaml" => Some((file.path.clone(), text.to_string())),
        _ => None,
    });
    let text = template.as_ref().map_or("", |(_, text)| text);
    let id = use_state(|| free_id(text, &props.name));
    let is_taken = blueprint::has_resource(text, &id);
    let is_id = !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric());
    let folder = id.to_ascii_lowercase();
    let lines = yaml(&id, &folder);
    let inserted = blueprint::insert(text, &lines).filter(|_| template.is_some());
    let can_insert = is_id && !is_taken && inserted.is_some();
    let has_place = inserted.is_some();
    let onsubmit = {
        let (app, bytes) = (app.clone(), Rc::clone(&props.bytes));
        let (path, is_there) = (template.map(|(path, _)| path), inserted);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(path), Some(inserted)) = (&path, &is_there) else { return };
            let module = File {
                path: format!("{folder}/bootstrap.wasm"),
                content: Content::Bytes(Rc::clone(&bytes)),
                saved: false,
            };
            app.dispatch(Action::CloseDialog);
            app.dispatch(Action::Arrived(module));
            app.dispatch(Action::Edit { path: path.clone(), text: inserted.text.as_str().into() });
            app.dispatch(Action::JumpTo(Jump { path: path.clone(), line: inserted.line }));
            app.say(app.text.module_inserted);
        })
    };
    let oninput = {
        let id = id.clone();
        Callback::from(move |value| id.set(value))
    };
    html! {
        <Modal title={t.new_module} test="new-module-dialog">
            <form {onsubmit}>
                <p>{ t.module_hint }</p>
                <Field label={t.logical_id} test="new-module-id" value={(*id).clone()} {oninput} />
                if is_taken { <p class="hint">{ t.id_taken }</p> }
                <pre class="json" tabindex="0" data-test="new-module-yaml">{ lines.join("\n") }</pre>
                if !has_place { <p class="hint" role="status">{ t.no_place_for_table }</p> }
                <div class="actions">
                    <span class="grow" />
                    <button type="submit" class="button button-primary" data-test="new-module-insert" disabled={!can_insert}>{ t.insert_in_template }</button>
                </div>
            </form>
        </Modal>
    }
}

/// A name made of a file's, that the template does not have yet.
fn free_id(template: &str, file: &str) -> String {
    let stem = file.strip_suffix(".wasm").unwrap_or(file);
    let words = stem.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect();
    let name =
        if name.starts_with(|letter: char| letter.is_ascii_alphabetic()) { name } else { format!("Module{name}") };
    let numbered = (2..).map(|number| format!("{name}{number}Function"));
    let mut ids = std::iter::once(format!("{name}Function")).chain(numbered);
    ids.find(|id| !blueprint::has_resource(template, id)).unwrap_or_default()
}

/// The resource as lines of YAML.
fn yaml(id: &str, folder: &str) -> Vec<String> {
    [
        format!("{id}:"),
        "  Type: AWS::Serverless::Function".to_owned(),
        "  Properties:".to_owned(),
        format!("    CodeUri: {folder}/"),
        "    Handler: bootstrap".to_owned(),
        "    Runtime: provided.al2023".to_owned(),
    ]
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_after_its_file() {
        assert_eq!(free_id("", "hello-world.wasm"), "HelloWorldFunction");
        assert_eq!(free_id("", "3.wasm"), "Module3Function");
        assert_eq!(free_id("Resources:\n  AFunction:\n    Type: T\n", "a.wasm"), "A2Function");
    }
}
