//! The resource graph. Its equivalent without a picture is the list of resources in the rail.

use crate::context::{App, use_app};
use crate::graph::{Edge, NODE, place};
use crate::model::{OutlineNode, short_kind};
use crate::state::{Action, Jump, Selection};
use crate::ui::{Empty, Glyph, glyph_of, tone_of};
use yew::prelude::*;

/// A graph that is too wide shrinks so far and no further; then it scrolls.
const LEAST_SCALE: f64 = 0.8;
const NAME_FITS: usize = 17;
const KIND_FITS: usize = 22;

/// The graph of the template.
#[component]
pub fn Map() -> Html {
    let app = use_app();
    let t = app.text;
    let nodes = app.shown_nodes();
    let placed = use_memo(nodes.clone(), |nodes| place(nodes));
    if nodes.is_empty() {
        return html! { <Empty glyph={Glyph::Graph} title={t.no_resources} text={t.no_resources_hint} /> };
    }
    html! {
        <div class="map" data-test="graph">
            <svg
                class="map-drawing"
                width={placed.width.to_string()}
                height={placed.height.to_string()}
                style={format!("min-inline-size: {}px", placed.width * LEAST_SCALE)}
                viewBox={format!("0 0 {} {}", placed.width, placed.height)}
                role="group"
                aria-label={t.graph}
            >
                { for placed.edges.iter().map(edge_path) }
                { for nodes.iter().zip(&placed.corners).map(|(node, corner)| {
                    html! { <Node app={app.clone()} node={node.clone()} x={corner.0} y={corner.1} /> }
                }) }
            </svg>
        </div>
    }
}

fn edge_path(edge: &Edge) -> Html {
    let mut line = String::new();
    for (index, (x, y)) in edge.route.iter().enumerate() {
        let piece = match (index, index.checked_sub(1).map(|before| edge.route[before])) {
            (_, None) => format!("M{x} {y}"),
            // Between columns a curve, across a column straight on.
            (index, Some((from_x, from_y))) if index % 2 == 1 => {
                let bend = ((x - from_x) / 2.0).max(24.0);
                format!("C{} {from_y} {} {y} {x} {y}", from_x + bend, x - bend)
            }
            (_, Some(_)) => format!("L{x} {y}"),
        };
        line.push_str(&piece);
    }
    let (x, y) = edge.route.last().copied().unwrap_or_default();
    html! {
        <g class="map-edge">
            <path class="map-line" d={line} />
            <path class="map-tip" d={format!("M{} {}l7 4-7 4z", x - 7.0, y - 4.0)} />
        </g>
    }
}

#[derive(PartialEq, Properties)]
struct NodeProps {
    app: App,
    node: OutlineNode,
    x: f64,
    y: f64,
}

#[component]
fn Node(props: &NodeProps) -> Html {
    let (app, node) = (&props.app, &props.node);
    let deployed = app.deployment.resources.iter().find(|resource| resource.logical_id == node.id);
    let status = deployed.map_or(app.text.not_deployed, |resource| resource.status.as_str()).to_owned();
    let is_selected = app.view.selection == Selection::Resource(node.id.clone());
    let select = {
        let (app, id) = (app.clone(), node.id.clone());
        move || app.dispatch(Action::Select(Selection::Resource(id.clone())))
    };
    let onclick = {
        let select = select.clone();
        Callback::from(move |_: MouseEvent| select())
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "Enter" | " ") && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            select();
        }
    });
    let ondblclick = {
        let (app, line) = (app.clone(), node.line);
        Callback::from(move |_: MouseEvent| {
            if let Some(template) = app.project.template().filter(|_| line > 0) {
                app.dispatch(Action::JumpTo(Jump { path: template.path.clone(), line }));
            }
        })
    };
    let tone = deployed.map(|resource| format!("map-state state-{:?}", tone_of(&resource.status)).to_lowercase());
    html! {
        <g
            class="map-node"
            role="button"
            tabindex="0"
            aria-pressed={is_selected.to_string()}
            aria-label={format!("{} {}, {status}", node.id, short_kind(&node.kind))}
            data-test={format!("node-{}", node.id)}
            transform={format!("translate({} {})", props.x, props.y)}
            {onclick}
            {onkeydown}
            {ondblclick}
        >
            <title>{ &status }</title>
            <rect class="map-box" width={NODE.0.to_string()} height={NODE.1.to_string()} rx="8" />
            <rect class="map-badge" x="10" y="12" width="32" height="32" rx="6" />
            <g transform="translate(18 20)"><path class="map-icon" d={glyph_of(&node.kind).path()} /></g>
            <text class="map-name" x="52" y="25">{ shortened(&node.id, NAME_FITS) }</text>
            <text class="map-kind" x="52" y="42">{ shortened(short_kind(&node.kind), KIND_FITS) }</text>
            if let Some(class) = tone {
                <circle {class} cx={(NODE.0 - 14.0).to_string()} cy="14" r="4" />
            }
        </g>
    }
}

/// What fits into a node, of so many characters.
fn shortened(name: &str, fits: usize) -> String {
    if name.chars().count() <= fits {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(fits - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_end_with_an_ellipsis() {
        assert_eq!(shortened("TodoTable", 12), "TodoTable");
        assert_eq!(shortened("AVeryLongLogicalId", 12), "AVeryLongLo…");
    }
}
