use aws_api::Call;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::AwsError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::{collections::BTreeMap, ops::Bound, rc::Rc};

use super::{bucket_of, owner, seconds, text, uploads::checksum_type};
use crate::{S3, rules, state::Object};

/// The most keys and common prefixes of one answer.
const MOST_KEYS: usize = 1000;

/// What stays as it is in keys that are written for URLs.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/');

/// What an answer lists.
struct Page<'a> {
    keys: Vec<(&'a str, &'a Object)>,
    prefixes: Vec<&'a str>,
    /// The last of either, if there is more.
    next: Option<&'a str>,
}

impl S3 {
    pub(super) fn list_objects(&self, call: &Call) -> Result<Value, AwsError> {
        const KNOWN: [&str; 7] =
            ["ContinuationToken", "Delimiter", "EncodingType", "FetchOwner", "MaxKeys", "Prefix", "StartAfter"];
        rules::refuse_others(call, &KNOWN)?;
        let most = most_keys(call)?;
        let name = text(call, "Bucket");
        let state = self.state.borrow();
        let bucket = bucket_of(&state, call, name)?;
        let token = call.input["ContinuationToken"].as_str();
        let after = match token {
            Some(token) => read_token(token)?,
            None => text(call, "StartAfter").to_owned(),
        };
        let delimiter = call.input["Delimiter"].as_str().filter(|text| !text.is_empty());
        let page = page(&bucket.objects, text(call, "Prefix"), delimiter, &after, token.is_some(), most);

        let echo = |member: &str| call.input[member].as_str().map(|key| written(call, key));
        let owner = (call.input["FetchOwner"] == true).then(|| owner(&bucket.account));
        Ok(json!({
            "IsTruncated": page.next.is_some(),
            "Contents": contents(call, &page, owner.as_ref()),
            "Name": name,
            "Prefix": echo("Prefix").unwrap_or_default(),
            "Delimiter": echo("Delimiter"),
            "MaxKeys": most,
            "CommonPrefixes": common_prefixes(call, &page),
            "EncodingType": call.input.get("EncodingType"),
            "KeyCount": page.keys.len() + page.prefixes.len(),
            "ContinuationToken": token,
            "NextContinuationToken": page.next.map(|last| URL_SAFE_NO_PAD.encode(last)),
            "StartAfter": echo("StartAfter"),
        }))
    }

    /// ListObjects, the first of its kind. Only with a delimiter it tells where to go on; without one that is
    /// behind the last key.
    pub(super) fn list_objects_of_old(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["Delimiter", "EncodingType", "Marker", "MaxKeys", "Prefix"])?;
        let most = most_keys(call)?;
        let name = text(call, "Bucket");
        let state = self.state.borrow();
        let bucket = bucket_of(&state, call, name)?;
        let delimiter = call.input["Delimiter"].as_str().filter(|text| !text.is_empty());
        let marker = text(call, "Marker");
        // A marker that ends like a common prefix is one: what it stands for has been told.
        let is_continued = delimiter.is_some_and(|delimiter| marker.ends_with(delimiter));
        let page = page(&bucket.objects, text(call, "Prefix"), delimiter, marker, is_continued, most);
        Ok(json!({
            "IsTruncated": page.next.is_some(),
            "Marker": written(call, marker),
            "NextMarker": page.next.filter(|_| delimiter.is_some()).map(|key| written(call, key)),
            "Contents": contents(call, &page, Some(&owner(&bucket.account))),
            "Name": name,
            "Prefix": written(call, text(call, "Prefix")),
            "Delimiter": delimiter.map(|delimiter| written(call, delimiter)),
            "MaxKeys": most,
            "CommonPrefixes": common_prefixes(call, &page),
            "EncodingType": call.input.get("EncodingType"),
        }))
    }
}

fn most_keys(call: &Call) -> Result<usize, AwsError> {
    let most = call.input["MaxKeys"].as_i64().map_or(Ok(MOST_KEYS), usize::try_from);
    most.map(|most| most.min(MOST_KEYS)).map_err(|_| {
        let message = "Argument maxKeys must be an integer between 0 and 2147483647";
        rules::invalid_argument(message, "maxKeys", &call.input["MaxKeys"].to_string())
    })
}

/// A key as `EncodingType` wants it.
pub(super) fn written(call: &Call, key: &str) -> String {
    let is_for_url = call.input["EncodingType"] == "url";
    if is_for_url { utf8_percent_encode(key, ESCAPED).to_string() } else { key.to_owned() }
}

fn contents(call: &Call, page: &Page<'_>, owner: Option<&Value>) -> Vec<Value> {
    let listed = page.keys.iter().map(|(key, object)| {
        json!({
            "Key": written(call, key),
            "LastModified": seconds(object.modified_at),
            "ETag": object.etag,
            "ChecksumAlgorithm": [object.checksum.0.trim_start_matches("Checksum")],
            "ChecksumType": checksum_type(object.is_composite),
            "Size": object.size,
            "Owner": owner,
            "StorageClass": "STANDARD",
        })
    });
    listed.collect()
}

fn common_prefixes(call: &Call, page: &Page<'_>) -> Vec<Value> {
    page.prefixes.iter().map(|prefix| json!({"Prefix": written(call, prefix)})).collect()
}

/// Keys after `after` that begin with `prefix`; those that hold `delimiter` behind it come once for all, as a
/// common prefix. `is_continued` says that `after` was the last of the page before, which may have been one.
fn page<'a>(
    objects: &'a BTreeMap<String, Rc<Object>>,
    prefix: &str,
    delimiter: Option<&str>,
    after: &str,
    is_continued: bool,
    most: usize,
) -> Page<'a> {
    let mut page = Page { keys: Vec::new(), prefixes: Vec::new(), next: None };
    let start = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
    let mut last = None;
    for (key, object) in objects.range::<str, _>((start, Bound::Unbounded)) {
        let Some(rest) = key.strip_prefix(prefix) else { break };
        let end = delimiter.and_then(|delimiter| Some(rest.find(delimiter)? + delimiter.len()));
        let common = end.map(|end| &key[..prefix.len() + end]);
        let is_known = |common: &str| page.prefixes.last() == Some(&common) || is_continued && after == common;
        if common.is_some_and(is_known) {
            continue;
        }
        if page.keys.len() + page.prefixes.len() == most {
            page.next = last;
            break;
        }
        match common {
            Some(common) => page.prefixes.push(common),
            None => page.keys.push((key, object)),
        }
        last = Some(common.unwrap_or(key));
    }
    page
}

fn read_token(token: &str) -> Result<String, AwsError> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| {
        AwsError::new("InvalidArgument", "The continuation token provided is incorrect")
            .with_member("ArgumentName", "continuation-token")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_give_every_key_and_prefix_once() {
        let keys = ["a", "b/1", "b/2", "b/c/3", "c", "d/"];
        let objects: BTreeMap<_, _> = keys.iter().map(|key| ((*key).to_owned(), Rc::default())).collect();
        let walk = |prefix: &str, delimiter: Option<&str>| {
            let (mut after, mut is_continued, mut seen) = (String::new(), false, Vec::new());
            loop {
                let page = page(&objects, prefix, delimiter, &after, is_continued, 1);
                seen.extend(page.keys.iter().map(|(key, _)| (*key).to_owned()));
                seen.extend(page.prefixes.iter().map(|prefix| format!("{prefix}*")));
                let Some(next) = page.next else { return seen };
                (after, is_continued) = (next.to_owned(), true);
            }
        };
        assert_eq!(walk("", None), keys);
        assert_eq!(walk("", Some("/")), ["a", "b/*", "c", "d/*"]);
        assert_eq!(walk("b/", Some("/")), ["b/1", "b/2", "b/c/*"]);
        assert_eq!(walk("x", None), [""; 0]);
        // Who begins in the middle of what is common still sees it.
        assert_eq!(page(&objects, "", Some("/"), "b/1", false, 9).prefixes, ["b/", "d/"]);
    }
}
