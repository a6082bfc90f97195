//! Deployment packages: zip archives of a function's files.

use std::io::{Cursor, Read, Write};

use aws_api::ObjectAddress;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::StatusCode;
use kernel::{AwsError, Kernel, Scope};
use sandbox::Files;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::names::invalid;

/// The largest package that a request may bring.
const MAX_ZIPPED: usize = 50 << 20;

/// The most bytes that a function's files may have together with its layers.
pub const MAX_UNZIPPED: usize = 250 << 20;

/// A package and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The archive as it was uploaded.
    pub zip: Bytes,
    /// Base64 of its SHA-256, by which AWS names it. Of a container image, the hexadecimal digits of its
    /// digest.
    pub sha256: String,
    /// The bytes of its files.
    pub unzipped: usize,
}

impl Code {
    /// A package that unzips.
    pub fn new(zip: Bytes) -> Result<Self, AwsError> {
        let unzipped = unzip(&zip, "/", MAX_UNZIPPED)?.iter().map(|(_, content)| content.len()).sum();
        let sha256 = STANDARD.encode(Sha256::digest(&zip));
        Ok(Self { zip, sha256, unzipped })
    }

    /// The package that `Code` of a request brings or names.
    pub async fn read(kernel: &Kernel, scope: &Scope, code: &Value) -> Result<Self, AwsError> {
        if let Some(text) = code["ZipFile"].as_str() {
            let zip = STANDARD.decode(text).map_err(|_| not_a_zip())?;
            if zip.len() > MAX_ZIPPED {
                let message = format!("Zipped size must be smaller than {MAX_ZIPPED} bytes");
                return Err(
                    AwsError::new("RequestEntityTooLargeException", message).with_status(StatusCode::PAYLOAD_TOO_LARGE)
                );
            }
            return Self::new(zip.into());
        }
        match (code["S3Bucket"].as_str(), code["S3Key"].as_str()) {
            (Some(bucket), Some(key)) => {
                let package = ObjectAddress { bucket: bucket.to_owned(), key: key.to_owned() };
                Self::new(from_s3(kernel, scope, package).await?)
            }
            _ => Err(invalid("Please provide a source for function code.")),
        }
    }
}

/// The files of a package, below `root`.
pub fn files(zip: &[u8], root: &str) -> Result<Files, AwsError> {
    unzip(zip, root, MAX_UNZIPPED)
}

/// A package of one file: what CloudFormation makes of inline source.
pub fn zip_of(name: &str, source: &str) -> Result<Bytes, AwsError> {
    zip_all([(name, source.as_bytes())], SimpleFileOptions::default())
}

/// A package of files as they are.
pub fn zip_all<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    options: SimpleFileOptions,
) -> Result<Bytes, AwsError> {
    let failed = |error: &dyn std::fmt::Display| AwsError::internal(error.to_string());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(name, options).map_err(|error| failed(&error))?;
        writer.write_all(content).map_err(|error| failed(&error))?;
    }
    let written = writer.finish().map_err(|error| failed(&error))?;
    Ok(written.into_inner().into())
}

/// Reads a package from S3 as the caller, whose permissions decide.
async fn from_s3(kernel: &Kernel, scope: &Scope, package: ObjectAddress) -> Result<Bytes, AwsError> {
    package.read(kernel, scope).await.map(Bytes::from).map_err(|error| {
        let (code, mut message) = (&error.code, error.message.clone());
        if code == "AccessDenied" {
            let message = format!(
                "Your access has been denied by S3, please make sure your request credentials have permission to \
                 GetObject for {}/{}. S3 Error Code: AccessDenied. S3 Error Message: {message}",
                package.bucket, package.key,
            );
            return AwsError::new("AccessDeniedException", message).with_status(StatusCode::FORBIDDEN);
        }
        if code == "PermanentRedirect" {
            let region = error.members.get("Region").and_then(Value::as_str).unwrap_or_default();
            message = format!("The bucket is in this region: {region}. Please use this region to retry the request");
        }
        invalid(&format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"))
    })
}

/// Unpacks an archive, refusing names that leave `root` and more than `limit` bytes: what an archive
/// says of its sizes is not believed.
fn unzip(zip: &[u8], root: &str, limit: usize) -> Result<Files, AwsError> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(|_| not_a_zip())?;
    let mut files = Files::new();
    let mut left = limit;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|_| not_a_zip())?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.enclosed_name().ok_or_else(not_a_zip)?;
        let path = path.to_str().ok_or_else(not_a_zip)?.trim_start_matches("./");
        let name = format!("{}/{path}", root.trim_end_matches('/'));
        let mut content = Vec::new();
        let read = entry.by_ref().take(left as u64 + 1).read_to_end(&mut content).map_err(|_| not_a_zip())?;
        left = left
            .checked_sub(read)
            .ok_or_else(|| invalid(&format!("Unzipped size must be smaller than {limit} bytes")))?;
        files.insert(name, content);
    }
    Ok(files)
}

fn not_a_zip() -> AwsError {
    invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_becomes_files_below_its_root() {
        let code = Code::new(zip_of("lib/index.js", "1").unwrap()).unwrap();
        let files = files(&code.zip, "/var/task").unwrap();
        assert_eq!(files.get("/var/task/lib/index.js").map(|content| &content[..]), Some(&b"1"[..]));
    }

    #[test]
    fn names_that_climb_out_and_rubbish_are_refused() {
        for zip in [zip_of("../evil.js", "").unwrap(), Bytes::from("not a zip"), Bytes::new()] {
            let error = Code::new(zip).unwrap_err();
            assert_eq!(error.message, not_a_zip().message);
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_has_grown() {
        let zip = zip_of("zeros", &"0".repeat(100_000)).unwrap();
        assert!(zip.len() < 1000);
        let error = unzip(&zip, "/", 99_999).unwrap_err();
        assert_eq!(error.message, "Unzipped size must be smaller than 99999 bytes");
        assert!(unzip(&zip, "/", 100_000).is_ok());
    }
}
