//! The logs of the functions.

use crate::aws::logs::{self, Line};
use crate::client::{Client, Failure};
use crate::context::use_app;
use crate::format::precise_time;
use crate::state::Action;
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Empty, Failed, Glyph, IconButton, input_value};
use yew::prelude::*;

/// How often the log is read again while it is on show.
const FOLLOW_MILLIS: u32 = 2000;
/// The newest lines that are shown.
const SHOWN: usize = 2000;

/// Groups and the lines of one of them.
type Log = (Vec<String>, String, Vec<Line>);

async fn read(client: Client, group: String, pattern: String) -> Result<Log, Failure> {
    let groups = logs::groups(&client).await?;
    let group = if groups.contains(&group) { group } else { groups.first().cloned().unwrap_or_default() };
    let lines = if group.is_empty() { Vec::new() } else { logs::lines(&client, &group, &pattern).await? };
    Ok((groups, group, lines))
}

/// The lines of a log group, newest last.
#[component]
pub fn Logs() -> Html {
    let app = use_app();
    let t = app.text;
    let pattern = use_state(String::new);
    let tick = use_tick(FOLLOW_MILLIS);
    let log = {
        let (client, group, pattern) = (app.client.clone(), app.view.log_group.clone(), (*pattern).clone());
        use_fetch((app.revision, group.clone(), pattern.clone(), tick), move || {
            read(client.clone(), group.clone(), pattern.clone())
        })
    };
    let (groups, group, lines) = match &log {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(log) => (&log.0, &log.1, &log.2),
    };
    if groups.is_empty() {
        return html! { <Empty glyph={Glyph::Log} title={t.no_logs} text={t.no_logs_hint} /> };
    }
    let choose = {
        let app = app.clone();
        Callback::from(move |event: Event| app.dispatch(Action::FollowLog(input_value(&event))))
    };
    let filter = {
        let pattern = pattern.clone();
        Callback::from(move |event: InputEvent| pattern.set(input_value(&event)))
    };
    html! {
        <>
            <div class="toolbar toolbar-sticky">
                <select aria-label={t.log_group} data-test="log-group" onchange={choose}>
                    { for groups.iter().map(|name| html! { <option value={name.clone()} selected={name == group}>{ name }</option> }) }
                </select>
                <input type="search" class="grow" aria-label={t.filter_pattern} placeholder={t.filter_pattern} data-test="log-filter" value={(*pattern).clone()} oninput={filter} />
                <IconButton glyph={Glyph::Refresh} label={t.refresh} test="refresh-logs" onclick={app.on(|| Action::Changed)} />
            </div>
            <div role="log" aria-label={t.logs}>
                <ol class="log" data-test="log-lines">
                    { for lines.iter().skip(lines.len().saturating_sub(SHOWN)).map(|line| html! {
                        <li key={line.id.clone()} class={line_class(&line.message)}>
                            <span class="number log-time">{ precise_time(line.time) }</span>
                            <span class="log-text">{ line.message.trim_end() }</span>
                        </li>
                    }) }
                </ol>
            </div>
        </>
    }
}

/// Lambda's own lines step back, errors step forward.
fn line_class(message: &str) -> &'static str {
    let is_own = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"];
    if own_line(message, &is_own) {
        "log-line log-own"
    } else if message.contains("\tERROR\t") || message.contains("Task timed out") || message.contains("errorType") {
        "log-line log-error"
    } else if message.contains("\tWARN\t") {
        "log-line log-warn"
    } else {
        "log-line"
    }
}

fn own_line(message: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| message.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_classed_by_what_lambda_writes() {
        for (message, class) in [
            ("START RequestId: 1 Version: $LATEST", "log-line log-own"),
            ("2026-01-01T00:00:00Z\t1\tERROR\tno", "log-line log-error"),
            ("2026-01-01T00:00:00Z\t1\tINFO\tyes", "log-line"),
        ] {
            assert_eq!(line_class(message), class);
        }
    }
}
