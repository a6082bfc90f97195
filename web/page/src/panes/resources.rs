//! The resources: those of the template, and those that were deployed. The same as the graph, as a list.

use crate::aws::cloudformation::{Stack, StackResource};
use crate::aws::{dynamodb, lambda};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::model::{OutlineNode, short_kind};
use crate::state::{Action, Deploying, Dialog, Selection};
use crate::task::use_fetch;
use crate::ui::{Copy, Empty, Glyph, Icon, IconButton, Status, glyph_of, tone_of};
use yew::prelude::*;

/// The list of resources, with the stack's outputs below it.
#[component]
pub fn Resources() -> Html {
    let app = use_app();
    let t = app.text;
    let outline = app.shown_nodes();
    let is_named = |resource: &&StackResource| outline.iter().all(|node| node.id != resource.logical_id);
    let made: Vec<&StackResource> = app.deployment.resources.iter().filter(is_named).collect();
    html! {
        <>
            <div class="panel-head">
                <h2>{ t.template_resources }</h2>
                <IconButton glyph={Glyph::Plus} label={t.new_table} test="new-table" onclick={app.on(|| Action::OpenDialog(Dialog::NewTable))} />
            </div>
            if outline.is_empty() {
                <Empty glyph={Glyph::Resource} title={t.no_resources} text={t.no_resources_hint} />
            }
            <ul class="tree" aria-label={t.template_resources} data-test="resources">
                { for outline.iter().map(|node| template_row(&app, node)) }
            </ul>
            if !made.is_empty() {
                <details class="fold">
                    <summary data-test="generated-resources">{ (t.generated_resources)(made.len()) }</summary>
                    <ul class="tree">
                        { for made.into_iter().map(|resource| row(&app, &resource.logical_id, &resource.kind, Some(resource))) }
                    </ul>
                </details>
            }
            <Loose />
            if let Some(stack) = &app.deployment.stack {
                { outputs(&app, stack) }
            }
        </>
    }
}

fn template_row(app: &App, node: &OutlineNode) -> Html {
    let deployed = app.deployment.resources.iter().find(|resource| resource.logical_id == node.id);
    row(app, &node.id, &node.kind, deployed)
}

fn row(app: &App, id: &str, kind: &str, deployed: Option<&StackResource>) -> Html {
    let is_selected = app.view.selection == Selection::Resource(id.to_owned());
    let name = id.to_owned();
    let status = deployed.map_or(app.text.not_deployed, |resource| resource.status.as_str()).to_owned();
    html! {
        <li class="tree-row" key={id.to_owned()}>
            <button
                type="button"
                class="tree-item tree-item-tall"
                aria-current={is_selected.then_some("true")}
                data-test={format!("resource-{id}")}
                title={status.clone()}
                onclick={app.on(move || Action::Select(Selection::Resource(name.clone())))}
            >
                <Icon glyph={glyph_of(kind)} />
                <span class="tree-name">
                    { id }
                    <small>{ short_kind(kind) }</small>
                </span>
                if deployed.is_some() {
                    <span class={classes!("state-dot", deployed.map(|r| format!("state-{:?}", tone_of(&r.status)).to_lowercase()))} role="img" aria-label={status} />
                }
            </button>
        </li>
    }
}

/// Tables and functions that no template made.
async fn loose(client: Client, known: Vec<String>) -> Result<Vec<(&'static str, String)>, Failure> {
    let tables = dynamodb::tables(&client).await?.into_iter().map(|name| ("AWS::DynamoDB::Table", name));
    let functions = lambda::functions(&client).await?.into_iter();
    let functions = functions.map(|function| ("AWS::Lambda::Function", function.name));
    Ok(tables.chain(functions).filter(|(_, name)| !known.contains(name)).collect())
}

/// What a program created through the API, such as an SDK in another page.
#[component]
fn Loose() -> Html {
    let app = use_app();
    let t = app.text;
    let known: Vec<String> = app.deployment.resources.iter().map(|resource| resource.physical_id.clone()).collect();
    let list = {
        let (client, known) = (app.client.clone(), known.clone());
        use_fetch((app.revision, known.clone()), move || loose(client.clone(), known.clone()))
    };
    // While a stack comes up, what it has made already is not told from what is nobody's.
    let is_settled = app.deployment.deploying != Deploying::Running;
    let Some(list) = list.here().filter(|list| is_settled && !list.is_empty()) else { return html! {} };
    html! {
        <>
            <div class="panel-head"><h2>{ t.loose_resources }</h2></div>
            <ul class="tree" aria-label={t.loose_resources} data-test="loose-resources">
                { for list.iter().map(|(kind, name)| loose_row(&app, kind, name)) }
            </ul>
        </>
    }
}

fn loose_row(app: &App, kind: &'static str, name: &str) -> Html {
    let selection = Selection::Loose { kind, name: name.to_owned() };
    let is_selected = app.view.selection == selection;
    html! {
        <li class="tree-row" key={name.to_owned()}>
            <button
                type="button"
                class="tree-item tree-item-tall"
                aria-current={is_selected.then_some("true")}
                data-test={format!("loose-{name}")}
                onclick={app.on(move || Action::Select(selection.clone()))}
            >
                <Icon glyph={glyph_of(kind)} />
                <span class="tree-name">{ name }<small>{ short_kind(kind) }</small></span>
            </button>
        </li>
    }
}

fn outputs(app: &App, stack: &Stack) -> Html {
    let t = app.text;
    html! {
        <>
            <div class="panel-head">
                <h2>{ t.outputs }</h2>
                <Status text={stack.status.clone()} tone={tone_of(&stack.status)} />
            </div>
            <dl class="outputs" data-test="outputs">
                { for stack.outputs.iter().map(|output| html! {
                    <div class="output">
                        <dt title={output.description.clone()}>{ &output.key }</dt>
                        <dd>
                            <code data-test={format!("output-{}", output.key)}>{ &output.value }</code>
                            <Copy text={output.value.clone()} test={format!("copy-output-{}", output.key)} />
                        </dd>
                    </div>
                }) }
            </dl>
        </>
    }
}
