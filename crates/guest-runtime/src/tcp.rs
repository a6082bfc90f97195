//! HTTP/1.1 over TCP, as it is in a Linux environment: the Runtime API is on this machine, answers with a
//! length, and needs no TLS.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::http::{Request, Response};
use crate::Problem;

/// Sends a request over a connection of its own.
pub(crate) fn send(request: &Request<'_>) -> Result<Response, Problem> {
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API")
        .map_err(|_| Problem("AWS_LAMBDA_RUNTIME_API is not set: this program runs in AWS Lambda".to_owned()))?;
    exchange(&host, request).map_err(|error| Problem(format!("{host}: {error}")))
}

fn exchange(host: &str, request: &Request<'_>) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect(host)?;
    let mut head = format!(
        "{} /2018-06-01/runtime/{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
        request.method,
        request.path,
        request.body.len()
    );
    for (name, value) in request.headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all((head + "\r\n").as_bytes())?;
    stream.write_all(request.body)?;
    read(&mut BufReader::new(stream))
}

fn read(stream: &mut impl BufRead) -> std::io::Result<Response> {
    let garbled = || std::io::Error::new(std::io::ErrorKind::InvalidData, "the answer is no HTTP");
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(garbled)?;
    let mut response = Response { status, ..Response::default() };
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(garbled());
        }
        match line.trim_end() {
            "" => break,
            line => response.add_header(line),
        }
    }
    let is_chunked = response.header("transfer-encoding").map_or(false, |coding| coding == "chunked");
    match response.header("content-length").and_then(|len| len.parse().ok()) {
        Some(len) => {
            response.body = vec![0; len];
            stream.read_exact(&mut response.body)?;
        }
        None if is_chunked => read_chunks(stream, &mut response.body)?,
        None => drop(stream.read_to_end(&mut response.body)?),
    }
    Ok(response)
}

fn read_chunks(stream: &mut impl BufRead, body: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "a chunk has no size"))?;
        let start = body.len();
        body.resize(start + size, 0);
        stream.read_exact(&mut body[start..])?;
        stream.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::{turn, Context, Error};

    /// A Runtime API that gives these answers, one for each connection: what it was sent.
    fn serve(answers: &'static [&'static str]) -> thread::JoinHandle<Vec<String>> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        std::env::set_var("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string());
        thread::spawn(move || {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut request, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.strip_prefix("Content-Length: ") {
                        length = value.trim().parse().unwrap();
                    }
                    request += &line;
                    if line == "\r\n" {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                requests.push(request + &String::from_utf8(body).unwrap());
                stream.write_all(answer.as_bytes()).unwrap();
            }
            requests
        })
    }

    const EVENT: &str = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id-1\r\nLambda-Runtime-Deadline-Ms: 7\r\n\
                         Content-Length: 2\r\n\r\n{}";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id-2\r\nTransfer-Encoding: chunked\r\n\
                           \r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n";
    const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    #[test]
    fn an_event_is_answered_or_fails() {
        let api = serve(&[EVENT, ACCEPTED, CHUNKED, ACCEPTED]);
        let mut seen = Vec::new();
        let mut handler = |event: Vec<u8>, context: Context| {
            seen.push((String::from_utf8(event).unwrap(), context.request_id, context.deadline_ms));
            if seen.len() == 1 {
                Ok(b"42".to_vec())
            } else {
                Err(Error::new("Mine", "no"))
            }
        };
        turn(&mut handler).unwrap();
        turn(&mut handler).unwrap();
        assert_eq!(seen, [("{}".into(), "id-1".into(), 7), ("[1,2]".into(), "id-2".into(), 0)]);
        let requests = api.join().unwrap();
        assert!(requests[0].starts_with("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n"));
        assert!(requests[1].starts_with("POST /2018-06-01/runtime/invocation/id-1/response HTTP/1.1\r\n"));
        assert!(requests[1].ends_with("\r\n\r\n42"));
        assert!(requests[3].starts_with("POST /2018-06-01/runtime/invocation/id-2/error HTTP/1.1\r\n"));
        assert!(requests[3].contains("\r\nLambda-Runtime-Function-Error-Type: Mine\r\n"));
        assert!(requests[3].ends_with(r#"{"errorType":"Mine","errorMessage":"no"}"#));
    }
}
