//! How much throughput a table may have, and how often it may change: the quotas of an account that
//! has asked for nothing.

use kernel::AwsError;
use serde_json::Value;

use super::invalid_values;
use crate::{
    api::{Input, formatted},
    state::{Billing, IndexDefinition, Switches, TableDefinition, ThroughputHistory},
};

/// Read and write units that a table or an index may have.
pub const TABLE_QUOTA: u64 = 40_000;
/// Read and write units that all tables of an account may have in one region.
pub const ACCOUNT_QUOTA: u64 = 80_000;

/// What a table on demand is ready for from the beginning: reads and writes in a second.
pub const ON_DEMAND_WARM: (u64, u64) = (12_000, 4_000);

/// Decreases that each day allows at any time; after them it allows one an hour.
const FREE_DECREASES: u64 = 4;
const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;

/// Switches to on demand in 24 hours.
const SWITCHES: usize = 4;

const REFER: &str = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.";

/// The two kinds of units by their names.
const UNITS: [&str; 2] = ["ReadCapacityUnits", "WriteCapacityUnits"];

/// Refuses a table whose units are more than one table or the whole account may have; `reserved` are
/// those of the account's other tables.
pub fn check_quotas(table: &TableDefinition, region: &str, reserved: (u64, u64)) -> Result<(), AwsError> {
    check_one(None, table.billing.throughput, region)?;
    for index in table.indexes.iter().filter(|index| !index.local) {
        check_one(Some(&index.name), index.throughput, region)?;
    }
    let wanted = provisioned(table);
    for (name, reserved, wanted) in [(UNITS[0], reserved.0, wanted.0), (UNITS[1], reserved.1, wanted.1)] {
        if wanted > 0 && reserved + wanted > ACCOUNT_QUOTA {
            return Err(limit_exceeded(format!(
                "This request would have caused the {name} limit to be exceeded for the account in {region}. Current \
                 {name} reserved by the account: {reserved}. Limit: {ACCOUNT_QUOTA}. Requested: {wanted}. {REFER}"
            )));
        }
    }
    Ok(())
}

/// The units of a table and its indexes.
pub fn provisioned(table: &TableDefinition) -> (u64, u64) {
    let all = table.indexes.iter().map(|index| index.throughput).chain([table.billing.throughput]);
    all.fold((0, 0), |(read, write), units| (read + units.0, write + units.1))
}

fn check_one(index: Option<&str>, (read, write): (u64, u64), region: &str) -> Result<(), AwsError> {
    for (name, units) in [(UNITS[0], read), (UNITS[1], write)] {
        if units <= TABLE_QUOTA {
            continue;
        }
        let (subject, kind) = match index {
            Some(index) => (format!("{name} for index {index}"), "index"),
            None => (name.to_owned(), "table"),
        };
        return Err(limit_exceeded(format!(
            "The requested {subject}, {units}, is above the per {kind} maximum for the account in {region}. Per {kind} \
             maximum: {TABLE_QUOTA}. {REFER}"
        )));
    }
    Ok(())
}

/// `ProvisionedThroughput` of a table or an index that has some already.
pub fn change_units(
    index: Option<&str>,
    current: &mut (u64, u64),
    history: &mut ThroughputHistory,
    new: (u64, u64),
    now: u64,
) -> Result<(), AwsError> {
    if *current == new {
        let (read, write) = new;
        let (subject, kind) = match index {
            Some(index) => (format!("index {index}"), "index"),
            None => ("table".to_owned(), "table"),
        };
        return Err(AwsError::validation(format!(
            "The provisioned throughput for the {subject} will not change. The requested value equals the current \
             value. Current ReadCapacityUnits provisioned for the {kind}: {read}. Requested ReadCapacityUnits: {read}. \
             Current WriteCapacityUnits provisioned for the {kind}: {write}. Requested WriteCapacityUnits: {write}. \
             {REFER}"
        )));
    }
    if new.0 < current.0 || new.1 < current.1 {
        check_decrease(history, now)?;
    }
    history.note_change(*current, new, now);
    *current = new;
    Ok(())
}

fn check_decrease(history: &ThroughputHistory, now: u64) -> Result<(), AwsError> {
    let today = history.decreases_on_day_of(now);
    let Some(last) = history.decreased_at.filter(|last| today >= FREE_DECREASES && last + HOUR > now) else {
        return Ok(());
    };
    let next = (last + HOUR).min((now / DAY + 1) * DAY);
    Err(limit_exceeded(format!(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the \
         first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 \
         seconds. Number of decreases today: {today}. Last decrease at {}. Next decrease can be made at {}",
        spoken(last),
        spoken(next)
    )))
}

/// The table becomes on demand. AWS's words are those measured when one switch a day was allowed.
pub fn switch_to_on_demand(table: &mut TableDefinition, now: u64) -> Result<(), AwsError> {
    let Billing { switches, history, throughput, .. } = &mut table.billing;
    check_switch(switches, now)?;
    switches.add(now);
    history.note_switch(*throughput, now);
    history.warm_up(ON_DEMAND_WARM);
    *throughput = (0, 0);
    for index in table.indexes.iter_mut().filter(|index| !index.local) {
        index.history.note_switch(index.throughput, now);
        index.history.warm_up(ON_DEMAND_WARM);
        index.throughput = (0, 0);
    }
    Ok(())
}

fn check_switch(switches: &Switches, now: u64) -> Result<(), AwsError> {
    let recent: Vec<u64> = switches.recent(now).collect();
    match recent.as_slice() {
        [first, .., last] if recent.len() >= SWITCHES => Err(limit_exceeded(format!(
            "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {SWITCHES} times in 1 day(s). Last \
             update at {}. Next update can be made at {}",
            formatted(*last, "%a %b %d %H:%M:%S UTC %Y"),
            formatted(first + DAY, "%a %b %d %H:%M:%S UTC %Y"),
        ))),
        _ => Ok(()),
    }
}

/// `WarmThroughput` of a new table or index, which is ready for `base` anyway.
pub fn initial_warm(
    input: Input<'_>,
    index: Option<&str>,
    billing: &Billing,
    units: (u64, u64),
) -> Result<(u64, u64), AwsError> {
    let Some(wanted) = input.get("WarmThroughput").map(Input) else { return Ok((0, 0)) };
    let base = if billing.on_demand { ON_DEMAND_WARM } else { units };
    let base = [("ReadUnitsPerSecond", base.0, UNITS[0]), ("WriteUnitsPerSecond", base.1, UNITS[1])];
    for (name, least, provisioned) in base {
        if wanted.number(name).is_none_or(|wanted| wanted >= least) {
            continue;
        }
        let reason = if billing.on_demand {
            "initial throughput for OnDemand. See: \
             https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
                .to_owned()
        } else {
            format!("{provisioned} of ProvisionedThroughput")
        };
        return Err(invalid_values(format_args!(
            "Requested {name} for WarmThroughput for {} is lower than {reason}",
            subject(index)
        )));
    }
    Ok(warm_of(wanted))
}

/// `WarmThroughput` of a table or index that is ready for `current`: it can only rise.
pub fn raise_warm(
    wanted: Input<'_>,
    index: Option<&str>,
    current: (u64, u64),
    history: &mut ThroughputHistory,
) -> Result<(), AwsError> {
    for (name, current) in [("ReadUnitsPerSecond", current.0), ("WriteUnitsPerSecond", current.1)] {
        if wanted.number(name).is_some_and(|wanted| wanted < current) {
            return Err(invalid_values(format_args!(
                "Requested {name} for WarmThroughput for {} is lower than current WarmThroughput, decreasing \
                 WarmThroughput is not supported",
                subject(index)
            )));
        }
    }
    history.warm_up(warm_of(wanted));
    Ok(())
}

/// What a table or an index is ready for.
pub fn warm(on_demand: bool, units: (u64, u64), history: &ThroughputHistory) -> (u64, u64) {
    let (read, write) = if on_demand { ON_DEMAND_WARM } else { units };
    (read.max(history.warm.0), write.max(history.warm.1))
}

fn warm_of(wanted: Input<'_>) -> (u64, u64) {
    let units = |name| wanted.number(name).unwrap_or_default();
    (units("ReadUnitsPerSecond"), units("WriteUnitsPerSecond"))
}

fn subject(index: Option<&str>) -> String {
    index.map_or_else(|| "table".to_owned(), |index| format!("index {index}"))
}

/// `OnDemandThroughput` of a table or an index: what it becomes of `current`. -1 takes a maximum away.
pub fn on_demand_maxima(
    input: Input<'_>,
    index: Option<&str>,
    on_demand: bool,
    region: &str,
    current: Option<&Value>,
) -> Result<Option<Value>, AwsError> {
    let Some(wanted) = input.get("OnDemandThroughput") else { return Ok(current.cloned()) };
    let subject = index.map_or_else(|| "table".to_owned(), |index| format!("index : {index}"));
    for (name, kind) in [("MaxReadRequestUnits", "Read"), ("MaxWriteRequestUnits", "Write")] {
        let Some(units) = Input(wanted).get(name).and_then(Value::as_i64) else { continue };
        if !on_demand {
            let of_index = index.map(|index| format!(" for index : {index}")).unwrap_or_default();
            return Err(invalid_values(format_args!(
                "{name} for OnDemandThroughput{of_index} cannot be specified when the table BillingMode is PROVISIONED"
            )));
        }
        if units < 1 && units != -1 {
            return Err(invalid_values(format_args!(
                "Requested {name} for OnDemandThroughput for {subject} is outside of valid range"
            )));
        }
        if u64::try_from(units).is_ok_and(|units| units > TABLE_QUOTA) {
            return Err(limit_exceeded(format!(
                "Subscriber limit exceeded: Requested {name} for OnDemandThroughput for {subject} exceeds \
                 TableMax{kind}CapacityUnits of the account in region {region}"
            )));
        }
    }
    let mut maxima = current.cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    if let (Some(maxima), Some(wanted)) = (maxima.as_object_mut(), wanted.as_object()) {
        maxima.extend(
            wanted.iter().filter(|(_, units)| !units.is_null()).map(|(name, units)| (name.clone(), units.clone())),
        );
    }
    Ok(Some(maxima))
}

/// What UpdateTable's `Update` of a global index changes.
pub fn update_index(
    change: Input<'_>,
    index: &mut IndexDefinition,
    on_demand: bool,
    region: &str,
    now: u64,
) -> Result<(), AwsError> {
    let name = index.name.clone();
    let units = change.get("ProvisionedThroughput").map(|units| super::table::units_of(Input(units)));
    match units {
        Some(_) if on_demand => {
            return Err(invalid_values(format_args!(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} when BillingMode \
                 is PAY_PER_REQUEST"
            )));
        }
        Some(units) => {
            super::table::check_units(units)?;
            change_units(Some(&name), &mut index.throughput, &mut index.history, units, now)?;
        }
        None if !change.has("OnDemandThroughput") && !change.has("WarmThroughput") => {
            return Err(invalid_values(if on_demand {
                format!(
                    "The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to \
                     OnDemandThroughput, WarmThroughput"
                )
            } else {
                format!("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}")
            }));
        }
        None => {}
    }
    index.on_demand_throughput =
        on_demand_maxima(change, Some(&name), on_demand, region, index.on_demand_throughput.as_ref())?;
    if let Some(wanted) = change.get("WarmThroughput") {
        let current = warm(on_demand, index.throughput, &index.history);
        raise_warm(Input(wanted), Some(&name), current, &mut index.history)?;
    }
    Ok(())
}

fn limit_exceeded(message: String) -> AwsError {
    AwsError::new("LimitExceededException", message)
}

/// A moment as these messages say it: `Monday, October 10, 2022 at 1:00:19 PM Coordinated Universal Time`.
fn spoken(millis: u64) -> String {
    formatted(millis, "%A, %B %-d, %Y at %-I:%M:%S %p Coordinated Universal Time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_allows_four_decreases_and_then_one_an_hour_which_makes_27() {
        let (mut units, mut history) = ((100, 100), ThroughputHistory::default());
        let mut done = 0;
        for minute in 0..24 * 60 {
            let new = (units.0 - 1, units.1);
            done += u64::from(change_units(None, &mut units, &mut history, new, minute * 60_000).is_ok());
        }
        assert_eq!(done, 27);
        let refused = change_units(None, &mut units, &mut history, (1, 1), 24 * HOUR - 60_000).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a \
             given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed \
             at most once every 3600 seconds. Number of decreases today: 27. Last decrease at Thursday, January 1, \
             1970 at 11:03:00 PM Coordinated Universal Time. Next decrease can be made at Friday, January 2, 1970 at \
             12:00:00 AM Coordinated Universal Time"
        );
        assert!(change_units(None, &mut units, &mut history, (1, 1), DAY).is_ok());
    }

    #[test]
    fn warm_throughput_only_rises() {
        let mut history = ThroughputHistory::default();
        let warmer = serde_json::json!({"ReadUnitsPerSecond": 13_000});
        raise_warm(Input(&warmer), None, ON_DEMAND_WARM, &mut history).unwrap();
        assert_eq!(warm(true, (0, 0), &history), (13_000, 4_000));
        let colder = serde_json::json!({"ReadUnitsPerSecond": 12_500});
        assert!(raise_warm(Input(&colder), None, (13_000, 4_000), &mut history).is_err());
    }
}
