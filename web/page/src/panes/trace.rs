//! Every request that went through the door, with who caused it.

use crate::context::use_app;
use crate::control::{self, Span};
use crate::format::{duration, precise_time};
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Empty, Failed, Glyph, Icon, IconButton, Status, Tone, input_value};
use yew::prelude::*;

const FOLLOW_MILLIS: u32 = 1500;
/// The newest requests that are shown.
const SHOWN: usize = 300;

/// The requests, newest first; what a request caused stands below it.
#[component]
pub fn Trace() -> Html {
    let app = use_app();
    let t = app.text;
    let filter = use_state(String::new);
    let only_throttled = use_state(|| false);
    let tick = use_tick(FOLLOW_MILLIS);
    let spans = {
        let client = app.client.clone();
        use_fetch((app.revision, tick), move || {
            let client = client.clone();
            async move { control::requests(&client).await }
        })
    };
    let spans = match &spans {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(spans) => spans,
    };
    let oninput = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| filter.set(input_value(&event)))
    };
    let throttled = spans.iter().filter(|span| span.is_throttled()).count();
    let rows = if *only_throttled { throttles(spans) } else { ordered(spans, &filter) };
    let toggle = {
        let only_throttled = only_throttled.clone();
        Callback::from(move |_: MouseEvent| only_throttled.set(!*only_throttled))
    };
    let longest = rows.iter().map(|(span, _)| span.duration).fold(1.0, f64::max);
    html! {
        <>
            <div class="toolbar toolbar-sticky">
                <input type="search" class="grow" aria-label={t.filter_requests} placeholder={t.filter_requests} data-test="request-filter" value={(*filter).clone()} {oninput} />
                if throttled > 0 || *only_throttled {
                    <button type="button" class="button button-small" aria-pressed={only_throttled.to_string()} data-test="throttled" onclick={toggle}>
                        <Icon glyph={Glyph::Warning} />{ (t.throttled)(throttled) }
                    </button>
                }
                <IconButton glyph={Glyph::Refresh} label={t.refresh} test="refresh-requests" onclick={app.on(|| Action::Changed)} />
            </div>
            if rows.is_empty() {
                <Empty glyph={Glyph::Api} title={t.no_requests} />
            } else {
                <table class="grid grid-flush" data-test="requests">
                    <thead><tr>
                        <th scope="col">{ t.time }</th>
                        <th scope="col">{ t.service }</th>
                        <th scope="col">{ t.operation }</th>
                        <th scope="col">{ t.status }</th>
                        <th scope="col">{ t.duration }</th>
                        <th scope="col" class="caller">{ t.caller }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().map(|(span, depth)| row(span, *depth, longest)) }</tbody>
                </table>
            }
        </>
    }
}

/// The requests that nobody else caused, newest first, each followed by what it caused.
fn ordered<'a>(spans: &'a [Span], filter: &str) -> Vec<(&'a Span, usize)> {
    let filter = filter.to_lowercase();
    let matches = |span: &Span| {
        let text = format!("{} {} {} {} {}", span.service, span.operation, span.status, span.error, span.caller);
        filter.split_whitespace().all(|word| text.to_lowercase().contains(word))
    };
    let is_known = |id: &str| spans.iter().any(|span| span.id == id);
    let mut rows = Vec::new();
    for root in spans.iter().rev().filter(|span| !is_known(&span.parent)) {
        append(spans, root, 0, &mut rows);
        if rows.len() > SHOWN {
            break;
        }
    }
    rows.retain(|(span, _)| matches(span));
    rows.truncate(SHOWN);
    rows
}

/// The requests that were throttled, newest first.
fn throttles(spans: &[Span]) -> Vec<(&Span, usize)> {
    spans.iter().rev().filter(|span| span.is_throttled()).map(|span| (span, 0)).take(SHOWN).collect()
}

fn append<'a>(spans: &'a [Span], span: &'a Span, depth: usize, rows: &mut Vec<(&'a Span, usize)>) {
    rows.push((span, depth));
    // A request can be caused by an older one only; a garbled trace must not go round in a circle.
    for child in spans.iter().filter(|child| child.parent == span.id && child.id != span.id) {
        if depth < 16 {
            append(spans, child, depth + 1, rows);
        }
    }
}

fn row(span: &Span, depth: usize, longest: f64) -> Html {
    let tone = if span.status < 400 { Tone::Good } else { Tone::Bad };
    let share = (span.duration / longest * 100.0).clamp(1.0, 100.0);
    html! {
        <tr key={span.id.clone()} data-test="request-row">
            <td class="number">{ precise_time(span.start) }</td>
            <td><span style={format!("padding-inline-start: {}ch", depth * 2)}>{ &span.service }</span></td>
            <td>{ &span.operation }</td>
            <td>
                <Status text={span.status.to_string()} {tone} />
                if !span.error.is_empty() {
                    { " " }<span class={classes!("request-error", span.is_throttled().then_some("throttled"))}>{ &span.error }</span>
                }
            </td>
            <td class="number bar-cell"><span class="bar" style={format!("inline-size: {share:.0}%")} />{ duration(span.duration) }</td>
            <td class="soft caller" title={span.caller.clone()}>{ span.caller.rsplit(':').next().unwrap_or_default().to_owned() }</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(id: &str, parent: &str, operation: &str) -> Span {
        Span {
            id: id.into(),
            parent: parent.into(),
            service: "dynamodb".into(),
            operation: operation.into(),
            caller: String::new(),
            status: 200,
            error: String::new(),
            start: 0.0,
            duration: 1.0,
        }
    }

    #[test]
    fn what_a_request_caused_stands_below_it() {
        let spans = [span("1", "0", "Invoke"), span("2", "1", "PutItem"), span("3", "0", "Scan")];
        let rows: Vec<_> = ordered(&spans, "").iter().map(|(s, depth)| (s.operation.clone(), *depth)).collect();
        assert_eq!(rows, [("Scan".into(), 0), ("Invoke".into(), 0), ("PutItem".into(), 1)]);
    }

    #[test]
    fn throttles_are_known_by_their_code_or_status() {
        let mut spans = [span("1", "0", "PutItem"), span("2", "0", "Invoke"), span("3", "0", "Scan")];
        spans[0].error = "ProvisionedThroughputExceededException".into();
        spans[1].status = 429;
        let found: Vec<_> = throttles(&spans).iter().map(|(span, _)| span.id.as_str()).collect();
        assert_eq!(found, ["2", "1"]);
    }

    #[test]
    fn a_filter_needs_all_its_words() {
        let spans = [span("1", "0", "PutItem"), span("2", "0", "Scan")];
        assert_eq!(ordered(&spans, "dynamo put").len(), 1);
        assert_eq!(ordered(&spans, "200").len(), 2);
    }
}
