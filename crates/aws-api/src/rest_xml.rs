//! rest-xml: methods, paths and needed parameters choose the operation; members travel in the path, the
//! query string, headers and an XML body.

use std::cmp::Reverse;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use kernel::{AwsError, Request, Response};
use roxmltree::{Document, Node};
use serde_json::{Map, Value, json};

use crate::{
    Api, Location, Member, Operation, Shape,
    json::iso8601,
    query::{element, escape},
    rest_json::{decoded, outside_body, query_pairs, typed, write_outside_body},
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The operation that the request names, and its input.
pub(crate) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), AwsError> {
    let query = query_pairs(request.uri().query().unwrap_or_default());
    let (operation, labels) = find(api, request, &query).ok_or_else(|| crate::unknown_operation(api))?;
    let Some(Shape::Structure { members, payload }) = operation.input.map(|shape| api.shape(shape)) else {
        return Ok((operation, json!({})));
    };
    let mut input = Map::new();
    let body = payload.and_then(|name| members.iter().find(|member| member.name == name));
    if let Some(member) = body.filter(|_| !request.body().is_empty()) {
        input.insert(member.name.to_owned(), read_payload(api, member.shape, request.body())?);
    }
    for member in members {
        let value = outside_body(api, member, &labels, &query, request);
        let invalid = |_| AwsError::new("InvalidArgument", format!("Provided {} is not valid", member.wire_name));
        if let Some(value) = value.map_err(invalid)? {
            input.insert(member.name.to_owned(), value);
        }
    }
    Ok((operation, Value::Object(input)))
}

type Labels = Vec<(&'static str, String)>;

/// The operation that fits best. Several may have the same method and path, e.g. PutObject, CopyObject and
/// UploadPart: the one that needs most of the parameters and headers that are there is meant.
fn find(api: &'static Api, request: &Request, query: &[(String, String)]) -> Option<(&'static Operation, Labels)> {
    let has =
        |name: &str, text: &str| query.iter().any(|(found, value)| found == name && (text.is_empty() || text == value));
    let fits = api.operations.values().filter(|operation| operation.method == request.method().as_str());
    let fits = fits.filter_map(|operation| {
        let (template, literals) = operation.path.split_once('?').unwrap_or((operation.path, ""));
        let literals = query_pairs(literals);
        let labels = match_path(template, request.uri().path())?;
        let needed = needed_members(api, operation);
        let is_there = |member: &&Member| match member.location {
            Location::Header => request.headers().contains_key(member.wire_name),
            _ => has(member.wire_name, ""),
        };
        let complete = literals.iter().all(|(name, text)| has(name, text)) && needed.iter().all(is_there);
        // `GetBucketNotification` is the old form of `GetBucketNotificationConfiguration`, and so are others.
        let complete = complete && !api.operations.contains_key(format!("{}Configuration", operation.name).as_str());
        complete.then_some((operation, labels, literals.len() + needed.len()))
    });
    let best = fits.min_by_key(|(operation, labels, needs)| (labels.len(), Reverse(*needs), operation.name));
    best.map(|(operation, labels, _)| (operation, labels))
}

/// The parameters and headers without which a request is not one for `operation`.
fn needed_members<'a>(api: &'a Api, operation: &Operation) -> Vec<&'a Member> {
    let Some(Shape::Structure { members, .. }) = operation.input.map(|shape| api.shape(shape)) else {
        return Vec::new();
    };
    let needed = members
        .iter()
        .filter(|member| member.required && matches!(member.location, Location::Query | Location::Header));
    needed.collect()
}

/// The labels of `path`, if it follows `template`. What a greedy label takes is taken as it is: keys of
/// objects may begin and end with slashes and hold several in a row.
fn match_path(template: &'static str, path: &str) -> Option<Labels> {
    let mut labels = Vec::new();
    let mut rest = path.strip_prefix('/');
    for wanted in template.strip_prefix('/').unwrap_or(template).split('/') {
        let here = rest?;
        let label = wanted.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
        if let Some(greedy) = label.and_then(|label| label.strip_suffix('+')) {
            rest = None;
            labels.push((greedy, decoded(Some(here).filter(|text| !text.is_empty())?)));
            continue;
        }
        let (segment, after) = here.split_once('/').map_or((here, None), |(segment, after)| (segment, Some(after)));
        rest = after;
        match label {
            Some(label) => labels.push((label, decoded(Some(segment).filter(|text| !text.is_empty())?))),
            None if segment == wanted => {}
            None => return None,
        }
    }
    rest.is_none_or(str::is_empty).then_some(labels)
}

fn malformed() -> AwsError {
    AwsError::new(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}

fn read_payload(api: &Api, shape: &str, body: &[u8]) -> Result<Value, AwsError> {
    match api.shape(shape) {
        Shape::Blob(_) => Ok(Value::String(STANDARD.encode(body))),
        Shape::String { .. } => Ok(Value::String(String::from_utf8_lossy(body).into_owned())),
        _ => {
            let text = std::str::from_utf8(body).map_err(|_| malformed())?;
            let document = Document::parse(text).map_err(|_| malformed())?;
            read(api, shape, document.root_element())
        }
    }
}

/// What stands in `node`. The depth is that of the shapes, none of which holds itself.
fn read(api: &Api, shape: &str, node: Node<'_, '_>) -> Result<Value, AwsError> {
    let named = |name: &'static str| node.children().filter(move |child| child.tag_name().name() == name);
    match api.shape(shape) {
        Shape::Structure { members, .. } => {
            let mut fields = Map::new();
            for member in members {
                let value = match api.shape(member.shape) {
                    Shape::List { member: item, flattened: true, .. } => {
                        let items: Vec<_> =
                            named(member.wire_name).map(|node| read(api, item, node)).collect::<Result<_, _>>()?;
                        (!items.is_empty()).then_some(Value::Array(items))
                    }
                    _ => named(member.wire_name).next().map(|node| read(api, member.shape, node)).transpose()?,
                };
                if let Some(value) = value {
                    fields.insert(member.name.to_owned(), value);
                }
            }
            Ok(Value::Object(fields))
        }
        Shape::List { member, item, .. } => {
            named(item).map(|node| read(api, member, node)).collect::<Result<_, _>>().map(Value::Array)
        }
        shape => typed(shape, node.text().unwrap_or_default()).map_err(|_| malformed()),
    }
}

/// A successful answer.
pub(crate) fn encode(api: &Api, namespace: &str, operation: &Operation, mut output: Value) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(operation.status).unwrap_or(StatusCode::OK);
    let Some(Shape::Structure { members, payload }) = operation.output.map(|shape| api.shape(shape)) else {
        return response;
    };
    for member in members {
        write_outside_body(api, member, &output, &mut response);
    }
    if response.headers().contains_key(header::CONTENT_RANGE) {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    let payload = payload.and_then(|name| members.iter().find(|member| member.name == name));
    match payload {
        Some(member) if matches!(api.shape(member.shape), Shape::Blob(_)) => {
            if let Value::String(text) = output[member.name].take() {
                *response.body_mut() = STANDARD.decode(&text).unwrap_or_default().into();
            }
        }
        Some(member) if matches!(api.shape(member.shape), Shape::String { .. }) => {
            if let Value::String(text) = output[member.name].take() {
                *response.body_mut() = text.into();
            }
        }
        Some(member) => {
            let mut inner = String::new();
            write(api, member.shape, &output[member.name], &mut inner);
            respond(&mut response, namespace, member.wire_name, &inner);
        }
        None if operation.method != Method::HEAD && members.iter().any(|member| member.location == Location::Body) => {
            let root = operation.result_wrapper.unwrap_or_else(|| root_of(operation.name));
            let mut inner = String::new();
            // A member that is called like the whole answer is the whole answer.
            match members.iter().find(|member| member.wire_name == root) {
                Some(member) => write(api, member.shape, &output[member.name], &mut inner),
                None => write(api, operation.output.unwrap_or_default(), &output, &mut inner),
            }
            respond(&mut response, namespace, root, &inner);
        }
        None => {}
    }
    response
}

/// What the answer of an operation is called where the model does not say it, but S3 does.
fn root_of(operation: &'static str) -> &'static str {
    match operation {
        "CompleteMultipartUpload" => "CompleteMultipartUploadResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketVersioning" => "VersioningConfiguration",
        "ListMultipartUploads" => "ListMultipartUploadsResult",
        "ListParts" => "ListPartsResult",
        other => other,
    }
}

fn respond(response: &mut Response, namespace: &str, root: &str, inner: &str) {
    *response.body_mut() = format!("{DECLARATION}<{root} xmlns=\"{namespace}\">{inner}</{root}>").into();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
}

fn write(api: &Api, shape: &str, value: &Value, out: &mut String) {
    match (api.shape(shape), value) {
        (_, Value::Null) => {}
        (Shape::Structure { members, .. }, value) => {
            for member in members.iter().filter(|member| member.location == Location::Body) {
                let name = member.wire_name;
                match (api.shape(member.shape), &value[member.name]) {
                    (_, Value::Null) => {}
                    (Shape::List { member: item, flattened: true, .. }, Value::Array(items)) => {
                        for value in items {
                            write_named(api, item, name, value, out);
                        }
                    }
                    (_, value) => write_named(api, member.shape, name, value, out),
                }
            }
        }
        (Shape::List { member, item, .. }, Value::Array(items)) => {
            for value in items {
                write_named(api, member, item, value, out);
            }
        }
        (Shape::Timestamp { .. }, Value::Number(number)) => {
            out.push_str(&iso8601(number.as_f64().unwrap_or_default()));
        }
        (_, Value::String(text)) => out.push_str(&escape(text)),
        (_, other) => out.push_str(&escape(&other.to_string())),
    }
}

fn write_named(api: &Api, shape: &str, name: &str, value: &Value, out: &mut String) {
    let mut inner = String::new();
    write(api, shape, value, &mut inner);
    element(out, name, &inner);
}

/// An error answer. One that says that nothing has changed has no body.
pub(crate) fn encode_error(error: &AwsError, request_id: &str) -> Response {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = error.status;
    if let Some(Ok(region)) = error.members.get("Region").and_then(Value::as_str).map(HeaderValue::try_from) {
        response.headers_mut().insert("x-amz-bucket-region", region);
    }
    if error.status == StatusCode::NOT_MODIFIED {
        return response;
    }
    let mut inner = String::new();
    element(&mut inner, "Code", &escape(&error.code));
    element(&mut inner, "Message", &escape(&error.message));
    for (name, value) in error.members.iter() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        element(&mut inner, name, &escape(&text));
    }
    element(&mut inner, "RequestId", &short_id(request_id));
    element(&mut inner, "HostId", &host_id(request_id));
    *response.body_mut() = format!("{DECLARATION}<Error>{inner}</Error>").into();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}

/// The judge's words as S3 writes them.
pub(crate) fn worded(error: AwsError) -> AwsError {
    let code = match error.code.as_str() {
        "AccessDeniedException" => "AccessDenied",
        "MissingAuthenticationTokenException" => {
            return AwsError::new("AccessDenied", "Access Denied").with_status(StatusCode::FORBIDDEN);
        }
        "InvalidSignatureException" => "SignatureDoesNotMatch",
        "UnrecognizedClientException" => "InvalidToken",
        "ExpiredTokenException" => "ExpiredToken",
        _ => return error,
    };
    // S3 alone puts the resource into quotes.
    let message = match error.message.split_once(" on resource: ").map(|(who, rest)| (who, rest.split_once(' '))) {
        Some((who, Some((resource, why)))) => format!("{who} on resource: \"{resource}\" {why}"),
        _ => error.message.clone(),
    };
    AwsError { code: code.to_owned(), message, ..error }
}

/// The headers that every answer has.
pub(crate) fn add_ids(response: &mut Response, request_id: &str) {
    for (name, text) in [("x-amz-request-id", short_id(request_id)), ("x-amz-id-2", host_id(request_id))] {
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Sixteen characters, as S3's request ids are.
fn short_id(request_id: &str) -> String {
    let letters = request_id.chars().filter(char::is_ascii_alphanumeric);
    letters.take(16).map(|letter| letter.to_ascii_uppercase()).collect()
}

fn host_id(request_id: &str) -> String {
    STANDARD.encode(request_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api;

    fn decode_one(method: &str, uri: &str, headers: &[(&str, &str)], body: &'static str) -> (&'static str, Value) {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        let (operation, input) = decode(api("s3").unwrap(), &request).unwrap();
        (operation.name, input)
    }

    #[test]
    fn what_is_needed_tells_operations_of_one_path_apart() {
        let copy = [("x-amz-copy-source", "a/b")];
        for (method, uri, headers, expected) in [
            ("GET", "/", &[][..], "ListBuckets"),
            ("GET", "/b?list-type=2&prefix=x", &[], "ListObjectsV2"),
            ("GET", "/b/?location", &[], "GetBucketLocation"),
            ("PUT", "/b/k", &[], "PutObject"),
            ("PUT", "/b/k?x-id=CopyObject", &copy, "CopyObject"),
            ("PUT", "/b/k?partNumber=1&uploadId=u", &[], "UploadPart"),
            ("HEAD", "/b", &[], "HeadBucket"),
        ] {
            assert_eq!(decode_one(method, uri, headers, "").0, expected, "{method} {uri}");
        }
    }

    #[test]
    fn a_key_keeps_its_slashes_and_metadata_its_names() {
        let headers = [("x-amz-meta-a", "1"), ("if-modified-since", "Thu, 01 Jan 1970 00:00:10 GMT")];
        let (_, input) = decode_one("PUT", "/b//a//b%20c/", &headers, "x");
        assert_eq!(input, json!({"Body": "eA==", "Bucket": "b", "Key": "/a//b c/", "Metadata": {"a": "1"}}));
        let (_, input) = decode_one("GET", "/b/k", &headers, "");
        assert_eq!(input["IfModifiedSince"], 10.0);
    }

    #[test]
    fn xml_is_read_by_the_model() {
        let body = "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&amp;b</Key></Object>\
                    <Object><Key>c</Key></Object><Quiet>true</Quiet></Delete>";
        let (name, input) = decode_one("POST", "/b?delete", &[], body);
        assert_eq!(name, "DeleteObjects");
        assert_eq!(input["Delete"], json!({"Objects": [{"Key": "a&b"}, {"Key": "c"}], "Quiet": true}));
    }

    #[test]
    fn answers_are_xml_with_flat_lists_and_headers() {
        let api = api("s3").unwrap();
        let body = |name: &str, output: Value| encode(api, "urn:x", &api.operations[name], output).into_body();
        let listed = json!({"Name": "b", "Contents": [{"Key": "a", "LastModified": 0}, {"Key": "<"}]});
        assert_eq!(
            body("ListObjectsV2", listed),
            format!(
                "{DECLARATION}<ListBucketResult xmlns=\"urn:x\"><Contents><Key>a</Key>\
                 <LastModified>1970-01-01T00:00:00.000Z</LastModified></Contents><Contents><Key>&lt;</Key></Contents>\
                 <Name>b</Name></ListBucketResult>"
            )
        );
        assert_eq!(
            body("GetBucketLocation", json!({"LocationConstraint": "eu-west-1"})),
            format!("{DECLARATION}<LocationConstraint xmlns=\"urn:x\">eu-west-1</LocationConstraint>")
        );
        let got = json!({"Body": "eA==", "ContentRange": "bytes 0-0/2", "LastModified": 0, "Metadata": {"a": "1"}});
        let response = encode(api, "urn:x", &api.operations["GetObject"], got);
        assert_eq!((response.status(), response.body()), (StatusCode::PARTIAL_CONTENT, &Bytes::from("x")));
        assert_eq!(response.headers()["last-modified"], "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(response.headers()["x-amz-meta-a"], "1");
    }
}
