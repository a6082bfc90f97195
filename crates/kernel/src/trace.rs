use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use futures_channel::mpsc;
use http::StatusCode;

use crate::{AwsError, Host, Timestamp};

/// Identifies a [`Span`] among all of a cloud.
pub type SpanId = u64;

/// What is known of one request that passed the router.
#[derive(Clone, Debug)]
pub struct Span {
    /// Ascending in the order of arrival.
    pub id: SpanId,
    /// The request that caused this one, if any.
    pub parent: Option<SpanId>,
    /// The service's name in the router.
    pub service: String,
    /// The API operation, or `METHOD /path` where there is none.
    pub operation: String,
    /// The caller's ARN.
    pub caller: String,
    /// The request id that the answer carries.
    pub request_id: String,
    /// Virtual time of arrival.
    pub started: Timestamp,
    /// Virtual time of the answer; `None` while the request is under way.
    pub ended: Option<Timestamp>,
    /// Wall time that it took, in milliseconds.
    pub wall_millis: f64,
    /// Size of the request's body.
    pub request_bytes: usize,
    /// Size of the answer's body.
    pub response_bytes: usize,
    /// The answer's status.
    pub status: Option<StatusCode>,
    /// The error's code, where the answer is one.
    pub error: Option<String>,
}

/// The newest spans of a cloud, and news of each as it ends.
pub struct Trace {
    host: Rc<dyn Host>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    spans: VecDeque<Span>,
    next: SpanId,
    listeners: Vec<mpsc::UnboundedSender<Span>>,
}

/// How many spans are kept.
const CAPACITY: usize = 2000;

impl Trace {
    pub(crate) fn new(host: Rc<dyn Host>) -> Self {
        Self { host, state: RefCell::default() }
    }

    /// The kept spans, oldest first.
    pub fn spans(&self) -> Vec<Span> {
        self.state.borrow().spans.iter().cloned().collect()
    }

    /// The span that caused another, as long as that is kept.
    pub fn parent(&self, id: SpanId) -> Option<SpanId> {
        let spans = &self.state.borrow().spans;
        spans.get(position(spans, id)?)?.parent
    }

    /// A stream of every span that ends from now on.
    pub fn subscribe(&self) -> mpsc::UnboundedReceiver<Span> {
        let (sender, receiver) = mpsc::unbounded();
        self.state.borrow_mut().listeners.push(sender);
        receiver
    }

    /// Names the operation of a span once the service has understood it.
    pub fn name(&self, id: SpanId, operation: &str) {
        self.update(id, |span| operation.clone_into(&mut span.operation));
    }

    /// Notes the error code with which a span's request is refused.
    pub fn fail(&self, id: SpanId, code: &str) {
        self.update(id, |span| span.error = Some(code.to_owned()));
    }

    /// Notes what a service did by itself at the moment `now`: items expired, changes arrived. It is a
    /// span like any other, which nobody asked for.
    pub fn happened(&self, service: &str, operation: &str, now: Timestamp) {
        self.note(service, operation, now, StatusCode::OK, None);
    }

    /// Notes what a service tried to do by itself at the moment `now`, in vain.
    pub fn failed(&self, service: &str, operation: &str, now: Timestamp, error: &AwsError) {
        self.note(service, operation, now, error.status, Some(error.code.clone()));
    }

    fn note(&self, service: &str, operation: &str, now: Timestamp, status: StatusCode, error: Option<String>) {
        let span = self.begin(Span {
            id: 0,
            parent: None,
            service: service.to_owned(),
            operation: operation.to_owned(),
            caller: format!("{service}.amazonaws.com"),
            request_id: String::new(),
            started: now,
            ended: None,
            wall_millis: 0.0,
            request_bytes: 0,
            response_bytes: 0,
            status: None,
            error,
        });
        self.end(span, now, status, 0);
    }

    /// Opens a span; its `id` is given here.
    pub(crate) fn begin(&self, mut span: Span) -> SpanId {
        let mut state = self.state.borrow_mut();
        state.next += 1;
        span.id = state.next;
        span.wall_millis = self.host.wall_millis();
        if state.spans.len() == CAPACITY {
            state.spans.pop_front();
        }
        state.spans.push_back(span);
        state.next
    }

    pub(crate) fn end(&self, id: SpanId, ended: Timestamp, status: StatusCode, response_bytes: usize) {
        let wall = self.host.wall_millis();
        self.update(id, |span| {
            span.ended = Some(ended);
            span.wall_millis = wall - span.wall_millis;
            span.status = Some(status);
            span.response_bytes = response_bytes;
        });
        let State { spans, listeners, .. } = &mut *self.state.borrow_mut();
        if let Some(span) = position(spans, id).and_then(|index| spans.get(index)) {
            listeners.retain(|listener| listener.unbounded_send(span.clone()).is_ok());
        }
    }

    fn update(&self, id: SpanId, change: impl FnOnce(&mut Span)) {
        let spans = &mut self.state.borrow_mut().spans;
        if let Some(span) = position(spans, id).and_then(|index| spans.get_mut(index)) {
            change(span);
        }
    }
}

/// Where a span is, if it is still kept. They are numbered one after the other.
fn position(spans: &VecDeque<Span>, id: SpanId) -> Option<usize> {
    let place = usize::try_from(id.checked_sub(spans.front()?.id)?).ok()?;
    (place < spans.len()).then_some(place)
}
