//! DynamoDB over HTTP, as an SDK speaks it: one connection that stays open, signed requests.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// How long an answer may take: the first one of a large table is slow.
const PATIENCE: Duration = Duration::from_secs(300);

/// A connection to one server.
pub struct Connection {
    stream: TcpStream,
    head: String,
    request: Vec<u8>,
    answer: Vec<u8>,
    piece: Box<[u8]>,
}

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;

impl Connection {
    /// Connects to a port of this machine.
    pub fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        // The headers that the AWS SDK for JavaScript sends; none of the servers looks into the signature.
        let head = format!(
            "Host: 127.0.0.1:{port}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-User-Agent: aws-sdk-js/3.936.0\r\n\
             User-Agent: aws-sdk-js/3.936.0 ua/2.1 os/linux lang/js md/nodejs#22.0.0 api/dynamodb#3.936.0\r\n\
             Amz-Sdk-Invocation-Id: 00000000-0000-4000-8000-000000000000\r\nAmz-Sdk-Request: attempt=1; max=3\r\n\
             X-Amz-Date: 20260101T000000Z\r\nX-Amz-Content-Sha256: {0}\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=bench/20260101/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target, Signature={0}\r\n\
             Connection: keep-alive\r\n",
            "0".repeat(64)
        );
        Ok(Self { stream, head, request: Vec::new(), answer: Vec::new(), piece: vec![0; PIECE].into() })
    }

    /// Calls an operation; the body of its answer. Anything but success is an error.
    pub fn call(&mut self, operation: &str, body: &str) -> Result<&[u8]> {
        self.request.clear();
        write!(
            self.request,
            "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\nContent-Length: {}\r\n{}\r\n{body}",
            body.len(),
            self.head
        )?;
        self.stream.write_all(&self.request)?;
        let (status, from) = self.read()?;
        if status != 200 {
            bail!("{operation} answered {status}: {}", String::from_utf8_lossy(&self.answer[from..]));
        }
        Ok(&self.answer[from..])
    }

    /// The same, read as JSON.
    pub fn json(&mut self, operation: &str, body: &Value) -> Result<Value> {
        Ok(serde_json::from_slice(self.call(operation, &body.to_string())?)?)
    }

    /// Reads an answer: its status, and where its body begins.
    fn read(&mut self) -> Result<(u16, usize)> {
        self.answer.clear();
        let head = loop {
            let count = self.stream.read(&mut self.piece)?;
            if count == 0 {
                bail!("the server closed the connection");
            }
            let seen = self.answer.len().saturating_sub(3);
            self.answer.extend_from_slice(&self.piece[..count]);
            if let Some(end) = self.answer[seen..].windows(4).position(|four| four == b"\r\n\r\n") {
                break seen + end + 4;
            }
        };
        let text = std::str::from_utf8(&self.answer[..head])?;
        let status = text.get(9..12).and_then(|code| code.parse().ok()).context("no status")?;
        let length = text.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        let end = head + length.context("an answer without a length")?;
        let had = self.answer.len();
        if had < end {
            self.answer.resize(end, 0);
            self.stream.read_exact(&mut self.answer[had..])?;
        }
        Ok((status, head))
    }
}
