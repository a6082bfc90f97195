//! What takes more than one step: opening a workspace, saving, deploying, sending a request.

use crate::aws::{apigateway, cloudformation};
use crate::client::{Client, Failure};
use crate::context::App;
use crate::control;
use crate::examples;
use crate::format::page_time;
use crate::location::Arrival;
use crate::model::{Bearer, Content, Draft, Exchange, File, is_template};
use crate::state::{Action, ClockReading, Region, Selection};
use crate::text::Text;
use std::time::Duration;
use web_sys::MouseEvent;
use yew::Callback;
use yew::platform::{spawn_local, time::sleep};

/// How often a running deployment is asked how it stands.
const DEPLOY_POLL: Duration = Duration::from_millis(120);
/// The project that an empty workspace begins with.
const FIRST_EXAMPLE: &str = "hello-world";
/// How far after its time something has surely happened.
const CLOCK_MARGIN_MILLIS: f64 = 1000.0;
/// A response that is larger is not laid out; its size and its headers are shown.
pub const SHOWN_BODY_LIMIT: usize = 1_000_000;

/// Opens the workspace: the project in the link, the stored one, or the first example.
pub async fn open(app: App, arrival: Arrival) {
    let opened = match (&arrival.shared, &arrival.example) {
        (Some(shared), _) => open_shared(&app, shared).await,
        (None, Some(example)) => open_copy_of(&app, example).await,
        // A documentation page is read more often than tried: nothing runs before the reader asks.
        (None, None) if arrival.is_embedded => open_copy_of(&app, FIRST_EXAMPLE).await,
        (None, None) => open_stored(&app).await,
    };
    if let Err(failure) = opened {
        app.complain(describe(app.text, &failure));
    }
    read_clock(&app).await;
}

async fn open_shared(app: &App, shared: &str) -> Result<(), Failure> {
    match project::decode(shared) {
        Ok(project) => {
            let files = project.files.into_iter().map(|(path, bytes)| new_file(path, bytes)).collect();
            load(app, project.name, files, true).await
        }
        Err(error) => {
            app.complain((app.text.link_unreadable)(&error.to_string()));
            open_stored(app).await
        }
    }
}

async fn open_copy_of(app: &App, example: &str) -> Result<(), Failure> {
    let example = examples::load(example).await?;
    load(app, example.title, example.files, true).await
}

async fn open_stored(app: &App) -> Result<(), Failure> {
    let (name, paths) = control::project(&app.client).await?;
    if paths.is_empty() {
        let example = examples::load(FIRST_EXAMPLE).await?;
        load(app, example.title, example.files, false).await?;
        return deploy_now(app).await;
    }
    let files = read_all(app, paths).await?;
    app.dispatch(Action::Loaded { name, files, is_shared_copy: false });
    refresh_stack(app).await
}

async fn read_all(app: &App, paths: Vec<String>) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let bytes = control::read_file(&app.client, &path).await?;
        files.push(File { content: Content::from_bytes(bytes), saved: true, path });
    }
    Ok(files)
}

/// Takes over what another tab wrote. What is being typed here stays.
///
/// `latest` gives the page as it is then, for files take a moment to read.
pub async fn follow(latest: impl Fn() -> App, changed: Vec<String>) {
    let app = latest();
    let Ok((name, paths)) = control::project(&app.client).await else { return };
    let Ok(files) = read_all(&app, paths).await else { return };
    let app = latest();
    let is_replaced = changed.is_empty() && !files.is_empty() && !is_same(&app.project.files, &files);
    if is_replaced {
        app.dispatch(Action::Loaded { name, files, is_shared_copy: app.project.is_shared_copy });
        return;
    }
    for path in changed {
        match (app.project.file(&path), files.iter().find(|file| file.path == path)) {
            (Some(own), Some(file)) if own.saved && own.content != file.content => {
                app.dispatch(Action::Arrived(file.clone()));
            }
            (None, Some(file)) => app.dispatch(Action::Arrived(file.clone())),
            (Some(own), None) if own.saved => app.dispatch(Action::RemoveFile(path)),
            _ => {}
        }
    }
}

fn is_same(own: &[File], other: &[File]) -> bool {
    own.len() == other.len()
        && own.iter().all(|file| other.iter().any(|o| o.path == file.path && o.content == file.content))
}

/// Replaces the project of this workspace, and takes down what the former one deployed.
pub async fn replace(app: App, example: String) {
    let replaced = async {
        clear(&app).await?;
        let example = examples::load(&example).await?;
        load(&app, example.title, example.files, false).await?;
        deploy_now(&app).await
    };
    if let Err(failure) = replaced.await {
        app.complain(describe(app.text, &failure));
    }
}

/// Deletes all data and deployments of this workspace, keeps the files, and deploys them afresh.
pub async fn reset(app: App) {
    let (name, files) = (app.project.name.clone(), app.project.files.clone());
    let done = async {
        clear(&app).await?;
        load(&app, name, files, false).await?;
        deploy_now(&app).await
    };
    if let Err(failure) = done.await {
        app.complain(describe(app.text, &failure));
    }
}

async fn load(app: &App, name: String, mut files: Vec<File>, is_shared_copy: bool) -> Result<(), Failure> {
    control::replace_project(&app.client, &name, &files).await?;
    for file in &mut files {
        file.saved = true;
    }
    app.dispatch(Action::Loaded { name, files, is_shared_copy });
    Ok(())
}

/// Deletes all that the workspace holds. What it showed goes first: it is no longer true.
async fn clear(app: &App) -> Result<(), Failure> {
    app.dispatch(Action::StackSeen { stack: None, events: Vec::new() });
    app.dispatch(Action::Deployed { resources: Vec::new(), apis: Vec::new() });
    control::reset(&app.client).await?;
    // A cloud that begins anew follows the real time again.
    read_clock(app).await;
    Ok(())
}

fn new_file(path: String, bytes: Vec<u8>) -> File {
    File { path, content: Content::from_bytes(bytes), saved: false }
}

async fn write(app: &App, file: &File) -> Result<(), Failure> {
    control::write_file(&app.client, &file.path, file.content.bytes()).await?;
    app.dispatch(Action::Saved { path: file.path.clone(), content: file.content.clone() });
    Ok(())
}

/// Stores every file that the engine does not have yet, and looks at the template again.
pub async fn save(app: App) -> Result<(), Failure> {
    for file in app.project.files.iter().filter(|file| !file.saved) {
        write(&app, file).await?;
    }
    Ok(())
}

/// Asks the engine what it thinks of the template.
pub async fn check(app: App) {
    let Some(template) = app.project.files.iter().find(|file| is_template(&file.path)) else {
        app.dispatch(Action::Problems(Vec::new()));
        return;
    };
    let Content::Text(text) = &template.content else { return };
    if let Ok(problems) = control::diagnose(&app.client, text).await {
        app.dispatch(Action::Problems(problems));
    }
    if let Ok(outline) = control::outline(&app.client).await {
        app.dispatch(Action::Outline(outline));
    }
}

/// Deploys, and tells what happens while it happens.
pub async fn deploy(app: App) {
    let deployed = async {
        save(app.clone()).await?;
        deploy_now(&app).await
    };
    if let Err(failure) = deployed.await {
        app.dispatch(Action::DeployRefused(describe(app.text, &failure)));
    }
}

async fn deploy_now(app: &App) -> Result<(), Failure> {
    app.dispatch(Action::DeployStarted);
    let started = control::deploy(&app.client).await?;
    let name = started.stack;
    loop {
        let stack = cloudformation::stack(&app.client, &name).await?;
        let events = cloudformation::events(&app.client, &name).await?;
        let status = stack.as_ref().map(|stack| stack.status.clone()).unwrap_or_default();
        app.dispatch(Action::StackSeen { stack, events });
        if cloudformation::is_settled(&status) {
            match (cloudformation::is_failed(&status), started.has_changes) {
                (true, _) => app.complain(app.text.deploy_failed),
                (false, true) => app.say(app.text.deploy_done),
                (false, false) => app.say(app.text.deploy_unchanged),
            }
            break;
        }
        sleep(DEPLOY_POLL).await;
    }
    refresh_deployed(app, &name).await
}

/// Reads what is deployed already.
async fn refresh_stack(app: &App) -> Result<(), Failure> {
    let Some(stack) = cloudformation::stacks(&app.client).await?.into_iter().next() else {
        return Ok(());
    };
    let name = stack.name.clone();
    let events = cloudformation::events(&app.client, &name).await?;
    app.dispatch(Action::StackSeen { stack: Some(stack), events });
    refresh_deployed(app, &name).await
}

async fn refresh_deployed(app: &App, stack: &str) -> Result<(), Failure> {
    let resources = cloudformation::resources(&app.client, stack).await?;
    let apis = apigateway::apis(&app.client).await?;
    app.dispatch(Action::Deployed { resources, apis });
    Ok(())
}

/// Sends the request of the builder.
pub async fn send(app: App) {
    let draft = app.builder.draft.clone();
    if app.builder.is_sending || draft.base.is_empty() {
        return;
    }
    app.dispatch(Action::Sending);
    app.dispatch(Action::Select(Selection::Request));
    let number = app.builder.history.first().map_or(1, |exchange| exchange.number + 1);
    let began = page_time();
    let outcome = exchange(&app.client, &draft, bearer_token(&app, &draft)).await;
    let millis = page_time() - began;
    app.dispatch(Action::Received(Exchange { number, draft, millis, outcome }));
    app.dispatch(Action::ShowRegion(Region::Inspector));
}

async fn exchange(client: &Client, draft: &Draft, token: Option<String>) -> Result<crate::client::Response, Failure> {
    let mut headers: Vec<(String, String)> = header_lines(&draft.headers);
    let has =
        |headers: &[(String, String)], name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some(token) = token
        && !has(&headers, "authorization")
    {
        headers.push(("authorization".to_owned(), token));
    }
    if !draft.body.is_empty() && !has(&headers, "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let slash = if draft.path.starts_with('/') { "" } else { "/" };
    let url = format!("{}{slash}{}", draft.base, draft.path);
    client.http(&draft.method, &url, headers, draft.body.clone().into_bytes()).await
}

fn bearer_token(app: &App, draft: &Draft) -> Option<String> {
    let find = |name: &str| app.sessions.iter().find(|session| session.name == *name);
    match &draft.bearer {
        Bearer::Nobody => None,
        Bearer::IdToken(name) => find(name).map(|session| session.tokens.id.clone()),
        Bearer::AccessToken(name) => find(name).map(|session| session.tokens.access.clone()),
    }
}

/// Headers as people write them: a name, a colon, a value on each line.
pub fn header_lines(text: &str) -> Vec<(String, String)> {
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let name = name.trim();
        (!name.is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    text.lines().filter_map(header).collect()
}

/// Reads the virtual clock.
pub async fn read_clock(app: &App) {
    if let Ok(clock) = control::clock(&app.client).await {
        app.dispatch(Action::Clock(ClockReading { clock, read_at: page_time() }));
    }
}

/// Moves the virtual clock forward.
pub async fn advance_clock(app: App, millis: u64) {
    match control::advance_clock(&app.client, millis).await {
        Ok(clock) => {
            app.dispatch(Action::Clock(ClockReading { clock, read_at: page_time() }));
            app.dispatch(Action::Changed);
        }
        Err(failure) => app.complain(describe(app.text, &failure)),
    }
}

/// Moves the virtual clock to just after a moment, counted from what it shows when it comes to that.
pub fn advance_clock_to(app: &App, moment: f64) -> Callback<MouseEvent> {
    let app = app.clone();
    Callback::from(move |_| {
        let left = moment + CLOCK_MARGIN_MILLIS - app.clock.at(page_time());
        if left > 0.0 {
            spawn_local(advance_clock(app.clone(), left.ceil() as u64));
        }
    })
}

/// Stops the virtual clock, or lets it run.
pub async fn pause_clock(app: App, paused: bool) {
    match control::pause_clock(&app.client, paused).await {
        Ok(clock) => app.dispatch(Action::Clock(ClockReading { clock, read_at: page_time() })),
        Err(failure) => app.complain(describe(app.text, &failure)),
    }
}

/// A failure in one sentence.
pub fn describe(text: &Text, failure: &Failure) -> String {
    match failure {
        Failure::Aws { code, message, .. } => format!("{code}: {message}"),
        Failure::OutcomeUnknown => text.outcome_unknown.to_owned(),
        Failure::Engine(message) => message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines_with_a_colon() {
        let headers = header_lines("Accept: text/html\n\nX-Time: 12:30\nno colon\n: nothing");
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(headers, [("Accept", "text/html"), ("X-Time", "12:30")]);
    }
}
