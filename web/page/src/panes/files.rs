//! The project's files, as a tree.

use super::module;
use crate::context::{App, use_app};
use crate::control;
use crate::flow;
use crate::model::File;
use crate::state::{Action, Dialog};
use crate::ui::{Glyph, Icon, IconButton};
use yew::platform::spawn_local;
use yew::prelude::*;

/// A folder or a file, as deep as it stands.
#[derive(Debug, PartialEq, Eq)]
enum Row<'a> {
    Folder { name: &'a str, depth: usize },
    File { path: &'a str, name: &'a str, depth: usize },
}

/// The file tree.
#[component]
pub fn Files() -> Html {
    let app = use_app();
    let t = app.text;
    let paths: Vec<&str> = app.project.files.iter().map(|file| file.path.as_str()).collect();
    // Without this a browser opens a file that is dropped.
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    html! {
        <>
            <div class="panel-head">
                <h2>{ t.files }</h2>
                <IconButton
                    glyph={Glyph::Plus}
                    label={t.new_file}
                    test="new-file"
                    onclick={app.on(|| Action::OpenDialog(Dialog::NewFile))}
                />
            </div>
            <ul class="tree" aria-label={t.files} {ondragover} ondrop={module::ondrop(&app)}>
                { for rows(&paths).into_iter().map(|row| match row {
                    Row::Folder { name, depth } => html! {
                        <li class="tree-row tree-folder" style={indent(depth)}><span>{ name }</span></li>
                    },
                    Row::File { path, name, depth } => {
                        html! { <FileRow app={app.clone()} path={path.to_owned()} name={name.to_owned()} {depth} /> }
                    }
                }) }
            </ul>
        </>
    }
}

fn indent(depth: usize) -> String {
    format!("--depth: {depth}")
}

/// Folders before files, both by name; a folder's content stands below it.
fn rows<'a>(paths: &[&'a str]) -> Vec<Row<'a>> {
    let mut sorted: Vec<Vec<&str>> = paths.iter().map(|path| path.split('/').collect()).collect();
    sorted.sort_by(|a, b| {
        let shared = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let is_file = |parts: &[&str]| parts.len() <= shared + 1;
        (is_file(a), a).cmp(&(is_file(b), b))
    });
    let by_parts = |parts: &[&str]| paths.iter().copied().find(|path| path.split('/').eq(parts.iter().copied()));
    let mut rows = Vec::new();
    let mut folder: Vec<&str> = Vec::new();
    for parts in &sorted {
        let Some(path) = by_parts(parts) else { continue };
        let depth = parts.len() - 1;
        let shared = folder.iter().zip(&parts[..depth]).take_while(|(a, b)| a == b).count();
        for (level, _) in parts[..depth].iter().enumerate().skip(shared) {
            let name = path.split('/').nth(level).unwrap_or_default();
            rows.push(Row::Folder { name, depth: level });
        }
        folder = path.split('/').take(depth).collect();
        rows.push(Row::File { path, name: path.rsplit('/').next().unwrap_or(path), depth });
    }
    rows
}

#[derive(PartialEq, Properties)]
struct FileRowProps {
    app: App,
    path: AttrValue,
    name: AttrValue,
    depth: usize,
}

#[component]
fn FileRow(props: &FileRowProps) -> Html {
    let app = &props.app;
    let t = app.text;
    let file = app.project.file(&props.path);
    let is_open = app.project.open.as_deref() == Some(&*props.path);
    let problems = app.project.problems.iter().filter(|problem| problem.path == *props.path).count();
    let path = props.path.to_string();
    let open = app.on(move || Action::OpenFile(path.clone()));
    let remove = {
        let (app, path) = (app.clone(), props.path.to_string());
        Callback::from(move |_: MouseEvent| {
            let (app, path) = (app.clone(), path.clone());
            spawn_local(async move {
                match control::delete_file(&app.client, &path).await {
                    Ok(()) => app.dispatch(Action::RemoveFile(path)),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
            });
        })
    };
    html! {
        <li class="tree-row" style={indent(props.depth)}>
            <button
                type="button"
                class="tree-item"
                aria-current={is_open.then_some("true")}
                data-test={format!("file-{}", props.path)}
                onclick={open}
            >
                <Icon glyph={Glyph::File} />
                <span class="tree-name">{ &props.name }</span>
                if problems > 0 {
                    <span class="tab-count tab-count-bad" aria-label={(t.problem_count)(problems)}>{ problems }</span>
                } else if file.is_some_and(|file: &File| !file.saved) {
                    <span class="dot" role="img" aria-label={t.unsaved} />
                }
            </button>
            <IconButton
                glyph={Glyph::Trash}
                label={(t.delete_named)(&props.path)}
                test={format!("delete-{}", props.path)}
                onclick={remove}
            />
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_each_is_named_once() {
        let rows = rows(&["template.yaml", "src/b.mjs", "src/lib/x.mjs", "src/a.mjs", "README.md"]);
        let shown: Vec<_> = rows
            .iter()
            .map(|row| match row {
                Row::Folder { name, depth } => format!("{depth} {name}/"),
                Row::File { name, depth, .. } => format!("{depth} {name}"),
            })
            .collect();
        assert_eq!(shown, ["0 src/", "1 lib/", "2 x.mjs", "1 a.mjs", "1 b.mjs", "0 README.md", "0 template.yaml"]);
    }
}
