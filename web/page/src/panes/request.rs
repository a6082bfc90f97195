//! The request builder: call a deployed API as a front end would.

use super::response::Response;
use crate::aws::apigateway::{Api, Route};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::duration;
use crate::model::{Bearer, Draft, Exchange};
use crate::state::{Action, Deploying, Engine};
use crate::ui::{Empty, Glyph, Icon, TabItem, Tabs, input_value};
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The parts of a request that need more than a line.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Body,
    Headers,
}

/// The request builder with the response below it.
#[component]
pub fn RequestBuilder() -> Html {
    let app = use_app();
    let t = app.text;
    if app.deployment.apis.is_empty() {
        return nothing_to_call(&app);
    }
    let onsubmit = {
        let app = app.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            spawn_local(flow::send(app.clone()));
        })
    };
    html! {
        <div class="tool request">
            <form class="request-form" {onsubmit} aria-label={t.request}>
                { api_line(&app) }
                { request_line(&app) }
                <Routes />
                { bearer_line(&app) }
                <Parts />
            </form>
            <Response />
            { history(&app) }
        </div>
    }
}

fn nothing_to_call(app: &App) -> Html {
    let t = app.text;
    let (glyph, title, text) = match (&app.deployment.deploying, &app.deployment.stack, &app.engine) {
        (_, _, Engine::Starting) => (Glyph::Spinner, t.engine_starting, ""),
        (Deploying::Running, ..) => (Glyph::Spinner, t.deploying, ""),
        (_, None, _) => (Glyph::Rocket, t.not_deployed, t.not_deployed_hint),
        (_, Some(_), _) => (Glyph::Api, t.no_api, t.no_api_hint),
    };
    html! { <Empty {glyph} {title} {text} /> }
}

/// Changes one thing of the draft.
fn change(app: &App, set: impl Fn(&mut Draft, String) + 'static) -> impl Fn(String) + 'static {
    let app = app.clone();
    move |value| {
        let mut draft = app.builder.draft.clone();
        set(&mut draft, value);
        app.dispatch(Action::Draft(draft));
    }
}

fn api_line(app: &App) -> Html {
    let t = app.text;
    let set = change(app, |draft, value| draft.base = value);
    let onchange = Callback::from(move |event: Event| set(input_value(&event)));
    let option = |api: &Api| {
        html! {
            <option value={api.url.clone()} selected={api.url == app.builder.draft.base}>
                { &api.name }
            </option>
        }
    };
    html! {
        <div class="api-line">
            <label class="field field-row">
                <span class="field-label">{ t.api }</span>
                <select data-test="request-api" {onchange}>{ for app.deployment.apis.iter().map(option) }</select>
            </label>
            <code class="api-url" data-test="request-base" title={app.builder.draft.base.clone()}>{ &app.builder.draft.base }</code>
        </div>
    }
}

fn request_line(app: &App) -> Html {
    let t = app.text;
    let draft = &app.builder.draft;
    let set_method = change(app, |draft, value| draft.method = value);
    let set_path = change(app, |draft, value| draft.path = value);
    let is_sending = app.builder.is_sending;
    html! {
        <div class="request-line">
            <select
                class="method"
                aria-label={t.method}
                data-test="request-method"
                onchange={Callback::from(move |event: Event| set_method(input_value(&event)))}
            >
                { for METHODS.iter().map(|method| html! {
                    <option value={*method} selected={*method == draft.method}>{ *method }</option>
                }) }
            </select>
            <input
                class="path"
                aria-label={t.path}
                data-test="request-path"
                value={draft.path.clone()}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                oninput={Callback::from(move |event: InputEvent| set_path(input_value(&event)))}
            />
            <button type="submit" class="button button-primary" data-test="send" disabled={is_sending} title={t.send_hint}>
                <Icon glyph={if is_sending { Glyph::Spinner } else { Glyph::Play }} />{ t.send }
            </button>
        </div>
    }
}

/// The routes of the chosen API, one click each.
#[component]
fn Routes() -> Html {
    let app = use_app();
    let draft = &app.builder.draft;
    let api = app.deployment.apis.iter().find(|api| api.url == draft.base);
    let routes: Vec<Route> = api.map(|api| api.routes.clone()).unwrap_or_default();
    let pick = |route: &Route| {
        let method = if route.method == "ANY" { "GET".to_owned() } else { route.method.clone() };
        let is_picked = draft.path == route.path && draft.method == method;
        let onclick = {
            let (app, path) = (app.clone(), route.path.clone());
            let method = method.clone();
            Callback::from(move |_: MouseEvent| {
                let mut draft = app.builder.draft.clone();
                draft.method.clone_from(&method);
                draft.path.clone_from(&path);
                app.dispatch(Action::Draft(draft));
            })
        };
        html! {
            <li key={format!("{} {}", route.method, route.path)}>
                <button
                    type="button"
                    class="route"
                    aria-pressed={is_picked.to_string()}
                    data-test={format!("route-{}-{}", route.method, route.path)}
                    {onclick}
                >
                    <span class={classes!("verb", format!("verb-{}", route.method.to_lowercase()))}>{ &route.method }</span>
                    { &route.path }
                </button>
            </li>
        }
    };
    html! {
        <ul class="routes" aria-label={app.text.routes}>{ for routes.iter().map(pick) }</ul>
    }
}

fn bearer_line(app: &App) -> Html {
    let t = app.text;
    let set = change(app, |draft, value| draft.bearer = read_bearer(&value));
    let onchange = Callback::from(move |event: Event| set(input_value(&event)));
    let chosen = &app.builder.draft.bearer;
    let mut options = vec![(Bearer::Nobody, t.no_token.to_owned())];
    for session in &app.sessions {
        options.push((Bearer::IdToken(session.name.clone()), (t.id_token_of)(&session.name)));
        options.push((Bearer::AccessToken(session.name.clone()), (t.access_token_of)(&session.name)));
    }
    html! {
        <label class="field field-row">
            <span class="field-label">{ t.send_as }</span>
            <select data-test="request-as" {onchange}>
                { for options.into_iter().map(|(bearer, label)| html! {
                    <option value={write_bearer(&bearer)} selected={bearer == *chosen}>{ label }</option>
                }) }
            </select>
        </label>
    }
}

fn write_bearer(bearer: &Bearer) -> String {
    match bearer {
        Bearer::Nobody => String::new(),
        Bearer::IdToken(name) => format!("id {name}"),
        Bearer::AccessToken(name) => format!("access {name}"),
    }
}

fn read_bearer(value: &str) -> Bearer {
    match value.split_once(' ') {
        Some(("id", name)) => Bearer::IdToken(name.to_owned()),
        Some(("access", name)) => Bearer::AccessToken(name.to_owned()),
        _ => Bearer::Nobody,
    }
}

/// Body and headers.
#[component]
fn Parts() -> Html {
    let app = use_app();
    let t = app.text;
    let part = use_state(|| Part::Body);
    let draft = &app.builder.draft;
    let headers = flow::header_lines(&draft.headers).len();
    let items = vec![
        TabItem { key: Part::Body, label: t.body.into(), test: "request-body-tab", count: None },
        TabItem { key: Part::Headers, label: t.headers.into(), test: "request-headers-tab", count: Some(headers) },
    ];
    let onselect = {
        let part = part.clone();
        Callback::from(move |key| part.set(key))
    };
    let (value, label, test, hint) = match *part {
        Part::Body => (&draft.body, t.body, "request-body", "{ }"),
        Part::Headers => (&draft.headers, t.headers, "request-headers", "X-Name: value"),
    };
    let shown = *part;
    let set = change(&app, move |draft, value| match shown {
        Part::Body => draft.body = value,
        Part::Headers => draft.headers = value,
    });
    html! {
        <div class="parts">
            <Tabs<Part> label={t.request} {items} selected={*part} {onselect} class="tabs-small" />
            <textarea
                class="code-area"
                aria-label={label}
                data-test={test}
                placeholder={hint}
                spellcheck="false"
                rows="5"
                value={value.clone()}
                oninput={Callback::from(move |event: InputEvent| set(input_value(&event)))}
            />
        </div>
    }
}

fn history(app: &App) -> Html {
    let t = app.text;
    if app.builder.history.len() < 2 {
        return html! {};
    }
    html! {
        <details class="fold">
            <summary data-test="history">{ (t.history)(app.builder.history.len()) }</summary>
            <ol class="history">
                { for app.builder.history.iter().map(|exchange| history_row(app, exchange)) }
            </ol>
        </details>
    }
}

fn history_row(app: &App, exchange: &Rc<Exchange>) -> Html {
    let number = exchange.number;
    let status = match &exchange.outcome {
        Ok(response) => response.status.to_string(),
        Err(_) => "–".to_owned(),
    };
    html! {
        <li key={number}>
            <button
                type="button"
                class="history-row"
                aria-current={(app.builder.shown == Some(number)).then_some("true")}
                data-test={format!("history-{number}")}
                onclick={app.on(move || Action::ShowExchange(number))}
            >
                <span class={classes!("verb", format!("verb-{}", exchange.draft.method.to_lowercase()))}>{ &exchange.draft.method }</span>
                <span class="history-path">{ &exchange.draft.path }</span>
                <span class="number">{ status }</span>
                <span class="number">{ duration(exchange.millis) }</span>
            </button>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_survives_the_select() {
        for bearer in [Bearer::Nobody, Bearer::IdToken("a b@c".into()), Bearer::AccessToken("x".into())] {
            assert_eq!(read_bearer(&write_bearer(&bearer)), bearer);
        }
    }
}
