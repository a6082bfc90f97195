//! The dialogs: share, embed, a new file, and the two that ask before something is lost.

use super::module::{self, NewModule};
use super::wizard::Wizard;
use crate::context::{App, use_app};
use crate::flow;
use crate::location;
use crate::state::{Action, Dialog, Project};
use crate::ui::{Copy, Field, Modal, Status, Tone};
use yew::platform::spawn_local;
use yew::prelude::*;

/// Links up to here pass everywhere.
const SHORT: usize = 2000;
/// Longer links than this are cut by some chat programs; RFC 9110 asks servers for 8,000.
const LONG: usize = 8000;

/// The dialog that is open.
#[component]
pub fn Dialogs() -> Html {
    let app = use_app();
    match &app.view.dialog {
        None => html! {},
        Some(Dialog::Share) => html! { <Share /> },
        Some(Dialog::Embed) => html! { <Embed /> },
        Some(Dialog::NewFile) => html! { <NewFile /> },
        Some(Dialog::NewModule { name, bytes }) => html! { <NewModule name={name.clone()} bytes={bytes.clone()} /> },
        Some(Dialog::NewTable) => html! { <Wizard /> },
        Some(Dialog::Replace(example)) => {
            let (start, example) = (app.clone(), example.clone());
            let confirm = move || spawn_local(flow::replace(start.clone(), example.clone()));
            ask(&app, app.text.replace_title, app.text.replace_hint, app.text.replace, confirm)
        }
        Some(Dialog::Reset) => {
            let start = app.clone();
            let confirm = move || spawn_local(flow::reset(start.clone()));
            ask(&app, app.text.reset_title, app.text.reset_hint, app.text.reset, confirm)
        }
    }
}

/// The project as the fragment of a link.
pub fn fragment_of(project: &Project) -> String {
    let files = project.files.iter().map(|file| (file.path.clone(), file.content.bytes().to_vec())).collect();
    project::encode(&project::Project { name: project.name.clone(), files })
}

#[component]
fn Share() -> Html {
    let app = use_app();
    let t = app.text;
    let link = location::link_to(&fragment_of(&app.project));
    html! {
        <Modal title={t.share_title} test="share-dialog">
            <p>{ t.share_hint }</p>
            <label class="field">
                <span class="field-label">{ t.link }</span>
                <input class="mono" readonly=true value={link.clone()} data-test="share-link" />
            </label>
            <div class="actions">
                { length_hint(&app, link.len()) }
                <span class="grow" />
                <Copy label={t.copy_link} text={link} test="copy-link" />
            </div>
        </Modal>
    }
}

fn length_hint(app: &App, length: usize) -> Html {
    let t = app.text;
    let (text, tone) = if length <= SHORT {
        ((t.link_short)(length), Tone::Good)
    } else if length <= LONG {
        ((t.link_long)(length), Tone::Calm)
    } else {
        ((t.link_too_long)(length), Tone::Bad)
    };
    html! { <Status {text} {tone} test="link-length" /> }
}

#[component]
fn Embed() -> Html {
    let app = use_app();
    let t = app.text;
    let snippet = format!(
        "<script src=\"{base}embed.js\" async></script>\n<samlet-project href=\"{link}\"></samlet-project>",
        base = location::base(),
        link = location::link_to(&fragment_of(&app.project)),
    );
    html! {
        <Modal title={t.embed_title} test="embed-dialog">
            <p>{ t.embed_hint }</p>
            <textarea class="code-area" readonly=true rows="6" aria-label={t.embed_title} data-test="embed-snippet" value={snippet.clone()} />
            <div class="actions">
                <span class="grow" />
                <Copy label={t.copy_snippet} text={snippet} test="copy-snippet" />
            </div>
        </Modal>
    }
}

#[component]
fn NewFile() -> Html {
    let app = use_app();
    let t = app.text;
    let path = use_state(String::new);
    let is_taken = app.project.file(&path).is_some();
    let is_good = project::check_path(&path).is_ok() && !is_taken;
    let onsubmit = {
        let (app, path) = (app.clone(), path.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            app.dispatch(Action::AddFile((*path).clone()));
            app.dispatch(Action::CloseDialog);
        })
    };
    let oninput = {
        let path = path.clone();
        Callback::from(move |value| path.set(value))
    };
    html! {
        <Modal title={t.new_file} test="new-file-dialog">
            <form {onsubmit}>
                <Field label={t.path} test="new-file-path" value={(*path).clone()} placeholder="src/app.mjs" {oninput} />
                if is_taken { <p class="hint">{ t.path_taken }</p> }
                <div class="actions">
                    <span class="grow" />
                    <button type="submit" class="button button-primary" data-test="new-file-create" disabled={!is_good}>{ t.create }</button>
                </div>
            </form>
            { module::choose(&app) }
        </Modal>
    }
}

fn ask(app: &App, title: &'static str, text: &'static str, verb: &'static str, confirm: impl Fn() + 'static) -> Html {
    let onclick = {
        let app = app.clone();
        Callback::from(move |_: MouseEvent| {
            app.dispatch(Action::CloseDialog);
            confirm();
        })
    };
    html! {
        <Modal {title} test="ask-dialog">
            <p>{ text }</p>
            <div class="actions">
                <span class="grow" />
                <button type="button" class="button" data-test="ask-cancel" onclick={app.on(|| Action::CloseDialog)}>{ app.text.cancel }</button>
                <button type="button" class="button button-danger" data-test="ask-confirm" {onclick}>{ verb }</button>
            </div>
        </Modal>
    }
}
