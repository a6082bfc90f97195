//! The throughput of a table and of its indexes while they are used: what comes each second, what is
//! saved for a burst, what the last minutes consumed, and what was throttled.

use crate::aws::dynamodb::Table;
use crate::context::{App, use_app};
use crate::format::{page_time, units};
use crate::gauges::{self, Gauge, Minute, Supply};
use crate::state::{Action, Drawer};
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Bars, Column, Failed, Glyph, Icon};
use yew::prelude::*;

const FOLLOW_MILLIS: u32 = 1000;
/// The minutes that are drawn.
const MINUTES: u64 = 15;
const MINUTE_MILLIS: f64 = 60_000.0;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

/// The capacity view.
#[component]
pub fn Capacity(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(FOLLOW_MILLIS);
    let gauges = {
        let (client, name) = (app.client.clone(), props.table.name.clone());
        use_fetch((app.revision, tick), move || {
            let (client, name) = (client.clone(), name.clone());
            async move { gauges::capacity(&client, &name).await }
        })
    };
    let gauges = match &gauges {
        Fetched::Waiting => return html! {},
        Fetched::Failed(failure) => return html! { <div class="tool"><Failed failure={failure.clone()} /></div> },
        Fetched::Here(gauges) => gauges,
    };
    let has_throttles = gauges.iter().flat_map(|gauge| [&gauge.read, &gauge.write]).any(|s| throttled(&s.minutes) > 0);
    html! {
        <div class="tool">
            { for gauges.iter().map(|gauge| card(&app, gauge)) }
            <p class="hint">{ if gauges.iter().any(|gauge| !gauge.is_on_demand) { t.burst_hint } else { t.on_demand_hint } }</p>
            if has_throttles {
                <button type="button" class="button button-wide" data-test="show-throttled" onclick={app.on(|| Action::ShowDrawer(Drawer::Requests))}>
                    <Icon glyph={Glyph::Warning} />{ t.show_throttled }
                </button>
            }
        </div>
    }
}

fn card(app: &App, gauge: &Gauge) -> Html {
    let t = app.text;
    let name = if gauge.index.is_empty() { t.table.to_owned() } else { (t.of_index)(&gauge.index) };
    html! {
        <section class="card" key={gauge.index.clone()} aria-label={name.clone()} data-test={format!("gauge-{}", gauge.index)}>
            <div class="card-head">
                <h3>{ name }</h3>
                <span class="chip">{ if gauge.is_on_demand { t.on_demand } else { t.provisioned_capacity } }</span>
            </div>
            { supply(app, gauge, &gauge.read, t.reads, "RCU", "read") }
            { supply(app, gauge, &gauge.write, t.writes, "WCU", "write") }
        </section>
    }
}

fn supply(app: &App, gauge: &Gauge, supply: &Supply, title: &'static str, unit: &'static str, test: &str) -> Html {
    let t = app.text;
    let now = (app.clock.at(page_time()) / MINUTE_MILLIS) as u64;
    let minutes = window(&supply.minutes, now);
    let (consumed, refused) = (minutes.iter().map(|minute| minute.units).sum::<f64>(), throttled(&minutes));
    let summary = (t.consumed_in)(&format!("{} {unit}", units(consumed)), MINUTES);
    let column = |minute: &Minute| Column {
        good: minute.units,
        bad: minute.throttled as f64,
        title: format!("{} {unit}, {}", units(minute.units), (t.throttled)(minute.throttled as usize)),
    };
    let share = if supply.most > 0.0 { (supply.saved / supply.most * 100.0).clamp(0.0, 100.0) } else { 0.0 };
    html! {
        <div class="gauge">
            <div class="gauge-line">
                <h4>{ title }</h4>
                if !gauge.is_on_demand {
                    <span class="soft">{ (t.each_second)(&format!("{} {unit}", units(supply.per_second))) }</span>
                }
            </div>
            if !gauge.is_on_demand {
                <div class="gauge-line">
                    <span
                        class="level"
                        role="meter"
                        aria-label={t.saved_units}
                        aria-valuemin="0"
                        aria-valuemax={supply.most.to_string()}
                        aria-valuenow={supply.saved.max(0.0).to_string()}
                    >
                        <span class={classes!("level-fill", (share < 10.0).then_some("level-low"))} style={format!("inline-size: {share:.1}%")} />
                    </span>
                    <span class="gauge-figure" data-test={format!("saved-{test}")}>
                        { (t.saved_of)(&units(supply.saved.max(0.0).floor()), &units(supply.most)) }
                    </span>
                </div>
            }
            <Bars label={summary.clone()} columns={minutes.iter().map(column).collect::<Vec<_>>()} />
            <div class="gauge-line">
                <span class="soft" data-test={format!("consumed-{test}")}>{ summary }</span>
                if refused > 0 {
                    <span class="chip chip-bad" data-test={format!("throttled-{test}")}><Icon glyph={Glyph::Warning} />{ (t.throttled)(refused as usize) }</span>
                }
            </div>
        </div>
    }
}

/// The last minutes, those in which nothing happened too.
fn window(minutes: &[Minute], now: u64) -> Vec<Minute> {
    let first = (now + 1).saturating_sub(MINUTES);
    let known = |number: u64| minutes.iter().find(|minute| minute.number == number).copied();
    (first..=now).map(|number| known(number).unwrap_or(Minute { number, ..Minute::default() })).collect()
}

fn throttled(minutes: &[Minute]) -> u64 {
    minutes.iter().map(|minute| minute.throttled).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_in_which_nothing_happened_have_a_place() {
        let known = [Minute { number: 5, units: 1.0, throttled: 0 }, Minute { number: 98, units: 2.0, throttled: 3 }];
        let shown = window(&known, 100);
        assert_eq!((shown.len() as u64, shown[0].number), (MINUTES, 86));
        assert_eq!(throttled(&shown), 3);
    }
}
