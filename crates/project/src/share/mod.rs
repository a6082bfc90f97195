//! A project as the fragment of a link: `#p1.` and base64url.
//!
//! What is encoded is raw deflate with a preset dictionary over the project's name and files in
//! postcard. The version in front fixes both the format and the dictionary; every version that was
//! ever written is read for ever (the links of each are kept as fixtures).
//!
//! A link is foreign input: it is unfolded under limits, and its paths are checked like any others.

mod deflate;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{MAX_FILES, Project, check_path};

/// What version 1 puts before the data. It is frozen: other words are another version.
const DICTIONARY_1: &[u8] = include_bytes!("dictionary-1.txt");

/// The version in front of the encoded project.
const PREFIX_1: &str = "p1.";

/// The most bytes that a link may unfold to.
pub const MAX_BYTES: usize = 4 << 20;

/// Why a link holds no project.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The fragment is no project at all, e.g. the anchor of a heading.
    #[error("the link holds no project")]
    NoProject,
    /// A later version wrote it.
    #[error("the link was made by a newer version of this page; reload the page to get it")]
    Newer,
    /// Chat programs and mailers like to cut long links.
    #[error("the link is damaged; it was probably cut off on its way")]
    Damaged,
    /// It unfolds to more than a project may have.
    #[error("the project in the link is too large: at most {MAX_FILES} files and {} MB", MAX_BYTES >> 20)]
    TooLarge,
    /// It names a file outside of the project.
    #[error(transparent)]
    Path(#[from] crate::PathError),
}

/// What version 1 encodes.
#[derive(Serialize, Deserialize)]
struct Content1 {
    name: String,
    files: Vec<(String, Vec<u8>)>,
}

/// The fragment for a project, without `#`.
pub fn encode(project: &Project) -> String {
    let files = project.files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
    let content = Content1 { name: project.name.clone(), files };
    // Writing plain data into a growing vector has no way to fail.
    let bytes = postcard::to_allocvec(&content).unwrap_or_default();
    format!("{PREFIX_1}{}", URL_SAFE_NO_PAD.encode(deflate::compress(&bytes, DICTIONARY_1)))
}

/// The project in a fragment; a `#` in front is allowed.
pub fn decode(fragment: &str) -> Result<Project, ShareError> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let Some(encoded) = fragment.strip_prefix(PREFIX_1) else {
        return Err(if is_later_version(fragment) { ShareError::Newer } else { ShareError::NoProject });
    };
    let compressed = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| ShareError::Damaged)?;
    let bytes = deflate::decompress(&compressed, DICTIONARY_1, MAX_BYTES)?;
    let content: Content1 = postcard::from_bytes(&bytes).map_err(|_| ShareError::Damaged)?;
    if content.files.len() > MAX_FILES {
        return Err(ShareError::TooLarge);
    }
    for (path, _) in &content.files {
        check_path(path)?;
    }
    Ok(Project { name: content.name, files: content.files.into_iter().collect() })
}

fn is_later_version(fragment: &str) -> bool {
    let version = fragment.strip_prefix('p').and_then(|rest| rest.split_once('.')).map(|(version, _)| version);
    version.is_some_and(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link of version 1 as it was first written. It must open for ever: never change it.
    const LINK_1: &str = include_str!("fixture-1.txt");

    fn hello() -> Project {
        Project::from_texts(
            "hello",
            [
                (
                    "template.yaml",
                    "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n  \
                     Hello:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: src/\n      \
                     Handler: app.handler\n      Runtime: nodejs22.x\n",
                ),
                ("src/app.mjs", "export const handler = async () => ({ statusCode: 200, body: '안녕' });\n"),
            ],
        )
    }

    #[test]
    fn a_project_comes_back_from_its_link() {
        let mut project = hello();
        project.files.insert("logo.png".into(), (0..=255).collect());
        let link = encode(&project);
        assert_eq!(decode(&link), Ok(project.clone()));
        assert_eq!(decode(&format!("#{link}")), Ok(project));
    }

    #[test]
    fn the_links_of_every_version_open_for_ever() {
        assert_eq!(decode(LINK_1.trim()), Ok(hello()));
    }

    #[test]
    fn typical_words_cost_little() {
        let link = encode(&hello());
        let plain: usize = hello().files.iter().map(|(path, bytes)| path.len() + bytes.len()).sum();
        assert!(link.len() * 2 < plain, "{} of {plain}", link.len());
    }

    #[test]
    fn what_is_no_link_is_told_apart() {
        assert_eq!(decode("#introduction"), Err(ShareError::NoProject));
        assert_eq!(decode("#p2.xyz"), Err(ShareError::Newer));
        assert_eq!(decode("#p1.*"), Err(ShareError::Damaged));
        let link = encode(&hello());
        assert_eq!(decode(&link[..link.len() - 9]), Err(ShareError::Damaged));
    }

    #[test]
    fn a_link_cannot_fill_the_memory() {
        let mut project = hello();
        project.files.insert("zeros".into(), vec![0; MAX_BYTES + 1]);
        assert_eq!(decode(&encode(&project)), Err(ShareError::TooLarge));
    }

    #[test]
    fn a_link_cannot_leave_the_project() {
        let project = Project::from_texts("p", [("../x", "y")]);
        assert!(matches!(decode(&encode(&project)), Err(ShareError::Path(_))));
    }
}
