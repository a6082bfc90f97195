//! HTTP on a socket.

use std::{convert::Infallible, pin::pin, rc::Rc, time::Duration};

use bytes::Bytes;
use cloud::Workspace;
use http::{HeaderName, Method, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The largest request: a function's package of 50 MB in base64 and JSON, and some more.
const MAX_REQUEST: usize = 128 << 20;

/// How long requests under way may take after the end was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// Headers that belong to one connection.
const HOP_BY_HOP: [HeaderName; 3] = [header::CONNECTION, header::TRANSFER_ENCODING, header::UPGRADE];

/// Serves `workspace` until `end` completes, then lets what is under way finish.
pub async fn serve(listener: TcpListener, workspace: Rc<Workspace>, end: impl Future<Output = ()>) {
    let (closing, closed) = watch::channel(());
    let mut end = pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(tokio::task::spawn_local(connection(stream, workspace.clone(), closed.clone()))),
                // Out of file descriptors, or a client that is gone already: the next one may do better.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    drop((listener, closed));
    // Sending closes idle connections; all receivers are gone when all connections are.
    let _ = closing.send(());
    let _ = tokio::time::timeout(GRACE, closing.closed()).await;
}

async fn connection(stream: TcpStream, workspace: Rc<Workspace>, mut closed: watch::Receiver<()>) {
    // Small answers go out at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let workspace = workspace.clone();
        async move { Ok::<_, Infallible>(answer(&workspace, request).await) }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // What goes wrong on a connection concerns its client only, and that one sees it.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = closed.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

async fn answer(workspace: &Workspace, request: http::Request<Incoming>) -> http::Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_REQUEST).collect().await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, format!("A request may have {MAX_REQUEST} bytes"));
    };
    let is_head = head.method == Method::HEAD;
    match workspace.handle(http::Request::from_parts(head, body.to_bytes())).await {
        Ok(response) => {
            let mut response = response.map(Full::new);
            for name in &HOP_BY_HOP {
                response.headers_mut().remove(name);
            }
            // The server writes it itself, but for an answer without the body that it would have.
            if !is_head {
                response.headers_mut().remove(header::CONTENT_LENGTH);
            }
            response
        }
        Err(error) => plain(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}

fn plain(status: StatusCode, message: String) -> http::Response<Full<Bytes>> {
    let mut response = http::Response::new(Full::new(message.into()));
    *response.status_mut() = status;
    response
}
