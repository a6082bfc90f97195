//! The addresses from which layers are downloaded. In AWS they lead to S3 and are signed; here they lead
//! to the registry and carry a ticket, which is good for one layer and an hour.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use bytes::Bytes;
use http::{Method, StatusCode, header};
use kernel::{Kernel, Request, Response, Service, async_trait};

use crate::{
    Ecr,
    state::{Place, host},
};

/// How long a ticket is good for, in milliseconds of virtual time.
const LIFETIME: u64 = 60 * 60 * 1000;

/// Tickets that are out: the layer and the end of each.
#[derive(Default)]
pub struct Tickets(RefCell<BTreeMap<String, (String, u64)>>);

impl Tickets {
    /// The address of a layer.
    pub fn address(&self, kernel: &Kernel, place: &Place, name: &str, digest: &str) -> String {
        let (ticket, now) = (kernel.rng.uuid(), kernel.clock.now().millis());
        let mut tickets = self.0.borrow_mut();
        tickets.retain(|_, (_, until)| *until > now);
        tickets.insert(ticket.clone(), (digest.to_owned(), now + LIFETIME));
        format!("https://{}/v2/{name}/blobs/{digest}?ticket={ticket}", host(place))
    }

    fn admits(&self, ticket: &str, digest: &str, now: u64) -> bool {
        self.0.borrow().get(ticket).is_some_and(|(known, until)| known == digest && *until > now)
    }
}

/// The registry as a server of layers.
pub struct Registry(pub Rc<Ecr>);

#[async_trait(?Send)]
impl Service for Registry {
    async fn handle(&self, request: Request) -> Response {
        let room = &self.0;
        let digest = request.uri().path().rsplit('/').next().unwrap_or_default();
        let ticket = request.uri().query().and_then(|query| query.strip_prefix("ticket=")).unwrap_or_default();
        let is_download = request.method() == Method::GET && request.uri().path().contains("/blobs/");
        if !is_download || !room.downloads.admits(ticket, digest, room.kernel.clock.now().millis()) {
            return answer(StatusCode::FORBIDDEN, Bytes::new());
        }
        match room.state.borrow().blob(digest) {
            Some(bytes) => answer(StatusCode::OK, bytes.clone()),
            None => answer(StatusCode::NOT_FOUND, Bytes::new()),
        }
    }
}

fn answer(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
