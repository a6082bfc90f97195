//! The time to live of a table's items: what goes next, and the way to that moment.

use crate::attribute::summary;
use crate::aws::dynamodb::{self, Expiring, Table};
use crate::client::{Client, Failure};
use crate::context::{App, use_app};
use crate::flow;
use crate::format::{date, page_time, stretch, time_of_day};
use crate::task::{Fetched, use_fetch, use_tick};
use crate::ui::{Failed, Glyph, Icon, Status, tone_of};
use yew::prelude::*;

/// The next items that are shown.
const SHOWN: usize = 5;
const TICK_MILLIS: u32 = 1000;
/// Ticks after which it is looked again whether what has expired has been deleted.
const LOOK_TICKS: u32 = 4;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub table: Table,
}

type Lives = (dynamodb::TimeToLive, Vec<Expiring>);

async fn read(client: Client, table: Table) -> Result<Lives, Failure> {
    let described = dynamodb::time_to_live(&client, &table.name).await?;
    if described.attribute.is_empty() {
        return Ok((described, Vec::new()));
    }
    let expiring = dynamodb::expiring(&client, &table, &described.attribute).await?;
    Ok((described, expiring))
}

/// The time to live.
#[component]
pub fn TimeToLive(props: &Props) -> Html {
    let app = use_app();
    let t = app.text;
    let tick = use_tick(TICK_MILLIS);
    // A look costs the table its reads: nobody looks before something has expired.
    let look = use_state(|| 0_u32);
    let lives = {
        let (client, table) = (app.client.clone(), props.table.clone());
        use_fetch((app.revision, props.table.name.clone(), *look), move || read(client.clone(), table.clone()))
    };
    let now = app.clock.at(page_time());
    let has_expired = lives.here().is_some_and(|(_, expiring)| expiring.iter().any(|item| item.at * 1000.0 <= now));
    {
        let look = look.clone();
        use_effect_with(tick / LOOK_TICKS, move |round| {
            if has_expired {
                look.set(*round);
            }
        });
    }
    let body = match &lives {
        Fetched::Waiting => html! {},
        Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
        Fetched::Here(lives) => match &**lives {
            (described, _) if described.attribute.is_empty() => html! { <p class="hint">{ t.no_ttl }</p> },
            (described, expiring) => html! {
                <>
                    <p class="fact-line">
                        <code data-test="ttl-attribute">{ &described.attribute }</code>
                        <Status text={described.status.clone()} tone={tone_of(&described.status)} />
                    </p>
                    if expiring.is_empty() {
                        <p class="hint">{ t.nothing_expires }</p>
                    }
                    <ol class="expiring" data-test="expiring">
                        { for expiring.iter().take(SHOWN).map(|item| row(&app, item)) }
                    </ol>
                    if expiring.len() > SHOWN {
                        <p class="hint">{ (t.more_expire)(expiring.len() - SHOWN) }</p>
                    }
                </>
            },
        },
    };
    html! {
        <section class="section" aria-label="TTL">
            <h3 class="section-title">{ t.time_to_live }</h3>
            { body }
        </section>
    }
}

fn row(app: &App, item: &Expiring) -> Html {
    let t = app.text;
    let key = item.key.as_object().map(|key| key.values().map(summary).collect::<Vec<_>>().join(" · "));
    let at = item.at * 1000.0;
    let left = at - app.clock.at(page_time());
    html! {
        <li class="expiry" data-test="expiry">
            <code class="record-keys">{ key.unwrap_or_default() }</code>
            <time class="number soft" title={format!("{} {}", date(at), time_of_day(at))}>
                { if left > 0.0 { (t.in_time)(&stretch(left)) } else { time_of_day(at) } }
            </time>
            if left > 0.0 {
                <button type="button" class="button button-small" data-test="advance-to" onclick={flow::advance_clock_to(app, at)}>
                    <Icon glyph={Glyph::Clock} />{ t.advance_to }
                </button>
            } else {
                <span class="chip">{ t.expired_not_deleted }</span>
            }
        </li>
    }
}
