//! Log events: putting, getting, filtering.

use aws_api::Call;
use kernel::{AwsError, Batch, Metric, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Logs, embedded,
    groups::with_token,
    invalid, metric_filters, no_such_group, no_such_stream,
    pattern::Pattern,
    required_group_name,
    state::{Event, Group, Place, place},
};

/// What AWS adds to the size of each event.
pub const OVERHEAD: usize = 26;

/// The most bytes that one `PutLogEvents` may bring, and that one page of an answer holds.
const MAX_BYTES: usize = 1 << 20;

const HOUR_MILLIS: u64 = 3600 * 1000;
const MAX_AGE_MILLIS: u64 = 14 * 24 * HOUR_MILLIS;
const MAX_AHEAD_MILLIS: u64 = 2 * HOUR_MILLIS;

#[derive(Deserialize)]
struct PutLogEvents {
    #[serde(rename = "logGroupName")]
    group: String,
    #[serde(rename = "logStreamName")]
    stream: String,
    #[serde(rename = "logEvents")]
    events: Vec<InputEvent>,
}

#[derive(Deserialize)]
struct InputEvent {
    timestamp: u64,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_time: Option<u64>,
    end_time: Option<u64>,
    next_token: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    start_from_head: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Selection {
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    #[serde(default)]
    filter_pattern: String,
}

/// Where an event stands in its stream: by time, then by arrival.
type Position = (u64, u64);

impl Logs {
    pub(super) async fn put_log_events(&self, call: Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let PutLogEvents { group: group_name, stream: stream_name, mut events } = aws_api::parse(call.input)?;
        let size: usize = events.iter().map(|event| event.message.len() + OVERHEAD).sum();
        if size > MAX_BYTES {
            return Err(invalid(&format!("Upload too large: {size} bytes exceeds limit of {MAX_BYTES}")));
        }
        if !events.is_sorted_by_key(|event| event.timestamp) {
            return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
        }
        let now = self.kernel.clock.now();
        let mut batch = Batch::default();
        let (rejected, token, added) = {
            let mut state = self.state.borrow_mut();
            let group = state.group(&place, &group_name).ok_or_else(no_such_group)?;
            let stream = group.streams.get(&stream_name).ok_or_else(no_such_stream)?;
            let next = stream.events.back().map_or(0, |event| event.sequence + 1);
            let rejected = reject(&mut events, now, group.expired_before(now));
            let token = sequence_token(next + events.len() as u64);
            let mut added = Vec::new();
            if !events.is_empty() {
                let events = events.into_iter().map(|event| (event.timestamp, event.message)).collect();
                let names = (group_name.as_str(), stream_name.as_str());
                added = state.add_events(&place, names, events, now, &mut batch).unwrap_or_default();
            }
            (rejected, token, added)
        };
        self.commit(batch).await?;
        self.measure(&place, &group_name, &added).await?;
        self.send_on(&call.scope, (&group_name, &stream_name), &added);
        let mut answer = json!({"nextSequenceToken": token});
        if let Some(rejected) = rejected {
            answer["rejectedLogEventsInfo"] = rejected;
        }
        Ok(answer)
    }

    pub(super) fn get_log_events(&self, call: Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let state = self.state.borrow();
        let group = state.group(&place, required_group_name(&call.input)?).ok_or_else(no_such_group)?;
        let stream_name = call.input["logStreamName"].as_str().unwrap_or_default();
        let stream = group.streams.get(stream_name).ok_or_else(no_such_stream)?;
        let range: Range = aws_api::parse(call.input.clone())?;
        let (forward, from) = match range.next_token.as_deref() {
            None => (range.start_from_head, None),
            Some(token) => read_page_token(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?,
        };
        let mut events: Vec<_> = wanted(stream.events.iter(), &range, group, self.kernel.clock.now())
            .filter(|event| {
                from.is_none_or(|from| if forward { position(event) > from } else { position(event) < from })
            })
            .collect();
        events.sort_by_key(|event| position(event));
        if !forward {
            events.reverse();
        }
        events.truncate(page_length(&events, range.limit));
        if !forward {
            events.reverse();
        }
        let rest = from.unwrap_or_default();
        let first = events.first().map_or(rest, |event| position(event));
        let last = events.last().map_or(rest, |event| position(event));
        let events: Vec<_> = events
            .into_iter()
            .map(|event| json!({"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingested}))
            .collect();
        Ok(json!({
            "events": events,
            "nextForwardToken": page_token('f', last),
            "nextBackwardToken": page_token('b', first),
        }))
    }

    pub(super) fn filter_log_events(&self, call: Call) -> Result<Value, AwsError> {
        let place = place(&call.scope);
        let state = self.state.borrow();
        let group = state.group(&place, required_group_name(&call.input)?).ok_or_else(no_such_group)?;
        let range: Range = aws_api::parse(call.input.clone())?;
        let selection: Selection = aws_api::parse(call.input)?;
        let pattern = Pattern::parse(&selection.filter_pattern)?;
        let after = match range.next_token.as_deref() {
            None => None,
            Some(token) => {
                Some(read_filter_token(token).ok_or_else(|| invalid("The specified nextToken is invalid."))?)
            }
        };
        let now = self.kernel.clock.now();
        let mut events = Vec::new();
        for name in selection.streams(group)? {
            let Some(stream) = group.streams.get(name) else { continue };
            let found =
                wanted(stream.events.iter(), &range, group, now).filter(|event| pattern.matches(&event.message));
            events.extend(found.map(|event| ((event.timestamp, name, event.sequence), event)));
        }
        events.sort_by_key(|(place, _)| *place);
        if let Some((timestamp, name, sequence)) = &after {
            events.retain(|(place, _)| *place > (*timestamp, name.as_str(), *sequence));
        }
        let plain: Vec<_> = events.iter().map(|(_, event)| *event).collect();
        let length = page_length(&plain, range.limit);
        let more = length < events.len();
        events.truncate(length);
        let token = events
            .last()
            .filter(|_| more)
            .map(|((timestamp, name, sequence), _)| json!(format!("{timestamp}/{sequence}/{name}")));
        let events: Vec<_> = events.into_iter().map(|((_, name, _), event)| filtered(name, event)).collect();
        Ok(with_token(json!({"events": events, "searchedLogStreams": []}), token))
    }
}

impl Logs {
    /// Counts new events, and takes in the values that they make or carry.
    async fn measure(&self, place: &Place, group_name: &str, events: &[Event]) -> Result<(), AwsError> {
        if events.is_empty() {
            return Ok(());
        }
        let bytes: usize = events.iter().map(|event| event.message.len() + OVERHEAD).sum();
        let now = self.kernel.clock.now();
        for (name, unit, value) in [("IncomingLogEvents", "Count", events.len()), ("IncomingBytes", "Bytes", bytes)] {
            let metric = || Metric::new(&place.0, &place.1, "AWS/Logs", name, unit);
            self.kernel.metrics.record(metric(), value as f64, now);
            self.kernel.metrics.record(metric().of("LogGroupName", group_name), value as f64, now);
        }
        let Some(metrics) = self.metrics.borrow().clone() else { return Ok(()) };
        let mut data: Vec<_> = events.iter().flat_map(embedded::measured).collect();
        if let Some(group) = self.state.borrow().group(place, group_name) {
            data.extend(metric_filters::measured(group, events));
        }
        if data.is_empty() { Ok(()) } else { metrics.add(place, data).await }
    }
}

impl Selection {
    /// The names of the streams to search, in order.
    fn streams<'a>(&self, group: &'a Group) -> Result<Vec<&'a str>, AwsError> {
        let prefix = self.log_stream_name_prefix.as_deref();
        if let Some(names) = &self.log_stream_names {
            if prefix.is_some() {
                return Err(invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters."));
            }
            let find = |name: &String| {
                group.streams.get_key_value(name).map(|(name, _)| name.as_str()).ok_or_else(no_such_stream)
            };
            return names.iter().map(find).collect();
        }
        let named = group.streams.keys().filter(|name| prefix.is_none_or(|prefix| name.starts_with(prefix)));
        Ok(named.map(String::as_str).collect())
    }
}

/// Takes out of `events`, which are in order, those that are too old or too new, and says which.
fn reject(events: &mut Vec<InputEvent>, now: Timestamp, expired_before: u64) -> Option<Value> {
    let oldest = now.millis().saturating_sub(MAX_AGE_MILLIS);
    let too_old = events.partition_point(|event| event.timestamp < oldest);
    let expired = events.partition_point(|event| event.timestamp < expired_before);
    let too_new = events.partition_point(|event| event.timestamp <= now.millis() + MAX_AHEAD_MILLIS);
    let mut rejected = serde_json::Map::new();
    if too_new < events.len() {
        rejected.insert("tooNewLogEventStartIndex".into(), json!(too_new));
    }
    if too_old > 0 {
        rejected.insert("tooOldLogEventEndIndex".into(), json!(too_old));
    }
    if expired > too_old {
        rejected.insert("expiredLogEventEndIndex".into(), json!(expired));
    }
    events.truncate(too_new);
    events.drain(..too_old.max(expired).min(events.len()));
    (!rejected.is_empty()).then(|| Value::Object(rejected))
}

/// The events in the range that have not expired. The end of the range is not part of it.
fn wanted<'a>(
    events: impl Iterator<Item = &'a Event>,
    range: &Range,
    group: &Group,
    now: Timestamp,
) -> impl Iterator<Item = &'a Event> {
    let start = range.start_time.unwrap_or_default().max(group.expired_before(now));
    let end = range.end_time.unwrap_or(u64::MAX);
    events.filter(move |event| (start..end).contains(&event.timestamp))
}

/// How many of `events` fit on one page.
fn page_length(events: &[&Event], limit: Option<usize>) -> usize {
    let mut bytes = 0;
    let fitting = events.iter().take_while(|event| {
        bytes += event.message.len() + OVERHEAD;
        bytes <= MAX_BYTES
    });
    fitting.count().min(limit.unwrap_or(10_000))
}

fn filtered(stream: &str, event: &Event) -> Value {
    json!({
        "logStreamName": stream,
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested,
        "eventId": event_id(event),
    })
}

/// The id of an event.
pub fn event_id(event: &Event) -> String {
    digits(position(event))
}

fn position(event: &Event) -> Position {
    (event.timestamp, event.sequence)
}

/// 56 digits, the length of AWS's own.
fn digits((timestamp, sequence): Position) -> String {
    format!("{timestamp:020}{sequence:036}")
}

/// The token that `PutLogEvents` returns; it is no longer asked for.
pub fn sequence_token(next: u64) -> String {
    format!("{next:056}")
}

fn page_token(direction: char, at: Position) -> String {
    format!("{direction}/{}/s", digits(at))
}

/// Whether a page goes forward, and from where.
fn read_page_token(token: &str) -> Option<(bool, Option<Position>)> {
    let (direction, digits) = token.strip_suffix("/s")?.split_once('/')?;
    let forward = match direction {
        "f" => true,
        "b" => false,
        _ => return None,
    };
    let at = (digits.get(..20)?.parse().ok()?, digits.get(20..)?.parse().ok()?);
    Some((forward, Some(at)))
}

fn read_filter_token(token: &str) -> Option<(u64, String, u64)> {
    let mut parts = token.splitn(3, '/');
    let (timestamp, sequence) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((timestamp, parts.next()?.to_owned(), sequence))
}
