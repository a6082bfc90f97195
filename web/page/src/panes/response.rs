//! The answer to a request: status, timing, body, headers.

use crate::client::Response as Answer;
use crate::context::{App, use_app};
use crate::flow::SHOWN_BODY_LIMIT;
use crate::format::{duration, pretty, size};
use crate::ui::{Copy, Failed, Json, Status, TabItem, Tabs, Tone};
use yew::prelude::*;

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Body,
    Headers,
}

/// The answer on show.
#[component]
pub fn Response() -> Html {
    let app = use_app();
    let t = app.text;
    html! {
        <section class="response" aria-label={t.response} role="status">
            { match app.exchange() {
                None => html! { <p class="hint hint-centred">{ t.send_hint }</p> },
                Some(exchange) => match &exchange.outcome {
                    Err(failure) => html! { <Failed failure={failure.clone()} /> },
                    Ok(answer) => html! { <Answered answer={answer.clone()} millis={exchange.millis} number={exchange.number} /> },
                },
            } }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct AnsweredProps {
    answer: Answer,
    millis: f64,
    number: u32,
}

#[component]
fn Answered(props: &AnsweredProps) -> Html {
    let app = use_app();
    let t = app.text;
    let part = use_state(|| Part::Body);
    let answer = &props.answer;
    let items = vec![
        TabItem { key: Part::Body, label: t.body.into(), test: "response-body-tab", count: None },
        TabItem {
            key: Part::Headers,
            label: t.headers.into(),
            test: "response-headers-tab",
            count: Some(answer.headers.len()),
        },
    ];
    let onselect = {
        let part = part.clone();
        Callback::from(move |key| part.set(key))
    };
    let tone = if answer.status < 400 { Tone::Good } else { Tone::Bad };
    let status = format!("{} {}", answer.status, reason(answer.status));
    html! {
        <>
            <div class="response-head">
                <Status text={status} {tone} test="response-status" />
                <span class="number" data-test="response-time">{ duration(props.millis) }</span>
                <span class="number">{ size(answer.body.len()) }</span>
                <Tabs<Part> label={t.response} {items} selected={*part} {onselect} class="tabs-small" />
            </div>
            { match *part {
                Part::Body => body(&app, answer),
                Part::Headers => headers(answer),
            } }
        </>
    }
}

fn body(app: &App, answer: &Answer) -> Html {
    let t = app.text;
    if answer.body.is_empty() {
        return html! { <p class="hint" data-test="response-body">{ t.empty_body }</p> };
    }
    if answer.body.len() > SHOWN_BODY_LIMIT {
        return html! { <p class="hint" data-test="response-body">{ (t.large_body)(&size(answer.body.len())) }</p> };
    }
    let text = pretty(&answer.text());
    html! {
        <div class="json-frame">
            <Json text={text.clone()} test="response-body" label={t.body} />
            <Copy {text} test="copy-response" />
        </div>
    }
}

fn headers(answer: &Answer) -> Html {
    html! {
        <dl class="headers" data-test="response-headers">
            { for answer.headers.iter().map(|(name, value)| html! {
                <><dt>{ name }</dt><dd>{ value }</dd></>
            }) }
        </dl>
    }
}

/// The words that go with a status, as RFC 9110 has them.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
