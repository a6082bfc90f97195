//! A signed-in person and their tokens, decoded.

use crate::aws::cognito;
use crate::context::{App, use_app};
use crate::flow;
use crate::format::{page_time, pretty_value};
use crate::jwt;
use crate::model::{Bearer, Session};
use crate::state::{Action, Selection};
use crate::text::Text;
use crate::ui::{Copy, Glyph, Icon, Json, Status, TabItem, Tabs, Tone};
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub session: Session,
}

#[derive(Clone, Copy, PartialEq)]
enum Token {
    Id,
    Access,
}

/// One session: which token, what is in it, and what to do with it.
#[component]
pub fn SessionCard(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let shown = use_state(|| Token::Id);
    let session = &props.session;
    let tab = |key, label: &'static str, test| TabItem { key, label: label.into(), test, count: None };
    let items = vec![tab(Token::Id, t.id_token, "token-id"), tab(Token::Access, t.access_token, "token-access")];
    let onselect = {
        let shown = shown.clone();
        Callback::from(move |key| shown.set(key))
    };
    let (token, bearer) = match *shown {
        Token::Id => (&session.tokens.id, Bearer::IdToken(session.name.clone())),
        Token::Access => (&session.tokens.access, Bearer::AccessToken(session.name.clone())),
    };
    html! {
        <section class="card" aria-label={(t.session_of)(&session.name)} data-test="session">
            <div class="card-head">
                <Icon glyph={Glyph::Key} />
                <h3>{ (t.session_of)(&session.name) }</h3>
                { sign_out_button(&app, session) }
            </div>
            <div class="response-head">
                <Tabs<Token> label={t.tokens} {items} selected={*shown} {onselect} class="tabs-small" />
                <Copy text={token.clone()} test="copy-token" />
            </div>
            { decoded(&app, token) }
            <div class="actions">
                { refresh_button(&app, session) }
                { use_button(&app, bearer) }
            </div>
        </section>
    }
}

fn decoded(app: &App, token: &str) -> Html {
    let t = app.text;
    let Some(decoded) = jwt::decode(token) else {
        return html! { <p class="hint">{ t.not_a_token }</p> };
    };
    let left = decoded.expires.map(|expires| expires - app.clock.at(page_time()));
    html! {
        <>
            if let Some(left) = left {
                <Status text={expiry(t, left)} tone={if left > 0.0 { Tone::Good } else { Tone::Bad }} test="token-expiry" />
            }
            <h4 class="section-title">{ t.token_header }</h4>
            <Json text={pretty_value(&decoded.header)} test="token-header" label={t.token_header} />
            <h4 class="section-title">{ t.claims }</h4>
            <Json text={pretty_value(&decoded.claims)} test="token-claims" label={t.claims} />
        </>
    }
}

/// How long a token is still good for, on the virtual clock.
fn expiry(t: &Text, left_millis: f64) -> String {
    if left_millis <= 0.0 {
        return t.expired.to_owned();
    }
    let minutes = (left_millis / 60_000.0).ceil();
    let hours = (minutes / 60.0).floor();
    let left = if hours > 0.0 { format!("{hours} h {} min", minutes % 60.0) } else { format!("{minutes} min") };
    (t.expires_in)(&left)
}

fn sign_out_button(app: &App, session: &Session) -> Html {
    let (pool, name) = (session.pool.clone(), session.name.clone());
    let onclick = app.on(move || Action::SignedOut { pool: pool.clone(), name: name.clone() });
    html! {
        <button type="button" class="button button-small" data-test="sign-out" {onclick}>{ app.text.sign_out }</button>
    }
}

fn refresh_button(app: &App, session: &Session) -> Html {
    let onclick = {
        let (app, session) = (app.clone(), session.clone());
        Callback::from(move |_: MouseEvent| {
            let (app, session) = (app.clone(), session.clone());
            spawn_local(async move {
                match cognito::refresh(&app.client, &session.app, &session.tokens.refresh).await {
                    Ok(tokens) => app.dispatch(Action::SignedIn(Session { tokens, ..session })),
                    Err(failure) => app.complain(flow::describe(app.text, &failure)),
                }
            });
        })
    };
    html! {
        <button type="button" class="button" data-test="refresh-tokens" {onclick}>
            <Icon glyph={Glyph::Refresh} />{ app.text.refresh_tokens }
        </button>
    }
}

fn use_button(app: &App, bearer: Bearer) -> Html {
    let onclick = {
        let app = app.clone();
        Callback::from(move |_: MouseEvent| {
            let mut draft = app.builder.draft.clone();
            draft.bearer = bearer.clone();
            app.dispatch(Action::Draft(draft));
            app.dispatch(Action::Select(Selection::Request));
        })
    };
    html! {
        <button type="button" class="button button-primary" data-test="use-token" {onclick}>
            <Icon glyph={Glyph::Api} />{ app.text.use_token }
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn expiry_is_told_in_hours_and_minutes() {
        let t = Language::English.text();
        assert!(expiry(t, 3_600_000.0).contains("1 h 0 min"));
        assert!(expiry(t, 90_000.0).contains("2 min"));
        assert_eq!(expiry(t, -1.0), t.expired);
    }
}
