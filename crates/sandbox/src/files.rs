//! The files that a guest can read.

use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};

/// A read-only tree of files, by absolute path (`/var/task/index.js`).
///
/// Directories are not stored: one exists when a file is below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Bytes>);

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces the one at this path.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Bytes>) {
        self.0.insert(path.into(), content.into());
    }

    /// The content of the file at this path.
    pub fn get(&self, path: &str) -> Option<&Bytes> {
        self.0.get(path)
    }

    /// Whether there is a directory at this path.
    pub fn has_directory(&self, path: &str) -> bool {
        let below = format!("{}/", path.trim_end_matches('/'));
        self.0.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
    }

    /// Takes the file at this path away, and the files below it.
    pub fn remove(&mut self, path: &str) {
        self.0.remove(path);
        let below = format!("{}/", path.trim_end_matches('/'));
        self.0.retain(|path, _| !path.starts_with(&below));
    }

    /// The names in a directory, sorted, a directory's with a `/` at its end. `None` if there is no
    /// such directory.
    pub fn list(&self, directory: &str) -> Option<Vec<String>> {
        let prefix = format!("{}/", directory.trim_end_matches('/'));
        let names: BTreeSet<String> = self
            .0
            .range(prefix.clone()..)
            .map_while(|(path, _)| path.strip_prefix(&prefix))
            .map(|rest| match rest.split_once('/') {
                Some((child, _)) => format!("{child}/"),
                None => rest.to_owned(),
            })
            .collect();
        (!names.is_empty()).then(|| names.into_iter().collect())
    }

    /// Every file with its path, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.0.iter().map(|(path, content)| (path.as_str(), content))
    }
}

impl<P: Into<String>, B: Into<Bytes>> FromIterator<(P, B)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Files(files.into_iter().map(|(path, content)| (path.into(), content.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_exists_when_a_file_is_below_it() {
        let files: Files = [("/var/task/index.js", "a"), ("/var/task/lib/a.js", "b"), ("/var/task/lib/b.js", "c")]
            .into_iter()
            .collect();
        let names = |directory| files.list(directory).map(|names| names.join(" "));
        assert_eq!(names("/var/task").as_deref(), Some("index.js lib/"));
        assert_eq!(names("/var/task/lib/").as_deref(), Some("a.js b.js"));
        assert_eq!(names("/").as_deref(), Some("var/"));
        assert_eq!(names("/var/tas"), None);
        assert_eq!(names("/var/task/index.js"), None);
    }
}
