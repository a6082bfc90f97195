//! The control API: what a local cloud needs beside AWS's services. Files of the project, deploying
//! them, the virtual clock, the mailbox, the trace, and starting afresh.
//!
//! It answers at the host `samlet.internal`, in JSON, to the account's root only:
//!
//! | Request                        | What it does                                                    |
//! | ------------------------------ | --------------------------------------------------------------- |
//! | `GET /project`, `GET /files`   | `{name, files: [path]}`                                         |
//! | `PUT /project`                 | renames it, or replaces it: `{name, files?: {path: base64}}`    |
//! | `GET`, `PUT`, `DELETE /files/PATH` | one file, as its plain bytes                                |
//! | `POST /deploy`                 | `{stack?, parameters?, project?, wait?}` → `{stack, changed, warnings}`; CloudFormation then tells how it goes, or, having waited, `succeeded, status, reason, outputs` |
//! | `POST /diagnose`               | a template's text → `{diagnostics: [{path, severity, message, line, …}]}` |
//! | `GET /outline`                 | `{resources: [{logical_id, type, line, depends_on, called_by}]}` |
//! | `GET /clock`                   | `{now_ms, rate, paused}`                                        |
//! | `POST /clock`                  | `{advance_ms}`, `{rate}` or `{pause}`, and the same answer      |
//! | `GET /dynamodb`                | how fast tables are: `{table_ms, index_lag_ms, replica_lag_ms, unthrottled, collection_bytes}` |
//! | `POST /dynamodb`               | changes any of these, and the same answer                       |
//! | `GET /mailbox`                 | `{messages: [{to, channel, subject, body, code, time_ms}]}`     |
//! | `GET /dax`                     | `{clusters: [{arn, address, item_hits, item_misses, query_hits, query_misses, …}]}` |
//! | `GET /replication`             | `{lag_ms, in_transit}`: how long changes take between the regions of global tables, and how many are on their way |
//! | `POST /replication`            | `{lag_ms}`, and the same answer                                 |
//! | `GET /capacity/TABLE`          | `{gauges: [{index, on_demand, read, write}]}`: units that come each second, are saved and were consumed |
//! | `GET /consumers`               | `{consumers: [{stream, shard, mapping, name, position, records, lag_ms, read_ms, …}]}`: who reads the streams of tables, and how far |
//! | `GET /sandboxes/FUNCTION`      | `{throttled, throttled_ms, sandboxes: [{version, state, since_ms, started_ms, invocations, init_ms, memory_mb, used_mb}]}` |
//! | `GET /events/FUNCTION`         | `{events: [{request_id, qualifier, accepted_ms, failures, due_ms}]}`: asynchronous invocations that wait or are under way |
//! | `GET /requests`                | `{requests: [{id, parent, service, operation, …}]}`, oldest first |
//! | `POST /reset`                  | deletes everything: files, deployments, data                    |

mod answer;
mod deploy;
mod gauges;
mod images;
mod outline;
mod project;
mod views;

use std::{cell::RefCell, rc::Rc};

use ::project::Project;
use http::{Method, StatusCode};
use kernel::{Caller, Kernel, LocalBoxFuture, Request, Response, Scope, Service, StorageError, async_trait};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use deploy::{DeployError, Deployed, deploy, settle};

use crate::VirtualTime;
use answer::{Refusal, ok, read_json, refuse};
use project::Files;

/// The control API's name in the router.
pub(crate) const SERVICE: &str = "control";

/// Empties the store and opens the cloud anew.
pub(crate) type Reset = Box<dyn Fn() -> LocalBoxFuture<'static, Result<(), StorageError>>>;

/// The control API of one cloud.
pub(crate) struct Control {
    kernel: Kernel,
    time: VirtualTime,
    files: Files,
    mailboxes: RefCell<Vec<Rc<dyn Mailbox>>>,
    clusters: RefCell<Option<Rc<dax::Dax>>>,
    tables: RefCell<Option<Rc<dynamodb::DynamoDb>>>,
    functions: RefCell<Option<Rc<lambda::Lambda>>>,
    reset: RefCell<Option<Rc<Reset>>>,
}

/// A message that a service sent to a person.
pub(crate) struct Mail {
    /// An email address or a phone number.
    pub to: String,
    /// `email` or `sms`.
    pub channel: String,
    /// Empty for a text message.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The code that the text holds.
    pub code: String,
    /// When it was sent, in milliseconds of the virtual clock.
    pub time_ms: u64,
}

/// A service's messages to people.
pub(crate) trait Mailbox {
    /// All messages, oldest first.
    fn messages(&self) -> Vec<Mail>;
}

impl Mailbox for cognito::Cognito {
    fn messages(&self) -> Vec<Mail> {
        let mail = |message: cognito::Message| Mail {
            to: message.to,
            channel: message.channel,
            subject: message.subject,
            body: message.body,
            code: message.code,
            time_ms: message.sent_millis,
        };
        self.mailbox().into_iter().map(mail).collect()
    }
}

impl Control {
    /// Loads the project and takes its place in the router.
    pub async fn open(kernel: &Kernel, time: VirtualTime) -> Result<Rc<Self>, StorageError> {
        let control = Rc::new(Self {
            kernel: kernel.clone(),
            time,
            files: Files::load(kernel).await?,
            mailboxes: RefCell::default(),
            clusters: RefCell::default(),
            tables: RefCell::default(),
            functions: RefCell::default(),
            reset: RefCell::default(),
        });
        kernel.router.register(SERVICE, control.clone());
        Ok(control)
    }

    /// Shows the messages of one more service that writes to people.
    pub fn add_mailbox(&self, mailbox: Rc<dyn Mailbox>) {
        self.mailboxes.borrow_mut().push(mailbox);
    }

    /// Shows what the caches of DAX do.
    pub fn add_clusters(&self, dax: Rc<dax::Dax>) {
        *self.clusters.borrow_mut() = Some(dax);
    }

    /// Shows and sets how changes of global tables travel.
    pub fn add_tables(&self, dynamodb: Rc<dynamodb::DynamoDb>) {
        *self.tables.borrow_mut() = Some(dynamodb);
    }

    /// Shows how far event source mappings have come.
    pub fn add_functions(&self, lambda: Rc<lambda::Lambda>) {
        *self.functions.borrow_mut() = Some(lambda);
    }

    fn tables(&self) -> Result<Rc<dynamodb::DynamoDb>, Refusal> {
        self.tables.borrow().clone().ok_or_else(|| refuse(StatusCode::NOT_FOUND, "This cloud has no tables"))
    }

    async fn replication(&self, order: Option<serde_json::Value>) -> Result<Response, Refusal> {
        views::replication(&*self.tables()?, order.as_ref()).await
    }

    fn consumers(&self) -> Result<Response, Refusal> {
        let mappings = self.functions.borrow().as_ref().map(|lambda| lambda.consumers()).unwrap_or_default();
        Ok(gauges::consumers(&*self.tables()?, &mappings))
    }

    fn sandboxes(&self, scope: &Scope, function: &str) -> Result<Response, Refusal> {
        let seen = self.functions.borrow().as_ref().and_then(|lambda| lambda.sandboxes(scope, function));
        let (sandboxes, throttles) =
            seen.ok_or_else(|| refuse(StatusCode::NOT_FOUND, format!("There is no function {function}")))?;
        Ok(gauges::sandboxes(&sandboxes, throttles))
    }

    fn events(&self, scope: &Scope, function: &str) -> Result<Response, Refusal> {
        let waiting = self.functions.borrow().as_ref().and_then(|lambda| lambda.waiting_events(scope, function));
        let events =
            waiting.ok_or_else(|| refuse(StatusCode::NOT_FOUND, format!("There is no function {function}")))?;
        Ok(gauges::events(&events))
    }

    /// Says how to start afresh: that is the host's to do.
    pub fn set_reset(&self, reset: Reset) {
        *self.reset.borrow_mut() = Some(Rc::new(reset));
    }

    async fn route(&self, request: Request) -> Result<Response, Refusal> {
        let scope = root_scope(&request)?;
        let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
        let (head, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        match (request.method(), head, rest) {
            (&Method::GET, "project" | "files", "") => Ok(self.files.describe()),
            (&Method::PUT, "project", "") => self.files.replace(&self.kernel, read_json(&request)?).await,
            (&Method::GET, "files", path) => self.files.read(path),
            (&Method::PUT, "files", path) => self.files.write(&self.kernel, path, request.body().clone()).await,
            (&Method::DELETE, "files", path) => self.files.remove(&self.kernel, path).await,
            (&Method::POST, "deploy", "") => self.deploy(scope, &request).await,
            (&Method::POST, "diagnose", "") => Ok(self.diagnose(&request)),
            (&Method::GET, "outline", "") => Ok(outline::answer(&self.files.project())),
            (&Method::GET, "clock", "") => Ok(views::clock(&self.kernel)),
            (&Method::POST, "clock", "") => views::change_clock(&self.kernel, &self.time, &read_json(&request)?).await,
            (&Method::GET, "dynamodb", "") => self.pace(None).await,
            (&Method::POST, "dynamodb", "") => self.pace(Some(read_json(&request)?)).await,
            (&Method::GET, "mailbox", "") => Ok(views::mailbox(&self.messages())),
            (&Method::GET, "dax", "") => Ok(views::clusters(self.clusters.borrow().as_deref())),
            (&Method::GET, "replication", "") => self.replication(None).await,
            (&Method::POST, "replication", "") => self.replication(Some(read_json(&request)?)).await,
            (&Method::GET, "capacity", table) => gauges::capacity(&*self.tables()?, &scope, table),
            (&Method::GET, "consumers", "") => self.consumers(),
            (&Method::GET, "sandboxes", function) => self.sandboxes(&scope, function),
            (&Method::GET, "events", function) => self.events(&scope, function),
            (&Method::GET, "requests", "") => Ok(views::requests(&self.kernel)),
            (&Method::POST, "reset", "") => self.start_afresh().await,
            (method, ..) => Err(refuse(StatusCode::NOT_FOUND, format!("The control API has no {method} {path}"))),
        }
    }

    async fn deploy(&self, scope: Scope, request: &Request) -> Result<Response, Refusal> {
        let order = deploy::Order::read(&read_json(request)?, || Project::clone(&self.files.project()))?;
        match deploy(&self.kernel, &scope, &order.project, &order.stack, &order.parameters).await {
            Ok(deployed) if order.wait => self.wait_for(&scope, deployed).await,
            Ok(deployed) => Ok(ok(&deployed.describe())),
            Err(DeployError::Build(diagnostics)) => Err(Refusal {
                status: StatusCode::BAD_REQUEST,
                body: json!({
                    "message": diagnostics.first().map(|first| first.message.as_str()),
                    "diagnostics": diagnostics,
                }),
            }),
            Err(DeployError::Aws(error)) => Err(error.into()),
        }
    }

    async fn wait_for(&self, scope: &Scope, deployed: Deployed) -> Result<Response, Refusal> {
        let settled = settle(&self.kernel, scope, &deployed.stack).await?;
        let mut answer = deployed.describe();
        answer["succeeded"] = settled.is_success().into();
        answer["status"] = settled.status.into();
        answer["reason"] = settled.reason.into();
        answer["outputs"] = settled.outputs;
        Ok(ok(&answer))
    }

    /// How fast tables are, after a change if one is given.
    async fn pace(&self, change: Option<Value>) -> Result<Response, Refusal> {
        let tables = self.tables.borrow().clone();
        let Some(tables) = tables else {
            return Err(refuse(StatusCode::NOT_IMPLEMENTED, "This cloud has no tables"));
        };
        if let Some(change) = change {
            let mut pace = json!(tables.pace());
            if let (Some(pace), Value::Object(change)) = (pace.as_object_mut(), change) {
                pace.extend(change);
            }
            let pace = serde_json::from_value(pace)
                .map_err(|error| refuse(StatusCode::BAD_REQUEST, format!("That is no pace: {error}")))?;
            tables.set_pace(pace).await?;
        }
        Ok(ok(&json!(tables.pace())))
    }

    fn messages(&self) -> Vec<Mail> {
        self.mailboxes.borrow().iter().flat_map(|mailbox| mailbox.messages()).collect()
    }

    fn diagnose(&self, request: &Request) -> Response {
        views::diagnose(&self.files.project(), request.body())
    }

    async fn start_afresh(&self) -> Result<Response, Refusal> {
        let reset = self.reset.borrow().clone();
        let Some(reset) = reset else {
            return Err(refuse(StatusCode::NOT_IMPLEMENTED, "This host does not start afresh"));
        };
        reset().await.map_err(|error| refuse(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        Ok(ok(&json!({})))
    }
}

#[async_trait(?Send)]
impl Service for Control {
    async fn handle(&self, request: Request) -> Response {
        self.route(request).await.unwrap_or_else(Response::from)
    }
}

fn root_scope(request: &Request) -> Result<Scope, Refusal> {
    match request.extensions().get::<Scope>() {
        Some(scope) if matches!(scope.caller, Caller::Root { .. }) => Ok(scope.clone()),
        _ => Err(refuse(StatusCode::FORBIDDEN, "Only the account's root may use the control API")),
    }
}

#[cfg(test)]
mod tests;
