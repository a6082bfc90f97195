//! What stands around the JSON, seen by requests in their text form.

use bytes::Bytes;
use http::{HeaderName, StatusCode, header, request::Builder};
use kernel::{Caller, Response, Scope};

use super::{Client, run};

/// Sends a request as `caller` of this cloud.
async fn send(client: &Client, caller: Option<Caller>, request: Builder, body: &[u8]) -> Response {
    let mut request = request.body(Bytes::copy_from_slice(body)).unwrap();
    let mut scope = Scope::root(&client.0);
    scope.caller = caller.unwrap_or(scope.caller);
    scope.request_id = super::super::request_id(&client.0.rng);
    request.extensions_mut().insert(scope);
    client.0.router.dispatch(&client.0, "dynamodb", request).await
}

fn call(operation: &str) -> Builder {
    http::Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
}

fn header_of(response: &Response, name: impl TryInto<HeaderName, Error: std::fmt::Debug>) -> String {
    let value = response.headers().get(name.try_into().unwrap());
    value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[test]
fn every_answer_has_an_id_and_a_checksum() {
    run(|client| async move {
        let answer = send(&client, None, call("ListTables"), b"{}").await;
        assert_eq!(answer.body(), r#"{"TableNames":[]}"#);
        assert_eq!(header_of(&answer, "x-amz-crc32"), crc32fast::hash(answer.body()).to_string());
        let id = header_of(&answer, "x-amzn-requestid");
        assert!(id.len() == 52 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{id}");
    });
}

#[test]
fn what_is_no_call_is_answered_before_anybody_is_asked_who_it_is() {
    run(|client| async move {
        let origin = |builder: Builder| builder.header(header::ORIGIN, "https://example.com");
        for (request, body, status, words) in [
            (http::Request::get("/"), &b""[..], 200, "healthy: dynamodb.us-east-1.amazonaws.com "),
            (http::Request::put("/"), b"", 404, "<UnknownOperationException/>\n"),
            (
                http::Request::post("/").header("content-type", "text/plain"),
                b"{}",
                404,
                "<UnknownOperationException/>\n",
            ),
            (origin(http::Request::options("/")), b"", 200, ""),
            (call("ListTables"), b"hi", 400, r#"{"__type":"com.amazon.coral.service#SerializationException"}"#),
            (call("ListTable"), b"{}", 400, r#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#),
            (
                call("ListTables"),
                b"{}",
                400,
                r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#,
            ),
        ] {
            let answer = send(&client, Some(Caller::Anonymous), request, body).await;
            assert_eq!((answer.status().as_u16(), &answer.body()[..]), (status, words.as_bytes()));
        }
        let huge = send(&client, None, call("ListTables"), &vec![b' '; (16 << 20) + 1]).await;
        assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let preflight = origin(http::Request::options("/")).header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let answer = send(&client, Some(Caller::Anonymous), preflight, b"").await;
        assert_eq!(header_of(&answer, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(header_of(&answer, header::ACCESS_CONTROL_ALLOW_METHODS), "POST");
    });
}

#[test]
fn bodies_may_be_packed_both_ways() {
    use crate::wire::gzip::{pack, unpack};
    run(|client| async move {
        client.songs().await;
        let item = format!(r#"{{"artist":{{"S":"a"}},"title":{{"S":"b"}},"text":{{"S":"{}"}}}}"#, "x".repeat(5000));
        let put = format!(r#"{{"TableName":"songs","Item":{item}}}"#);
        let packed = call("PutItem").header(header::CONTENT_ENCODING, "gzip");
        assert_eq!(send(&client, None, packed, &pack(put.as_bytes())).await.body(), "{}");
        let get = r#"{"TableName":"songs","Key":{"artist":{"S":"a"},"title":{"S":"b"}}}"#;
        let plain = send(&client, None, call("GetItem"), get.as_bytes()).await;
        assert!(plain.body().len() > 5000 && !plain.headers().contains_key(header::CONTENT_ENCODING));
        let packed = call("GetItem").header(header::ACCEPT_ENCODING, "gzip, deflate");
        let packed = send(&client, None, packed, get.as_bytes()).await;
        assert_eq!(header_of(&packed, header::CONTENT_ENCODING), "gzip");
        assert_eq!(header_of(&packed, "x-amz-crc32"), crc32fast::hash(packed.body()).to_string());
        assert_eq!(unpack(packed.body(), 10_000), Ok(Some(plain.body().clone())));
        let damaged = call("GetItem").header(header::CONTENT_ENCODING, "gzip");
        let refused = send(&client, None, damaged, b"{}").await;
        assert_eq!(refused.body(), r#"{"__type":"com.amazon.coral.service#SerializationException"}"#);
    });
}

#[test]
fn a_search_is_read_by_a_reader_of_its_own() {
    run(|client| async move {
        for (body, code, words) in [
            (
                r#"{"TableName": "docs", "IndexName": null, "SearchVector": [{"N": "1"}], "TopK": 1}"#,
                "SerializationException",
                "invalid type: null, expected a string at line 1 column 39",
            ),
            (
                r#"{"TableName": "docs", "IndexName": "vix", "SearchVector": null, "TopK": 1}"#,
                "SerializationException",
                "invalid type: null, expected a sequence at line 1 column 62",
            ),
            (
                r#"{"TableName": "docs", "IndexName": "vix", "SearchVector": [], "TopK": 3.5}"#,
                "SerializationException",
                "invalid type: floating point `3.5`, expected i32 at line 1 column 73",
            ),
            (
                r#"{"IndexName": "ab", "SearchVector": [{"N": "1"}], "TopK": 1}"#,
                "ValidationException",
                "missing field `TableName` at line 1 column 60",
            ),
        ] {
            let answer = send(&client, None, call("SearchVectors"), body.as_bytes()).await;
            let told: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
            assert!(told["__type"].as_str().unwrap().ends_with(code), "{told}");
            assert!(told["message"] == words || told["Message"] == words, "{told}");
        }
    });
}
