//! The header: the project, Deploy, the clock, and how to pass the project on.

use super::clock::Clock;
use crate::context::use_app;
use crate::flow;
use crate::location;
use crate::preferences;
use crate::state::{Action, Deploying, Dialog, Engine, Theme};
use crate::text::Language;
use crate::ui::{Glyph, Icon, IconButton, Status, Tone};
use yew::platform::spawn_local;
use yew::prelude::*;

/// The header of the page.
#[component]
pub fn Header() -> Html {
    let app = use_app();
    let t = app.text;
    html! {
        <header id="header" class="header" tabindex="-1">
            <a
                class="brand"
                href={location::base()}
                target={app.view.is_embedded.then_some("_blank")}
                aria-label={t.home}
                data-test="home"
            >
                <Mark />
                <span class="brand-name">{ "Samlet" }</span>
            </a>
            <h1 class="project-name" data-test="project-name">{ &app.project.name }</h1>
            if app.project.is_shared_copy {
                <Status text={t.unsaved_copy} tone={Tone::Calm} test="unsaved-copy" />
            }
            <DeployButton />
            if app.view.is_embedded {
                <OpenWhole />
            } else {
                <Clock />
                <div class="header-actions">
                    <button type="button" class="button" data-test="share" onclick={app.on(|| Action::OpenDialog(Dialog::Share))}>
                        <Icon glyph={Glyph::Share} /><span class="wide-only">{ t.share }</span>
                    </button>
                    <button type="button" class="button" data-test="embed" onclick={app.on(|| Action::OpenDialog(Dialog::Embed))}>
                        <Icon glyph={Glyph::Embed} /><span class="wide-only">{ t.embed }</span>
                    </button>
                    <ThemeButton />
                    <LanguageButton />
                </div>
            }
        </header>
    }
}

/// A young salmon, leaping.
#[component]
fn Mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8" class="mark-ground" />
            <path class="mark-fish" d="M6.5 19.5c2-6.4 7.4-10.2 14-9.6l4.9-3.1-.7 5.6c1.4 6-2.3 11.9-8.6 13.1 1.7-2.1 2.2-4.2 1.6-6.2-3 2.6-6.8 2.7-11.2.2z" />
            <circle class="mark-eye" cx="11.6" cy="17.4" r="1.25" />
        </svg>
    }
}

#[component]
fn DeployButton() -> Html {
    let app = use_app();
    let t = app.text;
    let is_running = app.deployment.deploying == Deploying::Running;
    let is_ready = matches!(app.engine, Engine::Ready | Engine::Restarted(_));
    let onclick = {
        let app = app.clone();
        Callback::from(move |_: MouseEvent| spawn_local(flow::deploy(app.clone())))
    };
    let hint = app.project.is_ahead.then_some(t.not_deployed_yet);
    html! {
        <button
            type="button"
            class="button button-primary"
            data-test="deploy"
            disabled={is_running || !is_ready}
            aria-busy={is_running.to_string()}
            title={hint}
            {onclick}
        >
            <Icon glyph={if is_running { Glyph::Spinner } else { Glyph::Rocket }} />
            { if is_running { t.deploying } else { t.deploy } }
            if app.project.is_ahead && !is_running {
                <span class="dot" role="img" aria-label={t.not_deployed_yet} />
            }
        </button>
    }
}

/// From an embed to the same project on the whole page.
#[component]
fn OpenWhole() -> Html {
    let app = use_app();
    let fragment = super::dialogs::fragment_of(&app.project);
    html! {
        <a class="button" href={location::link_to(&fragment)} target="_blank" rel="noopener" aria-label={app.text.open_whole} data-test="open-whole">
            <Icon glyph={Glyph::Share} /><span class="wide-only">{ app.text.open_whole }</span>
        </a>
    }
}

#[component]
fn ThemeButton() -> Html {
    let app = use_app();
    let t = app.text;
    let (glyph, label, next) = match app.view.theme {
        Theme::System => (Glyph::System, t.theme_system, Theme::Light),
        Theme::Light => (Glyph::Sun, t.theme_light, Theme::Dark),
        Theme::Dark => (Glyph::Moon, t.theme_dark, Theme::System),
    };
    let onclick = app.on(move || {
        preferences::keep_theme(next);
        Action::Theme(next)
    });
    html! { <IconButton {glyph} {label} test="theme" {onclick} /> }
}

#[component]
fn LanguageButton() -> Html {
    let app = use_app();
    let next = match app.language {
        Language::English => Language::Korean,
        Language::Korean => Language::English,
    };
    let onclick = app.on(move || {
        preferences::keep_language(next);
        Action::Language(next)
    });
    html! {
        <button type="button" class="icon-button language" lang={next.tag()} data-test="language" {onclick}>
            { next.own_name() }
        </button>
    }
}
