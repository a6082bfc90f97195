//! What this worker is to its workspace, and what becomes of each request.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use futures_util::future::{AbortHandle, abortable};
use protocol::{Event, FromWorker, HttpRequest, HttpResponse, RequestId, Role, ToWorker};
use wasm_bindgen_futures::spawn_local;

use crate::{
    bus::{Bus, Heard},
    engine::{Engine, describe},
    lock,
    page::Page,
    runtimes::Tell,
};

/// Who asked: the page of this worker, or someone on the bus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asker {
    Page,
    Remote(String),
}

/// A request and where its answer goes.
struct Asked {
    asker: Asker,
    id: RequestId,
    /// Whether a page of this workspace asks, which acts as the account's root.
    is_page: bool,
    request: HttpRequest,
}

/// What this worker is at the moment.
enum Standing {
    /// It does not know yet, or opens the cloud: requests wait.
    Starting,
    /// Another worker has the lock.
    Following,
    /// It has the lock, and the cloud is open.
    Leading(Rc<Engine>),
    /// It has the lock, but the cloud cannot be opened.
    Failed(String),
}

struct Session {
    page: Rc<Page>,
    /// Tells this worker from others on the bus.
    name: String,
    state: RefCell<State>,
}

struct State {
    standing: Standing,
    bus: Option<Rc<Bus>>,
    /// Whether this worker has the lock: then what comes over the bus is for it.
    holds_lock: bool,
    waiting: Vec<Asked>,
    /// Requests of the page that the leader works on.
    forwarded: BTreeSet<RequestId>,
    /// Requests that the cloud works on.
    running: BTreeMap<(Asker, RequestId), AbortHandle>,
}

/// Listens to the page and says so.
pub fn start(page: &Rc<Page>) {
    let state = State {
        standing: Standing::Starting,
        bus: None,
        holds_lock: false,
        waiting: Vec::new(),
        forwarded: BTreeSet::new(),
        running: BTreeMap::new(),
    };
    let name = format!("worker-{}", js_sys::Math::random());
    let session = Rc::new(Session { page: page.clone(), name, state: RefCell::new(state) });
    let listener = session.clone();
    page.listen(move |message| listener.hear_page(message));
    page.say(&FromWorker::Loaded);
}

impl Session {
    fn hear_page(self: &Rc<Self>, message: ToWorker) {
        match message {
            ToWorker::Hello { workspace, base, in_memory } => {
                let session = self.clone();
                spawn_local(async move {
                    if let Err(message) = session.enter(&workspace, &base, in_memory).await {
                        session.fail(message);
                    }
                });
            }
            ToWorker::Request { id, request } => {
                self.take(Asked { asker: Asker::Page, id, is_page: true, request });
            }
            ToWorker::Cancel { id } => self.cancel(&Asker::Page, id),
        }
    }

    fn hear_bus(self: &Rc<Self>, heard: Heard) {
        let holds_lock = self.state.borrow().holds_lock;
        match heard {
            Heard::Request { from, id, is_page, request } if holds_lock => {
                self.take(Asked { asker: Asker::Remote(from), id, is_page, request });
            }
            Heard::Cancel { from, id } if holds_lock => self.cancel(&Asker::Remote(from), id),
            Heard::Response { to, id, response } if to == self.name => {
                if self.state.borrow_mut().forwarded.remove(&id) {
                    self.page.answer(id, response);
                }
            }
            Heard::Leader => self.lose_forwarded(),
            Heard::Event { except, bytes } if except != self.name => {
                if let Ok(message) = protocol::decode::<FromWorker>(&bytes) {
                    self.page.say(&message);
                }
            }
            Heard::Request { .. } | Heard::Cancel { .. } | Heard::Response { .. } | Heard::Event { .. } => {}
        }
    }

    /// Joins the workspace: follows its leader if there is one, and leads as soon as there is none.
    async fn enter(self: &Rc<Self>, workspace: &str, base: &str, in_memory: bool) -> Result<(), String> {
        let listener = self.clone();
        let bus = Bus::join(workspace, move |heard| listener.hear_bus(heard)).map_err(|error| describe(&error))?;
        let bus = Rc::new(bus);
        self.state.borrow_mut().bus = Some(bus.clone());
        let lock = format!("samlet:{workspace}");
        match lock::is_free(&lock).await {
            // Some browsers give an embed on another site no locks. What is kept in memory is its own.
            Err(_) if in_memory => {}
            Err(error) => return Err(describe(&error)),
            Ok(is_free) => {
                if !is_free {
                    self.follow();
                }
                lock::hold(&lock).await.map_err(|error| describe(&error))?;
            }
        }
        {
            let mut state = self.state.borrow_mut();
            state.holds_lock = true;
            state.standing = Standing::Starting;
        }
        bus.lead();
        self.lose_forwarded();
        let engine = Rc::new(Engine::open(workspace, base, in_memory, self.teller()).await?);
        self.state.borrow_mut().standing = Standing::Leading(engine);
        self.page.say(&FromWorker::Ready { role: Role::Leader });
        self.take_waiting();
        Ok(())
    }

    fn follow(self: &Rc<Self>) {
        self.state.borrow_mut().standing = Standing::Following;
        self.page.say(&FromWorker::Ready { role: Role::Follower });
        self.take_waiting();
    }

    fn fail(self: &Rc<Self>, message: String) {
        self.page.say(&FromWorker::Failed { message: message.clone() });
        self.state.borrow_mut().standing = Standing::Failed(message);
        self.take_waiting();
    }

    fn take_waiting(self: &Rc<Self>) {
        let waiting = std::mem::take(&mut self.state.borrow_mut().waiting);
        for asked in waiting {
            self.take(asked);
        }
    }

    /// Runs, forwards or keeps a request, whichever this worker can do now.
    fn take(self: &Rc<Self>, asked: Asked) {
        let mut state = self.state.borrow_mut();
        match &state.standing {
            Standing::Leading(engine) => {
                let engine = engine.clone();
                drop(state);
                self.run(engine, asked);
            }
            Standing::Following if asked.asker == Asker::Page => {
                if let Some(bus) = state.bus.clone() {
                    state.forwarded.insert(asked.id);
                    bus.request(&self.name, asked.id, &asked.request);
                }
            }
            Standing::Failed(message) => {
                let body = message.clone().into_bytes();
                drop(state);
                self.answer(&asked.asker, asked.id, HttpResponse { status: 503, headers: Vec::new(), body });
            }
            Standing::Following | Standing::Starting => state.waiting.push(asked),
        }
    }

    fn run(self: &Rc<Self>, engine: Rc<Engine>, asked: Asked) {
        let Asked { asker, id, is_page, request } = asked;
        let news = news_of(&request);
        let (session, key) = (self.clone(), (asker, id));
        let (task, handle) = abortable(async move { engine.answer(request, is_page).await });
        self.state.borrow_mut().running.insert(key.clone(), handle);
        spawn_local(async move {
            let answered = task.await;
            session.state.borrow_mut().running.remove(&key);
            let Ok(response) = answered else { return };
            let has_happened = response.status < 300;
            session.answer(&key.0, id, response);
            if let Some(event) = news.filter(|_| has_happened) {
                session.tell_others(&key.0, event);
            }
        });
    }

    fn answer(&self, asker: &Asker, id: RequestId, response: HttpResponse) {
        match asker {
            Asker::Page => self.page.answer(id, response),
            Asker::Remote(name) => {
                if let Some(bus) = &self.state.borrow().bus {
                    bus.answer(name, id, &response);
                }
            }
        }
    }

    fn cancel(&self, asker: &Asker, id: RequestId) {
        let mut state = self.state.borrow_mut();
        state.waiting.retain(|asked| asked.asker != *asker || asked.id != id);
        if let Some(handle) = state.running.remove(&(asker.clone(), id)) {
            handle.abort();
        }
        if *asker == Asker::Page
            && state.forwarded.remove(&id)
            && let Some(bus) = &state.bus
        {
            bus.cancel(&self.name, id);
        }
    }

    /// The leader that these requests went to is gone, and nobody knows how far it came.
    fn lose_forwarded(&self) {
        let lost = std::mem::take(&mut self.state.borrow_mut().forwarded);
        for id in lost {
            self.page.say(&FromWorker::OutcomeUnknown { id });
        }
    }

    /// Tells every page of the workspace.
    fn teller(self: &Rc<Self>) -> Tell {
        let session = self.clone();
        Rc::new(move |event| {
            let message = FromWorker::Event(event);
            session.page.say(&message);
            if let Some(bus) = &session.state.borrow().bus {
                bus.event(&session.name, &protocol::encode(&message));
            }
        })
    }

    /// Tells every page of the workspace but the one that did it.
    fn tell_others(&self, asker: &Asker, event: Event) {
        let message = FromWorker::Event(event);
        let except = match asker {
            Asker::Page => &self.name,
            Asker::Remote(name) => {
                self.page.say(&message);
                name
            }
        };
        if let Some(bus) = &self.state.borrow().bus {
            bus.event(except, &protocol::encode(&message));
        }
    }
}

/// What a request to the control API changes for the other tabs.
fn news_of(request: &HttpRequest) -> Option<Event> {
    let path = request.url.strip_prefix("https://samlet.internal/")?;
    match (request.method.as_str(), path.split_once('/')) {
        ("PUT" | "DELETE", Some(("files", file))) => Some(Event::FilesChanged { paths: vec![decoded(file)] }),
        ("PUT", None) if path == "project" => Some(Event::FilesChanged { paths: Vec::new() }),
        ("POST", None) if path == "reset" => Some(Event::Reset),
        _ => None,
    }
}

fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}
