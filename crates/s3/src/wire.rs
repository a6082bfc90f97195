//! The many forms of a request, made one: the bucket in the path, the body as it is.

use bytes::{Bytes, BytesMut};
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use kernel::{AwsError, Request};
use sha2::{Digest, Sha256};

/// Gives `request` a path that names its bucket and a body without chunks, and checks the body's hash.
pub fn simplify(request: &mut Request) -> Result<(), AwsError> {
    if aws_api::is_read(request) {
        return Ok(());
    }
    move_bucket_into_path(request);
    let hash = header_text(request, "x-amz-content-sha256");
    if hash.starts_with("STREAMING-") {
        return join_chunks(request);
    }
    let is_hash = hash.len() == 64;
    if is_hash && !hash.eq_ignore_ascii_case(&crate::rules::hex(&Sha256::digest(request.body()))) {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        return Err(AwsError::new("XAmzContentSHA256Mismatch", message));
    }
    Ok(())
}

fn header_text<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Virtual-hosted style becomes path style.
fn move_bucket_into_path(request: &mut Request) {
    let host = request.uri().host().unwrap_or_else(|| header_text(request, "host"));
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_ascii_lowercase();
    let Some(bucket) = bucket_of(&host) else { return };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if let Ok(uri) = format!("/{bucket}{path}").parse::<Uri>() {
        *request.uri_mut() = uri;
    }
}

/// The bucket that a host names: `BUCKET.s3.REGION.amazonaws.com`, or `BUCKET.localhost` where S3 has the
/// endpoint of a whole cloud.
fn bucket_of(host: &str) -> Option<String> {
    let aws = host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"));
    let Some(own) = aws else {
        let bucket = host.strip_suffix(".localhost")?;
        return Some(bucket.strip_suffix(".s3").unwrap_or(bucket)).filter(|bucket| *bucket != "s3").map(str::to_owned);
    };
    let labels: Vec<&str> = own.split('.').collect();
    let service = labels.iter().rposition(|label| *label == "s3")?;
    (service > 0).then(|| labels[..service].join("."))
}

/// `aws-chunked`: `SIZE[;chunk-signature=…]`, the bytes, and so on; after the chunk of size 0 come trailing
/// headers with the checksum.
fn join_chunks(request: &mut Request) -> Result<(), AwsError> {
    let mut rest = request.body().clone();
    let mut body = BytesMut::new();
    loop {
        let line = take_line(&mut rest).ok_or_else(incomplete)?;
        let size = line.split(';').next().and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let size = size.filter(|size| *size <= rest.len()).ok_or_else(incomplete)?;
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest.split_to(size));
        take_line(&mut rest).filter(String::is_empty).ok_or_else(incomplete)?;
    }
    while let Some(line) = take_line(&mut rest).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value.trim())) {
            request.headers_mut().insert(name, value);
        }
    }
    let stated = header_text(request, "x-amz-decoded-content-length");
    if stated.parse().is_ok_and(|length: usize| length != body.len()) {
        return Err(incomplete());
    }
    *request.body_mut() = body.freeze();
    let codings = header_text(request, "content-encoding").split(',').map(str::trim);
    let others = codings.filter(|coding| !matches!(*coding, "aws-chunked" | "")).collect::<Vec<_>>().join(",");
    request.headers_mut().remove(header::CONTENT_ENCODING);
    if let Some(others) = HeaderValue::try_from(others).ok().filter(|others| !others.is_empty()) {
        request.headers_mut().insert(header::CONTENT_ENCODING, others);
    }
    Ok(())
}

/// The text up to the next line end, which goes too; what ends without one is a line as well.
fn take_line(rest: &mut Bytes) -> Option<String> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.windows(2).position(|pair| pair == b"\r\n");
    let line = rest.split_to(end.unwrap_or(rest.len()));
    let _line_end = rest.split_to(rest.len().min(2));
    Some(String::from_utf8_lossy(&line).into_owned())
}

fn incomplete() -> AwsError {
    let message = "The request body terminated unexpectedly";
    AwsError::new("IncompleteBody", message).with_status(StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_buckets() {
        for (host, bucket) in [
            ("a.b.s3.eu-west-1.amazonaws.com", Some("a.b")),
            ("a.s3.amazonaws.com", Some("a")),
            ("s3.us-east-1.amazonaws.com", None),
            ("a.localhost", Some("a")),
            ("a.s3.localhost", Some("a")),
            ("127.0.0.1", None),
        ] {
            assert_eq!(bucket_of(host).as_deref(), bucket, "{host}");
        }
    }

    #[test]
    fn chunks_are_joined_and_trailers_become_headers() {
        let body = "3;chunk-signature=a\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
        let request = |body: &'static str| {
            http::Request::put("/k")
                .header("host", "b.s3.us-east-1.amazonaws.com")
                .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
                .header("x-amz-decoded-content-length", "5")
                .header("content-encoding", "gzip, aws-chunked")
                .body(Bytes::from_static(body.as_bytes()))
                .unwrap()
        };
        let mut whole = request(body);
        simplify(&mut whole).unwrap();
        assert_eq!((whole.uri().path(), whole.body()), ("/b/k", &Bytes::from("abcde")));
        assert_eq!(whole.headers()["x-amz-checksum-crc32"], "AAAA");
        assert_eq!(whole.headers()["content-encoding"], "gzip");
        for broken in ["3\r\nab", "x\r\n", "4\r\nabcd\r\n0\r\n\r\n", ""] {
            assert_eq!(simplify(&mut request(broken)).unwrap_err().code, "IncompleteBody", "{broken:?}");
        }
    }
}
