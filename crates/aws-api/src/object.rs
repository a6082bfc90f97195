//! Objects of S3 that a request to another service names: code, templates, definitions of APIs.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Kernel, Scope};
use percent_encoding::percent_decode_str;
use serde_json::json;

/// Bucket and key of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectAddress {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key.
    pub key: String,
}

impl ObjectAddress {
    /// Reads a URL of either form: the bucket in the host, or first in the path. A host that is not AWS's is a
    /// custom endpoint, which has its buckets in the path.
    #[must_use]
    pub fn of_url(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (host, path) = rest.split_once('/')?;
        let path = percent_decode_str(path.split_once('?').map_or(path, |(path, _)| path)).decode_utf8().ok()?;
        let in_host = host.ends_with(".amazonaws.com").then(|| host.split_once(".s3")).flatten();
        let (bucket, key) = match in_host {
            Some((bucket, _)) => (bucket, &*path),
            None => path.split_once('/')?,
        };
        (!bucket.is_empty() && !key.is_empty()).then(|| Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }

    /// What the object holds, read as the caller of `scope`.
    ///
    /// # Errors
    /// Those of S3's `GetObject`.
    pub async fn read(&self, kernel: &Kernel, scope: &Scope) -> Result<Vec<u8>, AwsError> {
        let scope = scope.child(kernel, scope.caller.clone());
        let input = json!({"Bucket": self.bucket, "Key": self.key});
        let answer = crate::invoke(kernel, scope, "s3", "GetObject", input).await?;
        STANDARD
            .decode(answer["Body"].as_str().unwrap_or_default())
            .map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_stand_in_the_host_or_in_the_path() {
        let read = |url| ObjectAddress::of_url(url).map(|address| format!("{} {}", address.bucket, address.key));
        for (url, expected) in [
            ("https://b.s3.us-east-1.amazonaws.com/a/t.yaml", Some("b a/t.yaml")),
            ("https://b.c.s3.amazonaws.com/t.yaml?versionId=1", Some("b.c t.yaml")),
            ("https://b.s3-eu-west-1.amazonaws.com/t.yaml", Some("b t.yaml")),
            ("https://s3.us-east-1.amazonaws.com/b/a%20b.yaml", Some("b a b.yaml")),
            ("http://127.0.0.1:4600/b/t.yaml", Some("b t.yaml")),
            ("https://s3.amazonaws.com/b", None),
            ("s3://b/t.yaml", None),
        ] {
            assert_eq!(read(url).as_deref(), expected, "{url}");
        }
    }
}
