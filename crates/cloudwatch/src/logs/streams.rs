//! Log streams.

use aws_api::Call;
use kernel::{AwsError, Batch};
use serde_json::{Value, json};

use super::{
    Logs,
    groups::with_token,
    invalid, no_such_group, no_such_stream, page, required_group_name,
    state::{Place, Stream, group_arn, place},
};

impl Logs {
    pub(super) async fn create_log_stream(&self, call: Call) -> Result<Value, AwsError> {
        let (group, stream) = names(&call);
        let place = place(&call.scope);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let existing = state.group(&place, group).ok_or_else(no_such_group)?;
            if existing.streams.contains_key(stream) {
                let message = "The specified log stream already exists";
                return Err(AwsError::new("ResourceAlreadyExistsException", message));
            }
            state.add_stream(&place, group, stream, self.kernel.clock.now(), &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) async fn delete_log_stream(&self, call: Call) -> Result<Value, AwsError> {
        let (group, stream) = names(&call);
        let place = place(&call.scope);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            state.group(&place, group).ok_or_else(no_such_group)?;
            state.remove_stream(&place, group, stream, &mut batch).ok_or_else(no_such_stream)?;
        }
        self.commit(batch).await?;
        Ok(json!({}))
    }

    pub(super) fn describe_log_streams(&self, call: Call) -> Result<Value, AwsError> {
        let input = &call.input;
        let place = place(&call.scope);
        let name = required_group_name(input)?;
        let by_time = input["orderBy"] == "LastEventTime";
        let prefix = input["logStreamNamePrefix"].as_str();
        if by_time && prefix.is_some() {
            return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let state = self.state.borrow();
        let group = state.group(&place, name).ok_or_else(no_such_group)?;
        // A token is the sort key of the last stream of its page.
        let mut streams: Vec<_> = group
            .streams
            .iter()
            .filter(|(name, _)| prefix.is_none_or(|prefix| name.starts_with(prefix)))
            .map(|(name, stream)| (sort_key(name, stream, by_time), (name, stream)))
            .collect();
        streams.sort_by(|a, b| a.0.cmp(&b.0));
        if input["descending"] == true {
            streams.reverse();
        }
        let start = match input["nextToken"].as_str() {
            None => 0,
            Some(token) => {
                1 + streams
                    .iter()
                    .position(|(key, _)| key == token)
                    .ok_or_else(|| invalid("The specified nextToken is invalid."))?
            }
        };
        let rest = streams.iter().skip(start).map(|(key, stream)| (key, *stream));
        let (streams, token) = page(rest, &json!({"limit": input["limit"]}), 50);
        let streams: Vec<_> =
            streams.into_iter().map(|(_, (stream_name, stream))| describe(&place, name, stream_name, stream)).collect();
        Ok(with_token(json!({"logStreams": streams}), token))
    }
}

fn names(call: &Call) -> (&str, &str) {
    let text = |name: &str| call.input[name].as_str().unwrap_or_default();
    (text("logGroupName"), text("logStreamName"))
}

fn sort_key(name: &str, stream: &Stream, by_time: bool) -> String {
    if by_time { format!("{:020}/{name}", last_event_time(stream).unwrap_or_default()) } else { name.to_owned() }
}

fn last_event_time(stream: &Stream) -> Option<u64> {
    stream.events.iter().map(|event| event.timestamp).max()
}

fn describe(place: &Place, group: &str, name: &str, stream: &Stream) -> Value {
    let mut description = json!({
        "logStreamName": name,
        "creationTime": stream.created,
        "arn": format!("{}:log-stream:{name}", group_arn(place, group)),
        "storedBytes": 0, // What AWS has answered for streams since June 2019.
    });
    if let Some(last) = stream.events.back() {
        description["firstEventTimestamp"] = json!(stream.events.iter().map(|event| event.timestamp).min());
        description["lastEventTimestamp"] = json!(last_event_time(stream));
        description["lastIngestionTime"] = json!(last.ingested);
        description["uploadSequenceToken"] = json!(super::events::sequence_token(last.sequence + 1));
    }
    description
}
