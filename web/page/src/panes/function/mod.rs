//! The room of a function: calling it, watching its sandboxes, what memory does to time and cost, what triggers it,
//! its versions and aliases, and its configuration.

mod asynchronous;
mod concurrency;
mod configuration;
mod events;
mod memory;
mod monitor;
mod qualifier;
mod sweep;
mod test;
mod triggers;
mod versions;

use crate::aws::lambda::{self, Function};
use crate::context::{App, use_app};
use crate::report::Report;
use crate::state::{Action, Jump};
use crate::task::{Fetched, use_fetch};
use crate::ui::{Failed, Glyph, Icon, TabItem, Tabs};
use configuration::Configuration;
use memory::Memory;
use monitor::Monitor;
use test::Test;
use triggers::Triggers;
use versions::Versions;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub name: AttrValue,
}

/// The views of a function.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Test,
    Monitor,
    Memory,
    Triggers,
    Versions,
    Configuration,
}

/// A function.
#[component]
pub fn FunctionTool(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let part = use_state(|| Part::Test);
    let event = use_state(|| events::SAMPLES[0].text.to_owned());
    let report = use_state(|| None::<Report>);
    let described = {
        let (client, name) = (app.client.clone(), props.name.to_string());
        use_fetch((app.revision, props.name.clone()), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { lambda::function(&client, &name).await }
        })
    };
    let function = match &described {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(function) => function.clone(),
    };
    let tab = |key, label: &'static str, test| TabItem { key, label: label.into(), test, count: None };
    let tabs = vec![
        tab(Part::Test, t.test, "function-test"),
        tab(Part::Monitor, t.monitor, "function-monitor"),
        tab(Part::Memory, t.memory, "function-memory"),
        tab(Part::Triggers, t.triggers, "function-triggers"),
        tab(Part::Versions, t.versions, "function-versions"),
        tab(Part::Configuration, t.configuration, "function-configuration"),
    ];
    let onselect = {
        let part = part.clone();
        Callback::from(move |key| part.set(key))
    };
    let onreport = {
        let report = report.clone();
        Callback::from(move |found: Report| report.set(Some(found)))
    };
    // What is being written or measured goes on: those parts are hidden, not removed.
    html! {
        <>
            { facts(&app, &function) }
            <Tabs<Part> label={t.function} items={tabs} selected={*part} {onselect} class="tool-tabs" />
            <div role="tabpanel" hidden={*part != Part::Test}>
                <Test function={(*function).clone()} event={event.clone()} {onreport} />
            </div>
            <div role="tabpanel" hidden={*part != Part::Memory}>
                <Memory function={(*function).clone()} event={(*event).clone()} report={*report} />
            </div>
            { match *part {
                Part::Test | Part::Memory => html! {},
                Part::Monitor => html! { <div role="tabpanel"><Monitor function={(*function).clone()} event={(*event).clone()} /></div> },
                Part::Triggers => html! { <div role="tabpanel"><Triggers function={(*function).clone()} event={(*event).clone()} /></div> },
                Part::Versions => html! { <div role="tabpanel"><Versions function={(*function).clone()} /></div> },
                Part::Configuration => html! { <div role="tabpanel"><Configuration function={(*function).clone()} /></div> },
            } }
        </>
    }
}

/// What the function is, and the ways to its code and its log.
fn facts(app: &App, function: &Function) -> Html {
    let t = app.text;
    let group = function.log_group.clone();
    let code = code_of(app, function).map(|path| app.on(move || Action::OpenFile(path.clone())));
    html! {
        <div class="toolbar function-facts">
            <span class="toolbar-text" data-test="function-facts">
                { format!("{} · {} · {} MB · {} s", function.runtime, function.handler, function.memory, function.timeout) }
            </span>
            if let Some(onclick) = code {
                <button type="button" class="button button-small" data-test="function-code" {onclick}>
                    <Icon glyph={Glyph::File} />{ t.source_code }
                </button>
            }
            <button type="button" class="button button-small" data-test="all-logs" onclick={app.on(move || Action::FollowLog(group.clone()))}>
                <Icon glyph={Glyph::Log} />{ t.logs }
            </button>
        </div>
    }
}

/// The file of the project that holds the handler, if it is plain to see.
fn code_of(app: &App, function: &Function) -> Option<String> {
    let stem = function.handler.rsplit_once('.')?.0;
    let text = app.project.template().and_then(|template| template.content.text()).unwrap_or_default();
    let uri = line_of(app, &function.name).and_then(|line| code_uri(text, line));
    let paths = app.project.files.iter().map(|file| file.path.as_str());
    source_file(paths, stem, uri.as_deref()).map(str::to_owned)
}

/// The line of the template that a deployed function stands in.
fn line_of(app: &App, name: &str) -> Option<u32> {
    let resource = app.deployment.resources.iter().find(|resource| resource.physical_id == name)?;
    let nodes = app.shown_nodes();
    nodes.iter().find(|node| node.id == resource.logical_id).map(|node| node.line).filter(|line| *line > 0)
}

/// Where the template shows a function, for the editor to jump there.
fn place_of(app: &App, name: &str) -> Option<Jump> {
    let path = app.project.template()?.path.clone();
    line_of(app, name).map(|line| Jump { path, line })
}

/// The first `CodeUri` from a line on: of the function that begins there.
fn code_uri(template: &str, line: u32) -> Option<String> {
    let uri = template.lines().skip(line as usize).find_map(|line| line.trim().strip_prefix("CodeUri:"))?;
    let uri = uri.trim().trim_matches(['"', '\'']).trim_start_matches("./").trim_end_matches('/');
    Some(uri.to_owned())
}

/// The source of a handler: at the `CodeUri` if there is one, else wherever only one file can be meant.
fn source_file<'a>(paths: impl Iterator<Item = &'a str>, stem: &str, uri: Option<&str>) -> Option<&'a str> {
    const ENDINGS: [&str; 7] = ["mjs", "js", "cjs", "ts", "mts", "cts", "py"];
    let is_source = |path: &&str| {
        path.rsplit_once('.').is_some_and(|(before, ending)| {
            ENDINGS.contains(&ending) && (before == stem || before.ends_with(&format!("/{stem}")))
        })
    };
    let found: Vec<&str> = paths.filter(is_source).collect();
    let is_there = |path: &&&str| uri.is_some_and(|uri| path.starts_with(&format!("{uri}/{stem}.")));
    found.iter().find(is_there).or(found.first().filter(|_| found.len() == 1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_found_where_its_code_is() {
        let template =
            "Resources:\n  A:\n    Properties:\n      CodeUri: a/\n  B:\n    Properties:\n      CodeUri: ./b/\n";
        assert_eq!((code_uri(template, 2).as_deref(), code_uri(template, 5).as_deref()), (Some("a"), Some("b")));
        let paths = ["a/app.mjs", "b/app.mjs", "b/more/index.py", "README.md"];
        assert_eq!(source_file(paths.into_iter(), "app", Some("b")), Some("b/app.mjs"));
        assert_eq!(source_file(paths.into_iter(), "more/index", None), Some("b/more/index.py"));
        assert_eq!(source_file(paths.into_iter(), "app", None), None);
    }
}
