//! The cloud that a command talks to: one in this process, or one that `samlet serve` has started.

use std::rc::Rc;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use cloud::Workspace;
use http::{Method, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use kernel::{Request, Response, Scope};
use serde_json::Value;
use tokio::net::TcpStream;

use crate::{arguments::Place, host};

/// The signature of requests to another process. Keys that a cloud has not issued itself act as the
/// root of the account, and their signatures are not verified; a web page cannot send this header.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=samlet/20260101/us-east-1/samlet/aws4_request, SignedHeaders=host, \
                      Signature=0000000000000000000000000000000000000000000000000000000000000000";

/// The date that belongs to it.
const SIGNED_AT: &str = "20260101T000000Z";

/// A cloud.
pub enum Target {
    /// In this process.
    Here(Rc<Workspace>),
    /// Behind a URL: host and port.
    There(String),
}

impl Target {
    /// The cloud behind `endpoint`, or else one in this process.
    pub async fn open(endpoint: Option<&str>, place: &Place) -> Result<Self> {
        let Some(endpoint) = endpoint else { return Ok(Self::Here(host::open(place).await?)) };
        let uri: Uri = endpoint.parse().with_context(|| format!("`{endpoint}` is no URL"))?;
        match (uri.scheme_str(), uri.authority()) {
            (Some("http"), Some(authority)) => Ok(Self::There(authority.to_string())),
            _ => bail!("an endpoint looks like http://127.0.0.1:4600, not `{endpoint}`"),
        }
    }

    /// Sends a request with JSON to a host of the cloud, as the account's root.
    pub async fn send(&self, method: Method, host: &str, path: &str, body: impl Into<Bytes>) -> Result<Response> {
        self.send_with(method, host, path, &[], body).await
    }

    /// Sends a request with further headers.
    pub async fn send_with(
        &self,
        method: Method,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Response> {
        let mut request = http::Request::builder().method(method).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match self {
            Self::Here(workspace) => {
                let request = request.uri(format!("https://{host}{path}")).header(header::HOST, host);
                let mut request: Request = request.body(body.into())?;
                let cloud = workspace.cloud()?;
                request.extensions_mut().insert(Scope::root(cloud.kernel()));
                Ok(cloud.handle(request).await)
            }
            Self::There(authority) => {
                let request = request
                    .uri(format!("/~/{host}{path}"))
                    .header(header::HOST, authority)
                    .header(header::AUTHORIZATION, SIGNED)
                    .header("x-amz-date", SIGNED_AT);
                exchange(authority, request.body(Full::new(body.into()))?)
                    .await
                    .with_context(|| format!("no answer from http://{authority}"))
            }
        }
    }

    /// A URL that a stack's output names, as this machine reaches it.
    pub fn local_url(&self, value: &str) -> String {
        match self {
            Self::There(authority) if value.contains(".execute-api.") => {
                value.replacen("https://", &format!("http://{authority}/~/"), 1)
            }
            _ => value.to_owned(),
        }
    }

    /// Sends JSON and reads JSON; an answer that is no success is an error with its message.
    pub async fn json(&self, method: Method, host: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let response = self.send(method, host, path, body).await?;
        let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        if response.status().is_success() {
            return Ok(answer);
        }
        let message = ["message", "Message"].iter().find_map(|name| answer[*name].as_str());
        bail!("{}", message.map_or_else(|| format!("{host} answered {}", response.status()), str::to_owned))
    }
}

async fn exchange(authority: &str, request: http::Request<Full<Bytes>>) -> Result<Response> {
    let stream = TcpStream::connect(authority).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the connection; a failure shows in the answer.
    tokio::task::spawn_local(async { drop(connection.await) });
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}
