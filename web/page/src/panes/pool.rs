//! A user pool: sign up, the mailbox where the code arrives, confirm, sign in.

use super::tokens::SessionCard;
use crate::aws::cognito::{self, AppClient};
use crate::client::Failure;
use crate::context::{App, use_app};
use crate::control::{self, Mail};
use crate::format::time_of_day;
use crate::model::Session;
use crate::state::Action;
use crate::task::{Fetched, use_fetch};
use crate::ui::{Empty, Failed, Field, Glyph, Icon, Status, input_value, tone_of};
use std::future::Future;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// The pool's ID.
    pub pool: AttrValue,
}

/// Everything that the tool shows of the pool.
#[derive(PartialEq)]
struct Known {
    apps: Vec<AppClient>,
    users: Vec<cognito::User>,
    mails: Vec<Mail>,
}

/// What the person typed.
#[derive(Clone, Default, PartialEq)]
struct Form {
    app: String,
    name: String,
    email: String,
    password: String,
    code: String,
}

impl Form {
    /// Pools whose user names are e-mail addresses need no second field.
    fn email(&self) -> String {
        if self.email.is_empty() && self.name.contains('@') { self.name.clone() } else { self.email.clone() }
    }
}

async fn know(client: crate::client::Client, pool: String) -> Result<Known, Failure> {
    Ok(Known {
        apps: cognito::app_clients(&client, &pool).await?,
        users: cognito::users(&client, &pool).await?,
        mails: control::mailbox(&client).await?,
    })
}

/// What the parts of the tool share.
#[derive(Clone)]
struct Desk {
    app: App,
    pool: String,
    form: UseStateHandle<Form>,
    failure: UseStateHandle<Option<Failure>>,
}

impl Desk {
    fn set(&self, change: impl FnOnce(&mut Form)) {
        let mut form = (*self.form).clone();
        change(&mut form);
        self.form.set(form);
    }

    /// Does something with the pool, says that it went well or shows why not.
    fn run<F, T>(&self, work: F, done: impl FnOnce(&Self, T) + 'static)
    where
        F: Future<Output = Result<T, Failure>> + 'static,
        T: 'static,
    {
        let desk = self.clone();
        spawn_local(async move {
            match work.await {
                Ok(value) => {
                    desk.failure.set(None);
                    done(&desk, value);
                }
                Err(failure) => desk.failure.set(Some(failure)),
            }
            desk.app.dispatch(Action::Changed);
        });
    }
}

/// The tool of a user pool.
#[component]
pub fn PoolTool(props: &Props) -> Html {
    let app = use_app();
    let form = use_state(Form::default);
    let failure = use_state(|| None::<Failure>);
    let known = {
        let (client, pool) = (app.client.clone(), props.pool.to_string());
        use_fetch((app.revision, props.pool.clone()), move || know(client.clone(), pool.clone()))
    };
    let desk = Desk { app: app.clone(), pool: props.pool.to_string(), form, failure };
    let known = match &known {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(known) => known,
    };
    let default_app = known.apps.iter().find(|app| app.takes_passwords).or(known.apps.first());
    let Some(default_app) = default_app else {
        return html! { <Empty glyph={Glyph::User} title={app.text.no_app_client} text={app.text.no_app_client_hint} /> };
    };
    let app_id = if desk.form.app.is_empty() { default_app.id.clone() } else { desk.form.app.clone() };
    html! {
        <div class="tool">
            { account_card(&desk, known, &app_id) }
            { for app.sessions.iter().filter(|session| session.pool == desk.pool).map(|session| html! {
                <SessionCard key={session.name.clone()} session={session.clone()} />
            }) }
            { mailbox(&desk, &known.mails) }
            { people(&desk, &known.users) }
        </div>
    }
}

fn account_card(desk: &Desk, known: &Known, app_id: &str) -> Html {
    let t = desk.app.text;
    let form = &*desk.form;
    let field = |set: fn(&mut Form, String)| {
        let desk = desk.clone();
        Callback::from(move |value| desk.set(|form| set(form, value)))
    };
    let choose_app = {
        let desk = desk.clone();
        Callback::from(move |event: Event| desk.set(|form| form.app = input_value(&event)))
    };
    html! {
        <form class="card" aria-label={t.account} onsubmit={sign_in(desk, app_id)}>
            if known.apps.len() > 1 {
                <label class="field">
                    <span class="field-label">{ t.app_client }</span>
                    <select data-test="app-client" onchange={choose_app}>
                        { for known.apps.iter().map(|app| html! {
                            <option value={app.id.clone()} selected={app.id == app_id}>{ &app.name }</option>
                        }) }
                    </select>
                </label>
            }
            <div class="field-pair">
                <Field label={t.user_name} test="user-name" value={form.name.clone()} autocomplete="off" placeholder="ada@example.com" oninput={field(|form, value| form.name = value)} />
                <Field label={t.password} test="user-password" kind="password" value={form.password.clone()} autocomplete="new-password" oninput={field(|form, value| form.password = value)} />
            </div>
            if !form.name.is_empty() && !form.name.contains('@') {
                <Field label={t.email} test="user-email" kind="email" value={form.email.clone()} autocomplete="off" oninput={field(|form, value| form.email = value)} />
            }
            if let Some(failure) = &*desk.failure {
                <Failed failure={failure.clone()} />
            }
            <div class="actions">
                <button type="button" class="button" data-test="sign-up" onclick={sign_up(desk, app_id)}>{ t.sign_up }</button>
                <button type="submit" class="button button-primary" data-test="sign-in">{ t.sign_in }</button>
            </div>
            { confirm_line(desk, known, app_id, field(|form, value| form.code = value)) }
        </form>
    }
}

/// Where the code goes, for somebody who has to confirm.
fn confirm_line(desk: &Desk, known: &Known, app_id: &str, oninput: Callback<String>) -> Html {
    let t = desk.app.text;
    let form = &*desk.form;
    let is_waiting = known
        .users
        .iter()
        .any(|user| user.status == "UNCONFIRMED" && (user.name == form.name || user.email == form.name));
    if !is_waiting {
        return html! {};
    }
    let (app_id, name) = (app_id.to_owned(), form.name.clone());
    let confirm = {
        let (desk, app_id, name, code) = (desk.clone(), app_id.clone(), name.clone(), form.code.clone());
        Callback::from(move |_: MouseEvent| {
            let (client, app_id, name, code) = (desk.app.client.clone(), app_id.clone(), name.clone(), code.clone());
            desk.run(async move { cognito::confirm(&client, &app_id, &name, &code).await }, |desk, ()| {
                desk.app.say(desk.app.text.confirmed);
                desk.set(|form| form.code.clear());
            });
        })
    };
    let resend = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| {
            let (client, app_id, name) = (desk.app.client.clone(), app_id.clone(), name.clone());
            desk.run(async move { cognito::resend_code(&client, &app_id, &name).await }, |desk, ()| {
                desk.app.say(desk.app.text.code_sent);
            });
        })
    };
    html! {
        <div class="confirm-line">
            <Field label={t.code} test="code" value={form.code.clone()} autocomplete="one-time-code" {oninput} />
            <button type="button" class="button" data-test="resend" onclick={resend}>{ t.resend }</button>
            <button type="button" class="button button-primary" data-test="confirm" disabled={form.code.is_empty()} onclick={confirm}>{ t.confirm }</button>
        </div>
    }
}

fn sign_up(desk: &Desk, app_id: &str) -> Callback<MouseEvent> {
    let (desk, app_id) = (desk.clone(), app_id.to_owned());
    Callback::from(move |_| {
        let (client, app_id, form) = (desk.app.client.clone(), app_id.clone(), (*desk.form).clone());
        desk.run(
            async move { cognito::sign_up(&client, &app_id, &form.name, &form.email(), &form.password).await },
            |desk, ()| desk.app.say(desk.app.text.code_sent),
        );
    })
}

fn sign_in(desk: &Desk, app_id: &str) -> Callback<SubmitEvent> {
    let (desk, app_id) = (desk.clone(), app_id.to_owned());
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let (client, app, form) = (desk.app.client.clone(), app_id.clone(), (*desk.form).clone());
        let (pool, name) = (desk.pool.clone(), form.name.clone());
        desk.run(
            async move {
                let tokens = cognito::sign_in(&client, &app, &form.name, &form.password).await?;
                Ok(Session { pool, app, name, tokens })
            },
            |desk, session| {
                desk.app.say((desk.app.text.signed_in)(&session.name));
                desk.app.dispatch(Action::SignedIn(session));
            },
        );
    })
}

fn mailbox(desk: &Desk, mails: &[Mail]) -> Html {
    let t = desk.app.text;
    html! {
        <section class="section" aria-label={t.mailbox}>
            <h3 class="section-title"><Icon glyph={Glyph::Mail} />{ t.mailbox }</h3>
            if mails.is_empty() {
                <p class="hint">{ t.mailbox_empty }</p>
            }
            <ul class="mails" data-test="mailbox">
                { for mails.iter().map(|mail| mail_row(desk, mail)) }
            </ul>
        </section>
    }
}

fn mail_row(desk: &Desk, mail: &Mail) -> Html {
    let t = desk.app.text;
    let take = {
        let (desk, code, to) = (desk.clone(), mail.code.clone(), mail.to.clone());
        Callback::from(move |_: MouseEvent| {
            desk.set(|form| {
                form.code.clone_from(&code);
                if form.name.is_empty() {
                    form.name.clone_from(&to);
                }
            });
        })
    };
    html! {
        <li class="mail" data-test="mail">
            <div class="mail-head">
                <strong>{ &mail.subject }</strong>
                <span class="number">{ time_of_day(mail.time) }</span>
            </div>
            <p class="mail-to">{ &mail.to }</p>
            <p class="mail-body">{ &mail.body }</p>
            if !mail.code.is_empty() {
                <button type="button" class="button button-small" data-test="use-code" onclick={take}>
                    { t.use_code }<code data-test="mail-code">{ &mail.code }</code>
                </button>
            }
        </li>
    }
}

fn people(desk: &Desk, users: &[cognito::User]) -> Html {
    let t = desk.app.text;
    html! {
        <section class="section" aria-label={t.users}>
            <h3 class="section-title"><Icon glyph={Glyph::User} />{ t.users }</h3>
            if users.is_empty() {
                <p class="hint">{ t.no_users }</p>
            }
            <ul class="people">
                { for users.iter().map(|user| {
                    let shown = if user.email.is_empty() { user.name.clone() } else { user.email.clone() };
                    let pick = {
                        let (desk, shown) = (desk.clone(), shown.clone());
                        Callback::from(move |_: MouseEvent| desk.set(|form| form.name.clone_from(&shown)))
                    };
                    html! {
                        <li key={user.name.clone()} class="person" data-test="person">
                            <button type="button" class="link" onclick={pick} title={user.name.clone()}>{ shown }</button>
                            <Status text={user.status.clone()} tone={tone_of(&user.status)} />
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}
