//! The wire to the worker: the only place that knows how the page and the engine talk.

use crate::client::{Failure, Response};
use futures_channel::oneshot;
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::{Event, FromWorker, HttpRequest, RequestId, RuntimeStage, ToWorker};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// How often in a row a worker that panics is started again.
const RESTARTS: u32 = 3;

type Answer = Result<Response, Failure>;
type OnMessage = Closure<dyn FnMut(MessageEvent)>;
type Listener = Box<dyn Fn(Notification)>;

/// What the worker tells beside its answers.
pub enum Notification {
    Ready,
    /// It died of a bug of its own; another took its place.
    Restarted(String),
    Failed(String),
    /// Files changed, perhaps by another tab; no paths when all of the project did.
    FilesChanged(Vec<String>),
    /// A runtime image is on its way.
    Runtime(String, RuntimeStage),
}

/// The wire. Cheap to clone; all clones are the same wire.
#[derive(Clone)]
pub struct Wire(Rc<Inner>);

struct Inner {
    workspace: String,
    base: String,
    in_memory: bool,
    worker: RefCell<Option<Worker>>,
    on_message: RefCell<Option<OnMessage>>,
    listener: RefCell<Option<Listener>>,
    /// Whether the worker listens; what is said before is kept in `unsent`.
    is_loaded: Cell<bool>,
    unsent: RefCell<Vec<ToWorker>>,
    pending: RefCell<BTreeMap<RequestId, oneshot::Sender<Answer>>>,
    next_id: Cell<RequestId>,
    restarts: Cell<u32>,
    failure: RefCell<Option<String>>,
}

impl PartialEq for Wire {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Wire {
    /// A wire to the worker of a workspace, which is not started yet.
    pub fn new(workspace: String, base: String, in_memory: bool) -> Self {
        Self(Rc::new(Inner {
            workspace,
            base,
            in_memory,
            worker: RefCell::default(),
            on_message: RefCell::default(),
            listener: RefCell::default(),
            is_loaded: Cell::new(false),
            unsent: RefCell::default(),
            pending: RefCell::default(),
            next_id: Cell::new(1),
            restarts: Cell::new(0),
            failure: RefCell::default(),
        }))
    }

    /// Starts the worker.
    pub fn start(&self, listener: impl Fn(Notification) + 'static) {
        *self.0.listener.borrow_mut() = Some(Box::new(listener));
        self.start_worker();
    }

    /// Sends a request and waits for its answer. Before the worker is ready, requests wait.
    pub async fn request(&self, method: &str, url: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Answer {
        if let Some(message) = self.0.failure.borrow().clone() {
            return Err(Failure::Engine(message));
        }
        let id = self.0.next_id.get();
        self.0.next_id.set(id + 1);
        let (sender, receiver) = oneshot::channel();
        self.0.pending.borrow_mut().insert(id, sender);
        let request = HttpRequest { method: method.to_owned(), url: url.to_owned(), headers, body };
        self.say(ToWorker::Request { id, request });
        receiver.await.unwrap_or(Err(Failure::OutcomeUnknown))
    }

    fn start_worker(&self) {
        self.0.is_loaded.set(false);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("samlet");
        let Ok(worker) = Worker::new_with_options(&format!("{}worker_loader.js", self.0.base), &options) else {
            return self.fail("This browser does not start the engine.".to_owned());
        };
        let wire = self.clone();
        let on_message = OnMessage::new(move |event: MessageEvent| {
            if let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() {
                wire.hear(&Uint8Array::new(&buffer).to_vec());
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        *self.0.on_message.borrow_mut() = Some(on_message);
        *self.0.worker.borrow_mut() = Some(worker);
    }

    fn say(&self, message: ToWorker) {
        if self.0.is_loaded.get() {
            self.post(&message);
        } else {
            self.0.unsent.borrow_mut().push(message);
        }
    }

    fn post(&self, message: &ToWorker) {
        let buffer = Uint8Array::from(protocol::encode(message).as_slice()).buffer();
        if let Some(worker) = &*self.0.worker.borrow() {
            // A buffer that was just made can be transferred.
            let _ = worker.post_message_with_transfer(&buffer, &js_sys::Array::of1(&buffer));
        }
    }

    fn hear(&self, bytes: &[u8]) {
        match protocol::decode::<FromWorker>(bytes) {
            Err(error) => self.fail(error.to_string()),
            Ok(FromWorker::Loaded) => self.greet(),
            Ok(FromWorker::Ready { .. }) => {
                self.0.restarts.set(0);
                self.tell(Notification::Ready);
            }
            Ok(FromWorker::Failed { message }) => self.fail(message),
            Ok(FromWorker::Response { id, response }) => {
                let response = Response { status: response.status, headers: response.headers, body: response.body };
                self.answer(id, Ok(response));
            }
            Ok(FromWorker::OutcomeUnknown { id }) => self.answer(id, Err(Failure::OutcomeUnknown)),
            Ok(FromWorker::Event(Event::FilesChanged { paths })) => {
                self.tell(Notification::FilesChanged(paths));
            }
            Ok(FromWorker::Event(Event::Runtime { name, stage })) => self.tell(Notification::Runtime(name, stage)),
            // Whoever asked for the reset says what comes next.
            Ok(FromWorker::Event(Event::Reset)) => {}
            Ok(FromWorker::Panicked { message }) => self.restart(message),
        }
    }

    /// The worker listens now: says who the page is, then all that waited.
    fn greet(&self) {
        self.post(&ToWorker::Hello {
            workspace: self.0.workspace.clone(),
            base: self.0.base.clone(),
            in_memory: self.0.in_memory,
        });
        self.0.is_loaded.set(true);
        for message in self.0.unsent.take() {
            self.post(&message);
        }
    }

    fn answer(&self, id: RequestId, answer: Answer) {
        let sender = self.0.pending.borrow_mut().remove(&id);
        if let Some(sender) = sender {
            // Nobody waits any more when the pane that asked has gone.
            let _ = sender.send(answer);
        }
    }

    fn restart(&self, message: String) {
        if let Some(worker) = self.0.worker.take() {
            worker.terminate();
        }
        for (_, sender) in self.0.pending.take() {
            let _ = sender.send(Err(Failure::OutcomeUnknown));
        }
        self.0.unsent.borrow_mut().clear();
        self.0.restarts.set(self.0.restarts.get() + 1);
        if self.0.restarts.get() > RESTARTS {
            return self.fail(message);
        }
        self.start_worker();
        self.tell(Notification::Restarted(message));
    }

    fn fail(&self, message: String) {
        *self.0.failure.borrow_mut() = Some(message.clone());
        for (_, sender) in self.0.pending.take() {
            let _ = sender.send(Err(Failure::Engine(message.clone())));
        }
        self.tell(Notification::Failed(message));
    }

    fn tell(&self, notification: Notification) {
        if let Some(listener) = &*self.0.listener.borrow() {
            listener(notification);
        }
    }
}
