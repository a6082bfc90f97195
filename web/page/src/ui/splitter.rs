//! The lines between regions, which pointer and arrow keys move.

use crate::preferences::{keep, kept};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// A line that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Rail,
    Inspector,
    Drawer,
}

/// What moving a line changes.
struct Track {
    name: &'static str,
    default: f64,
    least: f64,
    most: f64,
}

impl Edge {
    const ALL: [Self; 3] = [Self::Rail, Self::Inspector, Self::Drawer];

    fn track(self) -> Track {
        match self {
            Self::Rail => Track { name: "--rail-size", default: 248.0, least: 180.0, most: 480.0 },
            Self::Inspector => Track { name: "--inspector-size", default: 440.0, least: 320.0, most: 900.0 },
            Self::Drawer => Track { name: "--drawer-size", default: 248.0, least: 96.0, most: 700.0 },
        }
    }

    /// Dragging towards the middle of the page makes the region larger or smaller.
    fn size_at(self, x: f64, y: f64) -> f64 {
        let (width, height) = window_size();
        match self {
            Self::Rail => x,
            Self::Inspector => width - x,
            Self::Drawer => height - y - 24.0,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Rail => "splitter splitter-rail",
            Self::Inspector => "splitter splitter-inspector",
            Self::Drawer => "splitter splitter-drawer",
        }
    }

    fn stored(self) -> f64 {
        let track = self.track();
        kept(track.name).and_then(|size| size.parse().ok()).unwrap_or(track.default).clamp(track.least, track.most)
    }

    fn set(self, size: f64) -> f64 {
        let track = self.track();
        let size = size.clamp(track.least, track.most).round();
        let root = web_sys::window().and_then(|window| window.document()?.document_element());
        if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
            let _ = root.style().set_property(track.name, &format!("{size}px"));
        }
        keep(track.name, &size.to_string());
        size
    }

    /// Puts all lines where the person left them.
    pub fn restore_all() {
        for edge in Self::ALL {
            edge.set(edge.stored());
        }
    }
}

fn window_size() -> (f64, f64) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    root.map_or((0.0, 0.0), |root| (f64::from(root.client_width()), f64::from(root.client_height())))
}

#[derive(PartialEq, Properties)]
pub struct Props {
    pub edge: Edge,
    pub label: AttrValue,
}

/// A line between two regions.
#[component]
pub fn Splitter(props: &Props) -> Html {
    let edge = props.edge;
    let size = use_state(|| edge.stored());
    let onpointerdown = Callback::from(|event: PointerEvent| {
        if let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            // Without capture the line still moves while the pointer is over it.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
    });
    let onpointermove = {
        let size = size.clone();
        Callback::from(move |event: PointerEvent| {
            if event.buttons() & 1 == 1 {
                size.set(edge.set(edge.size_at(f64::from(event.client_x()), f64::from(event.client_y()))));
            }
        })
    };
    let onkeydown = {
        let size = size.clone();
        Callback::from(move |event: KeyboardEvent| {
            let grows = match (edge, event.key().as_str()) {
                (Edge::Rail, "ArrowRight") | (Edge::Inspector, "ArrowLeft") | (Edge::Drawer, "ArrowUp") => 1.0,
                (Edge::Rail, "ArrowLeft") | (Edge::Inspector, "ArrowRight") | (Edge::Drawer, "ArrowDown") => -1.0,
                _ => return,
            };
            event.prevent_default();
            size.set(edge.set(*size + grows * 24.0));
        })
    };
    let track = edge.track();
    html! {
        <div
            class={edge.class()}
            role="separator"
            tabindex="0"
            aria-label={props.label.clone()}
            aria-orientation={if edge == Edge::Drawer { "horizontal" } else { "vertical" }}
            aria-valuenow={size.to_string()}
            aria-valuemin={track.least.to_string()}
            aria-valuemax={track.most.to_string()}
            {onpointerdown}
            {onpointermove}
            {onkeydown}
        />
    }
}
