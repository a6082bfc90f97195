use serde::{Deserialize, Serialize};

/// Pairs a request with its answer; chosen by the page, unique while the worker lives.
pub type RequestId = u64;

/// An HTTP request for the door.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// `GET`, `POST` …
    pub method: String,
    /// Absolute, e.g. `https://dynamodb.us-east-1.amazonaws.com/`; its host picks the service.
    pub url: String,
    /// In the order in which they are sent; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// What the door answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// In the order in which they were set; a name may repeat.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// What the page says to its worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Open a workspace: the first message, said once.
    Hello {
        /// The workspace's name: its lock, its database and its place in the service worker's URLs.
        workspace: String,
        /// The absolute URL of the folder that the page was loaded from, with a `/` at its end.
        base: String,
        /// Keep nothing: an embed, a preview. The workspace then lives and dies with this worker.
        in_memory: bool,
    },
    /// Send a request through the door.
    Request {
        /// Comes back with the answer.
        id: RequestId,
        /// What to send.
        request: HttpRequest,
    },
    /// The answer to this request is no longer wanted. What it has done by now stays done.
    Cancel {
        /// The request's id.
        id: RequestId,
    },
}

/// What the worker says to its page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker listens now.
    Loaded,
    /// The cloud of the workspace can be used.
    Ready {
        /// Where the cloud runs.
        role: Role,
    },
    /// The workspace cannot be opened: its storage is refused, full or of a newer version.
    Failed {
        /// Why, in one sentence.
        message: String,
    },
    /// The answer to a request.
    Response {
        /// The request's id.
        id: RequestId,
        /// What the door answered.
        response: HttpResponse,
    },
    /// The leader died while it worked on this request: it may or may not have taken effect.
    OutcomeUnknown {
        /// The request's id.
        id: RequestId,
    },
    /// Something happened that nobody asked for.
    Event(Event),
    /// The engine has met a bug of its own and is dead; nothing that it acknowledged is lost.
    Panicked {
        /// What it said, with the place in the source.
        message: String,
    },
}

/// Where the cloud of a workspace runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// In this worker.
    Leader,
    /// In another tab's worker, to which this one forwards.
    Follower,
}

/// What the worker tells without being asked: what another tab of the same workspace has done, and what it waits
/// for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Files of the project were written or removed.
    FilesChanged {
        /// Their paths, or none when all of the project was replaced.
        paths: Vec<String>,
    },
    /// All that was deployed is gone, and the files with it.
    Reset,
    /// A runtime image that a function needs, on its way.
    Runtime {
        /// For instance `python`.
        name: String,
        /// How far it is.
        stage: RuntimeStage,
    },
}

/// How far a runtime image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuntimeStage {
    /// It is being fetched.
    Loading {
        /// Bytes that are here.
        loaded: u64,
        /// All of them, if that is known.
        total: Option<u64>,
    },
    /// It is here, and being made ready.
    Preparing,
    /// It can be used, or could not be had: whoever needs it is told why.
    Settled,
}
