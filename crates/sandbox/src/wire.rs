//! HTTP messages as they cross the border to the guest.
//!
//! A first line, header lines, an empty line, the body: the shape of HTTP/1.1 with `\n` for line
//! ends. A request begins with `METHOD URL`, a response with the status code.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, Uri};

/// Reads a request that a guest wrote. The error is a sentence for the guest.
pub fn decode_request(message: &[u8]) -> Result<Request<Bytes>, String> {
    let (head, body) = split_head(message).ok_or("the request has no end of its headers")?;
    let head = std::str::from_utf8(head).map_err(|_| "the request's headers are not UTF-8")?;
    let mut lines = head.split('\n');
    let (method, url) = lines.next().and_then(|line| line.split_once(' ')).ok_or("the request has no URL")?;
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| format!("bad method {method}"))?;
    let uri: Uri = url.parse().map_err(|_| format!("bad URL {url}"))?;
    let mut request = Request::new(Bytes::copy_from_slice(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or("a header has no colon")?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("bad header {name}"))?;
        let value = HeaderValue::from_str(value.trim())
            .or_else(|_| HeaderValue::from_bytes(value.trim().as_bytes()))
            .map_err(|_| format!("bad value of header {name}"))?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}

/// Writes a response for a guest to read.
pub fn encode_response(response: &Response<Bytes>) -> Vec<u8> {
    let mut message = response.status().as_str().as_bytes().to_vec();
    for (name, value) in response.headers() {
        message.push(b'\n');
        message.extend_from_slice(name.as_str().as_bytes());
        message.push(b':');
        message.extend_from_slice(value.as_bytes());
    }
    message.extend_from_slice(b"\n\n");
    message.extend_from_slice(response.body());
    message
}

/// What stands before the first empty line, and what stands after it.
fn split_head(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = message.windows(2).position(|pair| pair == b"\n\n")?;
    Some((&message[..end], &message[end + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_head_and_a_body() {
        let request = decode_request(b"POST https://h.example/p?q=1\nx-a:1\nx-a: 2\n\nbo\n\ndy").unwrap();
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "https://h.example/p?q=1");
        let values: Vec<_> = request.headers().get_all("x-a").iter().collect();
        assert_eq!(values, ["1", "2"]);
        assert_eq!(&request.body()[..], b"bo\n\ndy");
    }

    #[test]
    fn a_bad_request_is_a_sentence() {
        for (message, sentence) in [
            (&b"GET https://h.example/"[..], "the request has no end of its headers"),
            (b"GET\n\n", "the request has no URL"),
            (b"GET http://a b/\n\n", "bad URL http://a b/"),
            (b"GET http://a/\nno colon\n\n", "a header has no colon"),
        ] {
            assert_eq!(decode_request(message).unwrap_err(), sentence);
        }
    }

    #[test]
    fn a_response_is_a_status_headers_and_a_body() {
        let response = Response::builder().status(202).header("X-B", "c").body(Bytes::from("hi")).unwrap();
        assert_eq!(encode_response(&response), b"202\nx-b:c\n\nhi");
    }
}
