//! The project in the editor.

use super::{Action, Jump};
use crate::model::{Content, File, Outline, Problem};
use std::rc::Rc;

const README: &str = "README.md";

/// The project in the editor.
#[derive(Clone, Debug, Default)]
pub struct Project {
    pub name: String,
    pub files: Vec<File>,
    pub tabs: Vec<String>,
    pub open: Option<String>,
    pub problems: Vec<Problem>,
    pub outline: Outline,
    /// Whether it came with a link and nothing of it has run yet.
    pub is_shared_copy: bool,
    /// Whether something changed since the last deployment began.
    pub is_ahead: bool,
}

impl Project {
    /// A file by its path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The template, if the project has one.
    pub fn template(&self) -> Option<&File> {
        self.files.iter().find(|file| crate::model::is_template(&file.path))
    }
}

impl Project {
    pub(super) fn apply(&mut self, action: Action) {
        match action {
            Action::Loaded { name, files, is_shared_copy } => {
                *self = Self { name, files, is_shared_copy, ..Self::default() };
                // What the project is about stands beside what it is made of.
                self.tabs.extend(self.file(README).map(|file| file.path.clone()));
                let first = self.template().or(self.files.first()).map(|file| file.path.clone());
                if let Some(path) = first {
                    self.open(path);
                }
            }
            Action::Edit { path, text } => self.edit(&path, text),
            Action::Saved { path, content } => {
                if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
                    file.saved = file.content == content;
                }
            }
            Action::Arrived(file) => {
                self.files.retain(|known| known.path != file.path);
                self.files.push(file);
                self.files.sort_by(|a, b| a.path.cmp(&b.path));
                self.is_ahead = true;
            }
            Action::AddFile(path) => {
                if self.file(&path).is_none() {
                    let content = Content::Text("".into());
                    self.files.push(File { path: path.clone(), content, saved: false });
                    self.files.sort_by(|a, b| a.path.cmp(&b.path));
                    self.is_ahead = true;
                }
                self.open(path);
            }
            Action::RemoveFile(path) => {
                self.files.retain(|file| file.path != path);
                self.problems.retain(|problem| problem.path != path);
                self.close(&path);
                self.is_ahead = true;
            }
            Action::OpenFile(path) | Action::JumpTo(Jump { path, .. }) => self.open(path),
            Action::CloseTab(path) => self.close(&path),
            Action::Problems(problems) => self.problems = problems,
            Action::Outline(outline) => self.outline = outline,
            _ => {}
        }
    }

    fn edit(&mut self, path: &str, text: Rc<str>) {
        if let Some(file) = self.files.iter_mut().find(|file| file.path == path) {
            file.content = Content::Text(text);
            file.saved = false;
            self.is_ahead = true;
        }
    }

    fn open(&mut self, path: String) {
        if !self.tabs.contains(&path) {
            self.tabs.push(path.clone());
        }
        self.open = Some(path);
    }

    fn close(&mut self, path: &str) {
        let Some(index) = self.tabs.iter().position(|tab| tab == path) else { return };
        self.tabs.remove(index);
        if self.open.as_deref() == Some(path) {
            self.open = self.tabs.get(index).or(self.tabs.last()).cloned();
        }
    }
}
