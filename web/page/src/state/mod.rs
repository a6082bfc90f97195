//! All that the page shows, in one place, and the one function that changes it.

mod project;
mod view;

pub use project::Project;
pub use view::{Centre, Dialog, Drawer, Jump, Notice, Rail, Region, Selection, Theme, View};

use crate::aws::apigateway::Api;
use crate::aws::cloudformation::{Stack, StackEvent, StackResource};
use crate::control::Clock;
use crate::model::{Content, Draft, Exchange, File, Outline, OutlineNode, Problem, Session, Tool, tool_of};
use crate::text::{Language, Text};
use protocol::RuntimeStage;
use std::rc::Rc;
use yew::Reducible;

/// How many exchanges the request history keeps.
const HISTORY_LIMIT: usize = 50;

/// The engine, as the page sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Engine {
    Starting,
    Ready,
    /// It stopped with an error and was started again from what is stored.
    Restarted(String),
    Failed(String),
}

/// How a deployment stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Deploying {
    No,
    Running,
    /// It could not even start.
    Refused(String),
}

/// What is deployed.
#[derive(Clone, Debug)]
pub struct Deployment {
    pub deploying: Deploying,
    pub stack: Option<Stack>,
    /// Newest first, as AWS lists them.
    pub events: Vec<StackEvent>,
    pub resources: Vec<StackResource>,
    pub apis: Vec<Api>,
}

/// The request builder.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    pub draft: Draft,
    pub is_sending: bool,
    /// Newest first.
    pub history: Vec<Rc<Exchange>>,
    /// The number of the exchange on show.
    pub shown: Option<u32>,
}

/// The virtual clock, and the page's own time when it was read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockReading {
    pub clock: Clock,
    pub read_at: f64,
}

impl ClockReading {
    /// What the virtual clock shows at a page time, in milliseconds since 1970.
    pub fn at(&self, page_time: f64) -> f64 {
        let rate = if self.clock.paused { 0.0 } else { self.clock.rate };
        self.clock.now_millis + (page_time - self.read_at).max(0.0) * rate
    }
}

/// Everything.
#[derive(Clone, Debug)]
pub struct State {
    pub text: &'static Text,
    pub language: Language,
    pub workspace: String,
    pub engine: Engine,
    pub project: Project,
    pub deployment: Deployment,
    pub view: View,
    pub builder: Builder,
    pub sessions: Vec<Session>,
    pub clock: ClockReading,
    /// The runtime image that a function waits for.
    pub runtime: Option<(String, RuntimeStage)>,
    /// Grows when something that panes show may have changed.
    pub revision: u32,
}

impl PartialEq for State {
    /// Every change makes a new state, so two states are equal when they are the same one.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// All that can happen.
#[derive(Debug)]
pub enum Action {
    Engine(Engine),
    Loaded {
        name: String,
        files: Vec<File>,
        is_shared_copy: bool,
    },
    Edit {
        path: String,
        text: Rc<str>,
    },
    Saved {
        path: String,
        content: Content,
    },
    /// Another tab wrote a file.
    Arrived(File),
    AddFile(String),
    RemoveFile(String),
    OpenFile(String),
    CloseTab(String),
    JumpTo(Jump),
    Jumped,
    Problems(Vec<Problem>),
    Outline(Outline),
    DeployStarted,
    DeployRefused(String),
    StackSeen {
        stack: Option<Stack>,
        events: Vec<StackEvent>,
    },
    Deployed {
        resources: Vec<StackResource>,
        apis: Vec<Api>,
    },
    Select(Selection),
    ShowRail(Rail),
    ShowCentre(Centre),
    ShowDrawer(Drawer),
    ToggleDrawer,
    ShowRegion(Region),
    FollowLog(String),
    OpenDialog(Dialog),
    CloseDialog,
    Theme(Theme),
    Language(Language),
    Notice(Notice),
    DismissNotice,
    Draft(Draft),
    Sending,
    Received(Exchange),
    ShowExchange(u32),
    SignedIn(Session),
    SignedOut {
        pool: String,
        name: String,
    },
    Clock(ClockReading),
    Runtime(String, RuntimeStage),
    Changed,
}

impl State {
    /// The page before anything is known.
    pub fn new(workspace: String, is_embedded: bool, theme: Theme, language: Language) -> Self {
        Self {
            text: language.text(),
            language,
            workspace,
            engine: Engine::Starting,
            project: Project::default(),
            deployment: Deployment {
                deploying: Deploying::No,
                stack: None,
                events: Vec::new(),
                resources: Vec::new(),
                apis: Vec::new(),
            },
            view: View {
                rail: Rail::Files,
                centre: Centre::Code,
                drawer: Drawer::Events,
                is_drawer_open: true,
                region: Region::Centre,
                selection: Selection::Request,
                dialog: None,
                jump: None,
                theme,
                is_embedded,
                log_group: String::new(),
                notice: None,
            },
            builder: Builder::default(),
            sessions: Vec::new(),
            clock: ClockReading::default(),
            runtime: None,
            revision: 0,
        }
    }

    /// The exchange that the request builder shows.
    pub fn exchange(&self) -> Option<Rc<Exchange>> {
        let shown = self.builder.shown?;
        self.builder.history.iter().find(|exchange| exchange.number == shown).cloned()
    }

    /// The resources to show: those of the template, and those that SAM made of it and that have a tool,
    /// such as an API that only the events of functions speak of.
    pub fn shown_nodes(&self) -> Vec<OutlineNode> {
        let mut nodes = self.project.outline.in_order_of_calls();
        for resource in &self.deployment.resources {
            let is_known = nodes.iter().any(|node| node.id == resource.logical_id);
            if !is_known && tool_of(&resource.kind) != Tool::None {
                let (id, kind) = (resource.logical_id.clone(), resource.kind.clone());
                nodes.push(OutlineNode { id, kind, ..OutlineNode::default() });
            }
        }
        nodes
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Engine(engine) => self.engine = engine,
            Action::StackSeen { stack, events } => {
                self.deployment.stack = stack;
                self.deployment.events = events;
            }
            Action::DeployStarted => {
                self.view.apply(&action);
                self.deployment.deploying = Deploying::Running;
                self.project.is_ahead = false;
                self.project.is_shared_copy = false;
            }
            Action::DeployRefused(ref reason) => {
                self.view.apply(&action);
                self.deployment.deploying = Deploying::Refused(reason.clone());
                self.project.is_ahead = true;
            }
            Action::Deployed { resources, apis } => self.deployed(resources, apis),
            Action::SignedIn(session) => {
                self.sessions.retain(|known| known.pool != session.pool || known.name != session.name);
                self.sessions.push(session);
            }
            Action::SignedOut { pool, name } => {
                self.sessions.retain(|known| known.pool != pool || known.name != name);
            }
            Action::Clock(reading) => self.clock = reading,
            Action::Runtime(name, RuntimeStage::Settled) => {
                self.runtime.take_if(|(loading, _)| *loading == name);
            }
            Action::Runtime(name, stage) => self.runtime = Some((name, stage)),
            Action::Changed => self.revision += 1,
            Action::Language(language) => {
                self.language = language;
                self.text = language.text();
            }
            Action::Draft(draft) => self.builder.draft = draft,
            Action::Sending => self.builder.is_sending = true,
            Action::Received(exchange) => {
                self.builder.receive(exchange);
                self.revision += 1;
            }
            Action::ShowExchange(number) => self.builder.restore(number),
            action => {
                if matches!(action, Action::Loaded { .. }) {
                    self.sessions.clear();
                    // What was sent and came back speaks of the former project's APIs.
                    let base = std::mem::take(&mut self.builder.draft.base);
                    self.builder = Builder { draft: Draft { base, ..Draft::default() }, ..Builder::default() };
                }
                self.view.apply(&action);
                self.project.apply(action);
            }
        }
    }

    fn deployed(&mut self, resources: Vec<StackResource>, apis: Vec<Api>) {
        self.deployment.deploying = Deploying::No;
        self.deployment.resources = resources;
        let draft = &mut self.builder.draft;
        if !apis.iter().any(|api| draft.base == api.url) {
            draft.base = apis.first().map(|api| api.url.clone()).unwrap_or_default();
            if let Some(route) = apis.first().and_then(|api| api.routes.first()) {
                draft.path.clone_from(&route.path);
                route.method.clone_into(&mut draft.method);
            }
        }
        self.deployment.apis = apis;
        self.revision += 1;
    }
}

impl Builder {
    fn receive(&mut self, exchange: Exchange) {
        self.is_sending = false;
        self.shown = Some(exchange.number);
        self.history.insert(0, Rc::new(exchange));
        self.history.truncate(HISTORY_LIMIT);
    }

    fn restore(&mut self, number: u32) {
        if let Some(exchange) = self.history.iter().find(|exchange| exchange.number == number) {
            self.draft = exchange.draft.clone();
            self.shown = Some(number);
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state_with(paths: &[&str]) -> State {
        let mut state = State::new("main".into(), false, Theme::System, Language::English);
        let file = |path: &&str| File { path: (*path).to_owned(), content: Content::Text("a".into()), saved: true };
        let files = paths.iter().map(file).collect();
        state.apply(Action::Loaded { name: "p".into(), files, is_shared_copy: false });
        state
    }

    #[test]
    fn a_loaded_project_opens_its_template() {
        let state = state_with(&["src/app.mjs", "template.yaml"]);
        assert_eq!(state.project.open.as_deref(), Some("template.yaml"));
    }

    #[test]
    fn an_edit_stays_unsaved_until_that_very_text_is_stored() {
        let mut state = state_with(&["template.yaml"]);
        let edit = |text: &str| Action::Edit { path: "template.yaml".into(), text: text.into() };
        let saved = |text: &str| Action::Saved { path: "template.yaml".into(), content: Content::Text(text.into()) };
        state.apply(edit("b"));
        state.apply(edit("c"));
        state.apply(saved("b"));
        assert!(!state.project.files[0].saved);
        state.apply(saved("c"));
        assert!(state.project.files[0].saved);
        assert!(state.project.is_ahead);
    }

    #[test]
    fn closing_a_tab_shows_its_neighbour() {
        let mut state = state_with(&["a", "b", "c"]);
        for path in ["b", "c", "b"] {
            state.apply(Action::OpenFile(path.into()));
        }
        state.apply(Action::CloseTab("b".into()));
        assert_eq!(state.project.open.as_deref(), Some("c"));
    }

    #[test]
    fn the_clock_runs_at_its_rate_and_stands_when_paused() {
        let clock = Clock { now_millis: 1000.0, rate: 2.0, paused: false };
        let mut reading = ClockReading { clock, read_at: 50.0 };
        assert!((reading.at(60.0) - 1020.0).abs() < f64::EPSILON);
        reading.clock.paused = true;
        assert!((reading.at(60.0) - 1000.0).abs() < f64::EPSILON);
    }
}
