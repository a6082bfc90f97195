use std::collections::BTreeMap;

/// The most files that a project that comes from elsewhere may have.
pub const MAX_FILES: usize = 1000;

/// The longest path of a file, in bytes.
pub const MAX_PATH: usize = 512;

/// The names under which `sam` looks for the template, in its order.
pub const TEMPLATE_NAMES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];

/// A SAM project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// What the person calls it; the stack is named after it.
    pub name: String,
    /// The bytes of every file by its path, with `/` between the parts and none at the start.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Project {
    /// A project of text files.
    pub fn from_texts<'a>(name: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
        Self { name: name.to_owned(), files }
    }

    /// The path of the template, if there is one.
    pub fn template_path(&self) -> Option<&'static str> {
        TEMPLATE_NAMES.into_iter().find(|name| self.files.contains_key(*name))
    }

    /// The template's text, if there is a template and it is text.
    pub fn template(&self) -> Option<&str> {
        std::str::from_utf8(self.files.get(self.template_path()?)?).ok()
    }

    /// The project's name as CloudFormation accepts it for a stack: a letter first, then letters,
    /// digits and hyphens, 128 at most.
    pub fn stack_name(&self) -> String {
        let mut name = String::new();
        for character in self.name.chars() {
            let fits = character.is_ascii_alphanumeric();
            if fits && (!name.is_empty() || character.is_ascii_alphabetic()) {
                name.push(character);
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
        }
        name.truncate(128);
        let name = name.trim_end_matches('-');
        if name.is_empty() { "project".to_owned() } else { name.to_owned() }
    }

    /// The files below a folder, with their paths relative to it. `.` and the empty path are all.
    pub fn folder(&self, folder: &str) -> BTreeMap<&str, &[u8]> {
        let folder = normalize(folder);
        let below = |path: &'_ str| -> Option<usize> {
            match folder.as_str() {
                "" => Some(0),
                folder => path.strip_prefix(folder)?.starts_with('/').then_some(folder.len() + 1),
            }
        };
        self.files
            .iter()
            .filter_map(|(path, bytes)| below(path).map(|start| (&path[start..], bytes.as_slice())))
            .collect()
    }
}

/// A path as a project keeps it: without `.` parts and without slashes at its ends.
pub(crate) fn normalize(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").collect::<Vec<_>>().join("/")
}

/// Why a path cannot be a file's path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path of a file in a project")]
pub struct PathError {
    /// The path.
    pub path: String,
}

/// Accepts relative paths whose parts are ordinary names: nothing that leads out of the project.
pub fn check_path(path: &str) -> Result<(), PathError> {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    let is_path = path.len() <= MAX_PATH
        && path.split('/').all(is_name)
        && !path.chars().any(|character| character.is_control() || character == '\\');
    if is_path { Ok(()) } else { Err(PathError { path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_is_named_after_the_project() {
        let cases = [
            ("to-do", "to-do"),
            ("My first project!", "My-first-project"),
            ("2nd try", "nd-try"),
            ("할 일", "project"),
            ("a - b", "a-b"),
        ];
        for (name, expected) in cases {
            let project = Project { name: name.into(), ..Project::default() };
            assert_eq!(project.stack_name(), expected);
        }
    }

    #[test]
    fn a_path_stays_inside_of_its_project() {
        for good in ["template.yaml", "src/app.mjs", ".gitignore", "폴더/파일.js", "a b/c"] {
            assert_eq!(check_path(good), Ok(()));
        }
        for bad in ["", "/etc/hosts", "../x", "a//b", "a/./b", "a/", "a\\b", "a\0b"] {
            assert!(check_path(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_folder_holds_what_is_below_it() {
        let project = Project::from_texts("p", [("src/a.js", "1"), ("src/lib/b.js", "2"), ("srcs/c.js", "3")]);
        let names = |folder: &str| project.folder(folder).into_keys().collect::<Vec<_>>();
        assert_eq!(names("./src/"), ["a.js", "lib/b.js"]);
        assert_eq!(names("."), ["src/a.js", "src/lib/b.js", "srcs/c.js"]);
        assert!(names("sr").is_empty());
    }
}
