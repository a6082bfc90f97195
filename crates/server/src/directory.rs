//! A project in a folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use project::{Project, TEMPLATE_NAMES};

/// What the tools around a project keep beside it.
const LEFT_OUT: [&str; 3] = [".git", ".aws-sam", ".samlet"];

/// How deep folders may lie in each other, against links that go round in a circle.
const MAX_DEPTH: usize = 64;

/// Reads the project in `folder`, which is called like the folder.
pub fn read(folder: &Path) -> Result<Project> {
    let absolute = folder.canonicalize().with_context(|| format!("cannot read {}", folder.display()))?;
    if !absolute.is_dir() {
        bail!("{} is not a folder", folder.display());
    }
    if !TEMPLATE_NAMES.iter().any(|name| absolute.join(name).is_file()) {
        bail!("{} has no template.yaml", folder.display());
    }
    let name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut files = BTreeMap::new();
    let mut folders = vec![(absolute, String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        for (path, name) in entries(&folder)? {
            if path.is_dir() {
                if depth < MAX_DEPTH && !(prefix.is_empty() && LEFT_OUT.contains(&name.as_str())) {
                    folders.push((path, format!("{prefix}{name}/"), depth + 1));
                }
            } else if path.is_file() {
                let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(format!("{prefix}{name}"), bytes);
            }
        }
    }
    Ok(Project { name, files })
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let list = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    list.map(|entry| {
        let entry = entry.with_context(|| format!("cannot list {}", folder.display()))?;
        Ok((entry.path(), entry.file_name().to_string_lossy().into_owned()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/projects")
    }

    #[test]
    fn the_list_of_examples_names_every_file_of_each() {
        let index: serde_json::Value =
            serde_json::from_slice(&fs::read(examples().join("index.json")).unwrap()).unwrap();
        for example in index.as_array().unwrap() {
            let id = example["id"].as_str().unwrap();
            let project = read(&examples().join(id)).unwrap();
            let listed: Vec<_> = example["paths"].as_array().unwrap().iter().filter_map(|path| path.as_str()).collect();
            assert_eq!(project.files.keys().collect::<Vec<_>>(), listed, "{id}");
            assert!(
                project::build(&project, project::Destination::default()).is_ok_and(|build| build.warnings.is_empty()),
                "{id}"
            );
        }
    }

    #[test]
    fn a_folder_without_a_template_is_no_project() {
        let error = read(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err();
        assert!(error.to_string().ends_with("has no template.yaml"), "{error}");
    }
}
