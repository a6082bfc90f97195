//! HTTP through the host: two functions that Samlet gives a module.

use crate::http::{Request, Response};
use crate::Problem;

#[link(wasm_import_module = "samlet")]
extern "C" {
    /// Makes an HTTP call and waits. What it gives is the length of the answer, or -1 - length if there
    /// is a reason in place of an answer.
    fn http(message: *const u8, len: usize) -> i64;
    /// Copies what the last `http` gave the length of.
    fn take(buffer: *mut u8, len: usize);
}

/// Sends a request: a first line, header lines, an empty line, the body.
pub(crate) fn send(request: &Request<'_>) -> Result<Response, Problem> {
    let host = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap_or_else(|_| "127.0.0.1:9001".to_owned());
    let mut message = format!("{} http://{host}/2018-06-01/runtime/{}\n", request.method, request.path);
    for (name, value) in request.headers {
        message += &format!("{name}:{value}\n");
    }
    let mut message = (message + "\n").into_bytes();
    message.extend_from_slice(request.body);
    // The host reads the message while it makes the call, and writes no more than the buffer has.
    let (len, answer) = unsafe {
        let len = http(message.as_ptr(), message.len());
        let size = if len < 0 { -1 - len } else { len };
        let mut answer = vec![0; usize::try_from(size).unwrap_or_default()];
        take(answer.as_mut_ptr(), answer.len());
        (len, answer)
    };
    if len < 0 {
        return Err(Problem(String::from_utf8_lossy(&answer).into_owned()));
    }
    read(&answer).ok_or_else(|| Problem("its answer is no HTTP".to_owned()))
}

fn read(message: &[u8]) -> Option<Response> {
    let end = message.windows(2).position(|pair| pair == b"\n\n")?;
    let mut lines = std::str::from_utf8(&message[..end]).ok()?.split('\n');
    let mut response =
        Response { status: lines.next()?.parse().ok()?, body: message[end + 2..].to_vec(), ..Response::default() };
    lines.for_each(|line| response.add_header(line));
    Some(response)
}
