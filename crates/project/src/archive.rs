//! Zip archives: a project in and out, and the code of a function.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{MAX_FILES, Project, check_path};

/// The most bytes that an archive may unfold to.
pub const MAX_BYTES: u64 = 64 << 20;

/// Why an archive cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are no zip archive, or a damaged one.
    #[error("this is not a zip archive that can be read: {0}")]
    Zip(#[from] ZipError),
    /// A file of the archive cannot be read.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It would unfold to more than the limits allow.
    #[error("the archive is too large: at most {MAX_FILES} files and {} MB", MAX_BYTES >> 20)]
    TooLarge,
    /// It names a file outside of the project.
    #[error(transparent)]
    Path(#[from] crate::PathError),
}

/// Packs files. The same files always give the same bytes: sorted by path, with one date and one mode
/// for all.
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, ArchiveError> {
    let files: BTreeMap<&str, &[u8]> = files.into_iter().collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o755);
    for (path, bytes) in files {
        zip.start_file(path, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A project as a zip, which `sam build` takes after unpacking.
pub fn export(project: &Project) -> Result<Vec<u8>, ArchiveError> {
    pack(project.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// The project in a zip. A folder that holds everything, as archives of repositories have it, is
/// taken off.
pub fn import(name: &str, bytes: &[u8]) -> Result<Project, ArchiveError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    if zip.len() > 2 * MAX_FILES {
        return Err(ArchiveError::TooLarge);
    }
    let mut files = BTreeMap::new();
    let mut room = MAX_BYTES;
    for index in 0..zip.len() {
        let entry = zip.by_index(index)?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name()?.into_owned();
        check_path(&path)?;
        let mut content = Vec::new();
        // One byte more than there is room for tells a file that fits from one that does not.
        entry.take(room + 1).read_to_end(&mut content)?;
        room = room.checked_sub(content.len() as u64).ok_or(ArchiveError::TooLarge)?;
        files.insert(path, content);
    }
    if files.len() > MAX_FILES {
        return Err(ArchiveError::TooLarge);
    }
    Ok(Project { name: name.to_owned(), files: without_common_folder(files) })
}

fn without_common_folder(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let first = files.keys().next().and_then(|path| path.split_once('/'));
    let Some(folder) = first.map(|(folder, _)| format!("{folder}/")) else {
        return files;
    };
    if !files.keys().all(|path| path.starts_with(&folder)) {
        return files;
    }
    files.into_iter().map(|(path, bytes)| (path[folder.len()..].to_owned(), bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_give_the_same_archive() {
        let one = pack([("b.js", &b"2"[..]), ("a.js", b"1")]).unwrap();
        let other = pack([("a.js", &b"1"[..]), ("b.js", b"2")]).unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn a_project_comes_back_from_its_archive() {
        let project = Project::from_texts("p", [("template.yaml", "Resources: {}"), ("src/app.mjs", "export {}")]);
        assert_eq!(import("p", &export(&project).unwrap()).unwrap(), project);
    }

    #[test]
    fn a_folder_around_everything_is_taken_off() {
        let bytes = pack([("repo-main/template.yaml", &b"x"[..]), ("repo-main/src/a.js", b"y")]).unwrap();
        let project = import("p", &bytes).unwrap();
        assert_eq!(project.files.keys().collect::<Vec<_>>(), ["src/a.js", "template.yaml"]);
    }

    #[test]
    fn an_archive_cannot_write_outside() {
        let bytes = pack([("../evil", &b"x"[..])]).unwrap();
        assert!(matches!(import("p", &bytes), Err(ArchiveError::Path(_))));
        assert!(matches!(import("p", b"PK no"), Err(ArchiveError::Zip(_))));
    }

    #[test]
    fn an_archive_that_unfolds_to_too_much_is_refused() {
        let zeros = vec![0; usize::try_from(MAX_BYTES).unwrap() + 1];
        let bytes = pack([("zeros", zeros.as_slice())]).unwrap();
        assert!(matches!(import("p", &bytes), Err(ArchiveError::TooLarge)));
    }
}
