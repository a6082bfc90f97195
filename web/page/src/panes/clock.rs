//! The virtual clock: what time it is in the cloud, and how to make it later.

use crate::context::use_app;
use crate::flow;
use crate::format::{date, page_time, time_of_day};
use crate::task::use_tick;
use crate::ui::{Glyph, Icon, IconButton};
use yew::platform::spawn_local;
use yew::prelude::*;

const MINUTE: u64 = 60_000;
/// How often the hands move.
const TICK_MILLIS: u32 = 500;

/// The clock in the header.
#[component]
pub fn Clock() -> Html {
    let app = use_app();
    let t = app.text;
    use_tick(TICK_MILLIS);
    let is_known = app.clock.clock.now_millis > 0.0;
    let now = app.clock.at(page_time());
    let steps = [
        ("+1 min", t.plus_minute, MINUTE, "clock-plus-minute"),
        ("+1 h", t.plus_hour, 60 * MINUTE, "clock-plus-hour"),
        ("+24 h", t.plus_day, 24 * 60 * MINUTE, "clock-plus-day"),
    ];
    let paused = app.clock.clock.paused;
    let pause = {
        let app = app.clone();
        Callback::from(move |_: MouseEvent| spawn_local(flow::pause_clock(app.clone(), !paused)))
    };
    html! {
        <div class="clock" role="group" aria-label={t.clock} title={t.clock_hint}>
            <Icon glyph={Glyph::Clock} />
            <time class="clock-now" data-test="clock-now">
                if is_known {
                    <span class="clock-date">{ date(now) }</span>
                    { " " }
                    <span>{ time_of_day(now) }</span>
                } else {
                    { "–" }
                }
            </time>
            <IconButton
                glyph={if paused { Glyph::Play } else { Glyph::Pause }}
                label={if paused { t.clock_resume } else { t.clock_pause }}
                test="clock-pause"
                disabled={!is_known}
                onclick={pause}
            />
            { for steps.into_iter().map(|(text, label, millis, test)| {
                let app = app.clone();
                let onclick = Callback::from(move |_: MouseEvent| {
                    spawn_local(flow::advance_clock(app.clone(), millis));
                });
                html! {
                    <button type="button" class="clock-step" title={label} data-test={test} disabled={!is_known} {onclick}>
                        { text }
                    </button>
                }
            }) }
        </div>
    }
}
