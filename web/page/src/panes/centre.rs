//! The centre: the files that are open, or the graph of the template.

use super::editor::Editor;
use super::map::Map;
use crate::context::{App, use_app};
use crate::state::{Action, Centre as Shown, Engine};
use crate::ui::{Empty, Glyph, Icon, IconButton};
use yew::prelude::*;

/// The centre of the page.
#[component]
pub fn Centre() -> Html {
    let app = use_app();
    let t = app.text;
    let is_graph = app.view.centre == Shown::Graph;
    let toggle = app.on(move || Action::ShowCentre(if is_graph { Shown::Code } else { Shown::Graph }));
    html! {
        <main id="centre" class="region centre" aria-label={t.region_code} tabindex="-1">
            <div class="centre-head">
                <ul class="file-tabs" aria-label={t.open_files}>
                    { for app.project.tabs.iter().map(|path| file_tab(&app, path)) }
                </ul>
                <button type="button" class="button button-small" aria-pressed={is_graph.to_string()} data-test="graph-toggle" onclick={toggle}>
                    <Icon glyph={Glyph::Graph} />{ t.graph }
                </button>
            </div>
            <div class="centre-body">
                if app.project.open.is_some() {
                    <div class="editor-frame" hidden={is_graph}><Editor /></div>
                } else if app.project.name.is_empty() && app.engine == Engine::Starting {
                    <Empty glyph={Glyph::Spinner} title={t.engine_starting} />
                } else if !is_graph {
                    <Empty glyph={Glyph::File} title={t.no_open_file} text={t.no_open_file_hint} />
                }
                if is_graph {
                    <Map />
                }
            </div>
        </main>
    }
}

fn file_tab(app: &App, path: &str) -> Html {
    let t = app.text;
    let is_open = app.project.open.as_deref() == Some(path);
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    let open = {
        let path = path.to_owned();
        app.on(move || Action::OpenFile(path.clone()))
    };
    let close = {
        let path = path.to_owned();
        app.on(move || Action::CloseTab(path.clone()))
    };
    let is_unsaved = app.project.file(path).is_some_and(|file| !file.saved);
    html! {
        <li class="file-tab" key={path.to_owned()} data-open={is_open.to_string()}>
            <button
                type="button"
                class="file-tab-name"
                aria-current={is_open.then_some("true")}
                title={path.to_owned()}
                data-test={format!("tab-{path}")}
                onclick={open}
            >
                { name }
                if is_unsaved {
                    <span class="dot" role="img" aria-label={t.unsaved} />
                }
            </button>
            <IconButton glyph={Glyph::Close} label={(t.close_named)(path)} test={format!("close-{path}")} onclick={close} />
        </li>
    }
}
