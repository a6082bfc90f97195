//! The inspector: the tool for what is selected.

use super::cluster::ClusterTool;
use super::details::Details;
use super::function::FunctionTool;
use super::pool::PoolTool;
use super::request::RequestBuilder;
use super::table::TableTool;
use crate::context::{App, use_app};
use crate::model::{Tool, short_kind, tool_of};
use crate::state::{Action, Jump, Selection};
use crate::ui::{Empty, Glyph, Icon, IconButton, glyph_of};
use yew::prelude::*;

/// What is known of the selected resource.
struct Selected {
    id: String,
    kind: String,
    physical_id: Option<String>,
    line: Option<u32>,
}

/// The right side of the page.
#[component]
pub fn Inspector() -> Html {
    let app = use_app();
    let t = app.text;
    html! {
        <aside id="inspector" class="region inspector" aria-label={t.region_try} tabindex="-1">
            { match selected(&app) {
                None => html! { <RequestBuilder /> },
                Some(selected) => resource(&app, &selected),
            } }
        </aside>
    }
}

/// The selected resource. An API is called with the request builder, which needs no head of its own.
fn selected(app: &App) -> Option<Selected> {
    let id = match &app.view.selection {
        Selection::Request => return None,
        Selection::Resource(id) => id,
        Selection::Loose { kind, name } => {
            let (id, physical_id) = (name.clone(), Some(name.clone()));
            return Some(Selected { id, kind: (*kind).to_owned(), physical_id, line: None });
        }
    };
    let nodes = app.shown_nodes();
    let node = nodes.iter().find(|node| node.id == *id);
    let deployed = app.deployment.resources.iter().find(|resource| resource.logical_id == *id);
    let kind = node.map(|node| node.kind.clone()).or_else(|| Some(deployed?.kind.clone()))?;
    Some(Selected {
        id: id.clone(),
        kind,
        physical_id: deployed.map(|resource| resource.physical_id.clone()),
        line: node.map(|node| node.line).filter(|line| *line > 0),
    })
}

fn resource(app: &App, selected: &Selected) -> Html {
    let t = app.text;
    let tool = match (&selected.physical_id, tool_of(&selected.kind)) {
        (None, _) => html! {
            <Empty glyph={glyph_of(&selected.kind)} title={t.not_deployed} text={t.not_deployed_hint} />
        },
        (Some(_), Tool::Api) => html! { <RequestBuilder /> },
        (Some(name), Tool::Function) => html! { <FunctionTool key={name.clone()} name={name.clone()} /> },
        (Some(name), Tool::Table) => html! { <TableTool key={name.clone()} name={name.clone()} /> },
        (Some(id), Tool::UserPool) => html! { <PoolTool key={id.clone()} pool={id.clone()} /> },
        (Some(name), Tool::Cluster) => html! { <ClusterTool key={name.clone()} name={name.clone()} /> },
        (Some(_), Tool::None) => html! { <Details id={selected.id.clone()} /> },
    };
    html! {
        <>
            { head(app, selected) }
            { tool }
        </>
    }
}

fn head(app: &App, selected: &Selected) -> Html {
    let t = app.text;
    let template = app.project.template().map(|file| file.path.clone());
    let jump = selected
        .line
        .zip(template)
        .map(|(line, path)| app.on(move || Action::JumpTo(Jump { path: path.clone(), line })));
    html! {
        <header class="inspector-head">
            <span class="inspector-badge"><Icon glyph={glyph_of(&selected.kind)} /></span>
            <div class="inspector-title">
                <h2 data-test="inspector-title">{ &selected.id }</h2>
                <p>{ short_kind(&selected.kind) }</p>
            </div>
            if let Some(onclick) = jump {
                <IconButton glyph={Glyph::File} label={t.show_in_template} test="show-in-template" {onclick} />
            }
            <button type="button" class="button button-small" data-test="show-request" onclick={app.on(|| Action::Select(Selection::Request))}>
                <Icon glyph={Glyph::Api} />{ t.request }
            </button>
        </header>
    }
}
