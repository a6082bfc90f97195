//! Samlet's page: a client of the cloud that runs in its worker.

mod app;
mod attribute;
mod aws;
mod blueprint;
mod client;
mod context;
mod control;
mod diff;
mod examples;
mod fields;
mod flow;
mod format;
mod gauges;
mod graph;
mod jwt;
mod location;
mod model;
mod panes;
mod preferences;
mod price;
mod report;
mod search;
mod state;
mod task;
mod text;
mod ui;
mod wire;

use std::rc::Rc;

fn main() {
    let arrival = Rc::new(location::arrive());
    yew::Renderer::<app::Page>::with_props(app::Props { arrival }).render();
}
