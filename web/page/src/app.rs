//! The page: its regions and what belongs to none of them.

use crate::client::Client;
use crate::context::App;
use crate::flow;
use crate::location::{self, Arrival};
use crate::panes::centre::Centre;
use crate::panes::dialogs::Dialogs;
use crate::panes::drawer::Drawer;
use crate::panes::header::Header;
use crate::panes::inspector::Inspector;
use crate::panes::rail::Rail;
use crate::panes::runtime::RuntimeProgress;
use crate::panes::status::StatusBar;
use crate::preferences;
use crate::state::{Action, Engine, Region, State, Theme};
use crate::text::Language;
use crate::ui::{Edge, Glyph, Icon, Splitter};
use crate::wire::{Notification, Wire};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::platform::spawn_local;
use yew::prelude::*;

/// How long typing must rest before a file is stored and the template is checked.
const AUTOSAVE_MILLIS: u32 = 400;
/// How long a notice stays; a bad one takes longer to read.
const NOTICE_MILLIS: u32 = 3000;
const ERROR_MILLIS: u32 = 9000;
/// The regions in the order in which F6 visits them.
const REGIONS: [&str; 5] = ["header", "rail", "centre", "inspector", "drawer"];

#[derive(PartialEq, Properties)]
pub struct Props {
    pub arrival: Rc<Arrival>,
}

/// The whole page.
#[component]
pub fn Page(props: &Props) -> Html {
    let arrival = Rc::clone(&props.arrival);
    let state = use_reducer(|| first_state(&arrival));
    let wire = use_memo((), |()| Wire::new(arrival.workspace.clone(), location::base(), arrival.is_embedded));
    let app = App { state, client: Client::new((*wire).clone()) };

    use_start(&app, &wire, &arrival);
    use_autosave(&app);
    use_address(&app);
    use_notices(&app);
    use_theme_and_language(&app);
    use_keys(&app);

    html! {
        <ContextProvider<App> context={app.clone()}>
            if app.view.is_embedded { <EmbeddedShell /> } else { <Shell /> }
            <Dialogs />
            <Notice app={app.clone()} />
            <RuntimeProgress />
        </ContextProvider<App>>
    }
}

fn first_state(arrival: &Arrival) -> State {
    let theme = arrival.theme.as_deref().and_then(preferences::theme_of).unwrap_or_else(preferences::theme);
    let language = arrival.language.as_deref().and_then(Language::of).unwrap_or_else(preferences::language);
    let mut state = State::new(arrival.workspace.clone(), arrival.is_embedded, theme, language);
    if let Some(pane) = arrival.pane.as_deref() {
        state.view.rail = location::rail_of(pane).unwrap_or(state.view.rail);
        state.view.drawer = location::drawer_of(pane).unwrap_or(state.view.drawer);
        state.view.region = location::region_of(pane).unwrap_or(state.view.region);
    }
    state
}

/// Starts the engine and opens the workspace.
#[hook]
fn use_start(app: &App, wire: &Rc<Wire>, arrival: &Rc<Arrival>) {
    let latest = use_mut_ref(|| app.clone());
    latest.replace(app.clone());
    let (app, wire, arrival) = (app.clone(), Rc::clone(wire), Rc::clone(arrival));
    use_effect_with((), move |()| {
        Edge::restore_all();
        let listener = app.clone();
        wire.start(move |notification| match notification {
            Notification::Ready => listener.dispatch(Action::Engine(Engine::Ready)),
            Notification::Restarted(message) => {
                listener.complain(listener.text.engine_restarted);
                listener.dispatch(Action::Engine(Engine::Restarted(message)));
            }
            Notification::Failed(message) => {
                listener.complain(message.clone());
                listener.dispatch(Action::Engine(Engine::Failed(message)));
            }
            Notification::Runtime(name, stage) => listener.dispatch(Action::Runtime(name, stage)),
            Notification::FilesChanged(paths) => {
                let latest = Rc::clone(&latest);
                spawn_local(flow::follow(move || latest.borrow().clone(), paths));
            }
        });
        spawn_local(flow::open(app, (*arrival).clone()));
    });
}

/// Stores what was typed as soon as typing rests.
#[hook]
fn use_autosave(app: &App) {
    let app = app.clone();
    let files: Vec<_> = app.project.files.iter().map(|file| (file.path.clone(), file.content.clone())).collect();
    use_effect_with(files, move |files| {
        let is_waiting = !files.is_empty();
        let timeout = is_waiting.then(|| {
            Timeout::new(AUTOSAVE_MILLIS, move || {
                spawn_local(async move {
                    match flow::save(app.clone()).await {
                        Ok(()) => flow::check(app).await,
                        Err(failure) => app.complain(flow::describe(app.text, &failure)),
                    }
                });
            })
        });
        move || drop(timeout)
    });
}

/// Keeps the title and the address in step, and opens a link that is pasted over this page's address.
#[hook]
fn use_address(app: &App) {
    let app = app.clone();
    use_effect_with(app.project.name.clone(), |name| {
        if let Some(document) = web_sys::window().and_then(|window| window.document())
            && !name.is_empty()
        {
            document.set_title(&format!("{name} – Samlet"));
        }
    });
    use_effect_with(app.view.rail, move |_| location::remember(&app.state));
    use_effect_with((), |()| {
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window.clone(), "hashchange", move |_| {
                // A link with a project opens in a workspace of its own, so the page begins anew.
                if window.location().hash().is_ok_and(|hash| hash.starts_with("#p")) {
                    let _ = window.location().reload();
                }
            })
        });
        move || drop(listener)
    });
}

#[hook]
fn use_notices(app: &App) {
    let app = app.clone();
    use_effect_with(app.view.notice.clone(), move |notice| {
        let timeout = notice.as_ref().map(|notice| {
            let millis = if notice.is_error { ERROR_MILLIS } else { NOTICE_MILLIS };
            Timeout::new(millis, move || app.dispatch(Action::DismissNotice))
        });
        move || drop(timeout)
    });
}

#[hook]
fn use_theme_and_language(app: &App) {
    use_effect_with((app.view.theme, app.language), |(theme, language)| {
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root {
            let name = match theme {
                Theme::System => "system",
                Theme::Light => "light",
                Theme::Dark => "dark",
            };
            // Setting an attribute with a valid name cannot fail.
            let _ = root.set_attribute("data-theme", name);
            let _ = root.set_attribute("lang", language.tag());
        }
    });
}

/// F6 goes from region to region, Ctrl+Enter sends, Ctrl+S stores.
#[hook]
fn use_keys(app: &App) {
    let app = app.clone();
    use_effect(move || {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let has_command = event.ctrl_key() || event.meta_key();
                match event.key().as_str() {
                    "F6" => {
                        event.prevent_default();
                        visit_region(event.shift_key());
                    }
                    "Enter" if has_command && !event.default_prevented() => {
                        event.prevent_default();
                        spawn_local(flow::send(app.clone()));
                    }
                    "s" if has_command => {
                        event.prevent_default();
                        save_now(app.clone());
                    }
                    _ => {}
                }
            })
        });
        move || drop(listener)
    });
}

/// Stores at once, for those whose fingers do it anyway.
fn save_now(app: App) {
    spawn_local(async move {
        match flow::save(app.clone()).await {
            Ok(()) => app.say(app.text.saved),
            Err(failure) => app.complain(flow::describe(app.text, &failure)),
        }
    });
}

/// Moves the focus to the next region that can be seen.
fn visit_region(backwards: bool) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let regions: Vec<HtmlElement> = REGIONS
        .iter()
        .filter_map(|id| document.get_element_by_id(id)?.dyn_into::<HtmlElement>().ok())
        .filter(|region| region.offset_width() > 0)
        .collect();
    if regions.is_empty() {
        return;
    }
    let focused = document.active_element();
    let here = regions.iter().position(|region| region.contains(focused.as_deref()));
    let next = match (here, backwards) {
        (None, _) => 0,
        (Some(here), false) => (here + 1) % regions.len(),
        (Some(here), true) => (here + regions.len() - 1) % regions.len(),
    };
    // Focusing an element that is on the page cannot fail.
    let _ = regions[next].focus();
}

#[component]
fn Shell() -> Html {
    let app = crate::context::use_app();
    let t = app.text;
    let drawer = if app.view.is_drawer_open { "open" } else { "closed" };
    html! {
        <div class="shell" data-region={region_name(app.view.region)} data-drawer={drawer}>
            <Header />
            <Rail />
            <Splitter edge={Edge::Rail} label={t.resize_rail} />
            <Centre />
            <Splitter edge={Edge::Drawer} label={t.resize_drawer} />
            <Drawer />
            <Splitter edge={Edge::Inspector} label={t.resize_inspector} />
            <Inspector />
            <StatusBar />
            <RegionBar />
        </div>
    }
}

/// The same page in a frame of somebody's documentation: fewer regions, one at a time.
#[component]
fn EmbeddedShell() -> Html {
    let app = crate::context::use_app();
    html! {
        <div class="shell shell-embedded" data-region={region_name(app.view.region)} data-drawer="open">
            <Header />
            <RegionBar />
            <Centre />
            <Inspector />
            <Drawer />
        </div>
    }
}

fn region_name(region: Region) -> &'static str {
    match region {
        Region::Rail => "rail",
        Region::Centre => "centre",
        Region::Inspector => "inspector",
        Region::Drawer => "drawer",
    }
}

/// On a phone and in an embed: which region to show.
#[component]
fn RegionBar() -> Html {
    let app = crate::context::use_app();
    let t = app.text;
    let all = [
        (Region::Rail, Glyph::Resource, t.region_browse, "region-rail"),
        (Region::Centre, Glyph::File, t.region_code, "region-centre"),
        (Region::Inspector, Glyph::Play, t.region_try, "region-inspector"),
        (Region::Drawer, Glyph::Log, t.region_activity, "region-drawer"),
    ];
    let shown = all.into_iter().filter(|(region, ..)| !app.view.is_embedded || *region != Region::Rail);
    html! {
        <nav class="region-bar" aria-label={t.regions}>
            { for shown.map(|(region, glyph, label, test)| html! {
                <button
                    type="button"
                    class="region-button"
                    aria-current={(app.view.region == region).then_some("page")}
                    data-test={test}
                    onclick={app.on(move || Action::ShowRegion(region))}
                >
                    <Icon {glyph} />
                    <span>{ label }</span>
                </button>
            }) }
        </nav>
    }
}

#[derive(PartialEq, Properties)]
struct NoticeProps {
    app: App,
}

/// The place where short words appear. It is always there, so that screen readers listen to it.
#[component]
fn Notice(props: &NoticeProps) -> Html {
    let app = &props.app;
    let notice = app.view.notice.as_ref();
    let class = match notice {
        Some(notice) if notice.is_error => "notice notice-error",
        Some(_) => "notice",
        None => "notice notice-none",
    };
    html! {
        <div {class} role="status" aria-live="polite" data-test="notice">
            if let Some(notice) = notice {
                <span>{ &notice.text }</span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label={app.text.close}
                    data-test="notice-close"
                    onclick={app.on(|| Action::DismissNotice)}
                >
                    <Icon glyph={Glyph::Close} />
                </button>
            }
        </div>
    }
}
