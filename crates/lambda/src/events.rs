//! Asynchronous invocations: accepted, kept, and worked on until they succeed or are given up.

use std::time::Duration;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{AwsError, Batch, Caller, Scope, Timestamp};

use crate::{
    Lambda, destinations::Settled, event_invoke::EventInvokeConfig, execution::Answer, names::Target,
    state::QueuedEvent,
};

/// How long an event may wait, if nothing else is configured.
const MAX_AGE_SECONDS: u64 = 6 * 3600;

/// How often a function may fail on an event and get it again, if nothing else is configured.
const MAX_RETRIES: u64 = 2;

/// The wait before the first retry after a function's error; the second waits twice as long.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// The first and the longest wait after a throttle.
const THROTTLE_DELAY: Duration = Duration::from_secs(1);
const MAX_THROTTLE_DELAY: Duration = Duration::from_secs(300);

/// An event that waits for its function, as it is seen from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingEvent {
    /// The id of the request that brought it.
    pub request_id: String,
    /// The version or alias that was asked for.
    pub qualifier: Option<String>,
    /// When it came, in milliseconds.
    pub accepted_ms: u64,
    /// How often the function has failed on it.
    pub failures: u32,
    /// When it is due, in milliseconds.
    pub due_ms: u64,
}

impl Lambda {
    /// The events that wait for a function or are being worked on, the oldest first. `None` when there is no such
    /// function.
    pub fn waiting_events(&self, scope: &Scope, function: &str) -> Option<Vec<WaitingEvent>> {
        let target = Target::read(scope, function, None).ok()?;
        let state = self.state.borrow();
        state.function(&target).ok()?;
        let own = state.events().filter(|(_, event)| event.key == target.key());
        let mut events: Vec<WaitingEvent> = own
            .map(|(id, event)| WaitingEvent {
                request_id: id.clone(),
                qualifier: event.qualifier.clone(),
                accepted_ms: event.accepted,
                failures: event.failures,
                due_ms: event.due,
            })
            .collect();
        events.sort_by_key(|event| event.accepted_ms);
        Some(events)
    }

    /// Keeps an event and starts to work on it.
    pub(crate) async fn accept(&self, call: &Call, target: &Target, payload: &Bytes) -> Result<(), AwsError> {
        let id = call.scope.request_id.clone();
        let now = self.kernel.clock.now().millis();
        let event = QueuedEvent {
            key: target.key(),
            qualifier: target.qualifier.clone(),
            payload: STANDARD.encode(payload),
            client_context: call.input["ClientContext"].as_str().map(str::to_owned),
            accepted: now,
            failures: 0,
            due: now,
            cause: call.scope.span,
        };
        let mut batch = Batch::default();
        self.state.borrow_mut().put_event(&id, event, &mut batch);
        self.commit(batch).await?;
        self.deliver_in_background(id);
        Ok(())
    }

    /// Goes on with what was accepted before the cloud was opened.
    pub(crate) fn resume_events(&self) {
        let ids = self.state.borrow().event_ids();
        for id in ids {
            self.deliver_in_background(id);
        }
    }

    fn deliver_in_background(&self, id: String) {
        if let Some(lambda) = self.this.upgrade() {
            self.kernel.tasks.spawn(async move { lambda.deliver(&id).await });
        }
    }

    async fn deliver(&self, id: &str) {
        let mut backoff = THROTTLE_DELAY;
        loop {
            let Some(event) = self.state.borrow().event(id).cloned() else { return };
            self.kernel.clock.sleep_until(Timestamp::from_millis(event.due)).await;
            let target = target_of(&event);
            let attempt = self.attempt(id, &event, &target).await;
            let rules = self.event_invoke_config(&target);
            let is_off = self.state.borrow().function(&target).is_ok_and(|function| function.reserved == Some(0));
            let next = next(&attempt, &event, &rules, is_off, backoff, self.kernel.clock.now());
            let mut batch = Batch::default();
            match next {
                Next::Again { due, failures } => {
                    if attempt.is_err() {
                        backoff = (backoff * 2).min(MAX_THROTTLE_DELAY);
                    }
                    let waiting = QueuedEvent { due: due.millis(), failures, ..event };
                    self.state.borrow_mut().put_event(id, waiting, &mut batch);
                }
                Next::Settled(condition) => {
                    let last = attempt.ok();
                    let attempts = event.failures + u32::from(last.is_some());
                    let settled = Settled { id, event: &event, condition, attempts, last: last.as_ref() };
                    // Before it is forgotten: after a crash the event, and its record, comes again.
                    self.report(&target, &settled).await;
                    self.state.borrow_mut().remove_event(id, &mut batch);
                }
                Next::Dropped => self.state.borrow_mut().remove_event(id, &mut batch),
            }
            // What cannot be stored is tried again after the next opening: at least once.
            let _ = self.commit(batch).await;
        }
    }

    /// Invokes the function, unless the event is too old by now.
    async fn attempt(&self, id: &str, event: &QueuedEvent, target: &Target) -> Attempt {
        let age = self.kernel.clock.now().since(Timestamp::from_millis(event.accepted));
        if age > max_age(&self.event_invoke_config(target)) {
            return Err(AwsError::new("EventAgeExceeded", ""));
        }
        let payload = STANDARD.decode(&event.payload).unwrap_or_default();
        let scope = Scope::new(&self.kernel, &target.region, Caller::service("lambda"));
        let scope = Scope { account: target.account.clone(), request_id: id.to_owned(), parent: event.cause, ..scope };
        self.invoke_as_service(scope, target, &payload, event.client_context.as_deref()).await
    }
}

/// The function's answer with the version that gave it, or why it was not asked.
type Attempt = Result<(Answer, String), AwsError>;

/// What becomes of an event after an attempt.
#[derive(Debug, PartialEq)]
enum Next {
    /// It is done, with this condition.
    Settled(&'static str),
    /// It is tried again.
    Again { due: Timestamp, failures: u32 },
    /// Its function is gone, and with it everything that says what to do.
    Dropped,
}

fn next(
    attempt: &Attempt,
    event: &QueuedEvent,
    rules: &EventInvokeConfig,
    is_off: bool,
    backoff: Duration,
    now: Timestamp,
) -> Next {
    let again = |delay: Duration, failures: u32| {
        let due = now + delay;
        let in_time = due.since(Timestamp::from_millis(event.accepted)) < max_age(rules);
        if in_time { Next::Again { due, failures } } else { Next::Settled("EventAgeExceeded") }
    };
    match attempt {
        Ok((answer, _)) if !answer.failed => Next::Settled("Success"),
        Ok(_) => {
            let failures = event.failures + 1;
            if u64::from(failures) > rules.max_retries.unwrap_or(MAX_RETRIES) {
                return Next::Settled("RetriesExhausted");
            }
            again(RETRY_DELAY * failures, failures)
        }
        Err(error) if error.code == "EventAgeExceeded" => Next::Settled("EventAgeExceeded"),
        Err(error) if is_temporary(error) && is_off => Next::Settled("ZeroReservedConcurrency"),
        Err(error) if is_temporary(error) => again(backoff, event.failures),
        // The end of a loop is a failure like others.
        Err(error) if error.code == "RecursiveInvocationException" => Next::Settled("RetriesExhausted"),
        Err(_) => Next::Dropped,
    }
}

fn max_age(rules: &EventInvokeConfig) -> Duration {
    Duration::from_secs(rules.max_age.unwrap_or(MAX_AGE_SECONDS))
}

fn target_of(event: &QueuedEvent) -> Target {
    let (account, region, name) = event.key.clone();
    Target { account, region, name, qualifier: event.qualifier.clone() }
}

/// Throttles and the service's own errors pass; a function that is gone does not come back.
fn is_temporary(error: &AwsError) -> bool {
    error.code == "TooManyRequestsException" || error.status.is_server_error()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(failures: u32) -> QueuedEvent {
        QueuedEvent {
            key: ("123456789012".into(), "us-east-1".into(), "hello".into()),
            qualifier: None,
            payload: String::new(),
            client_context: None,
            accepted: 0,
            failures,
            due: 0,
            cause: None,
        }
    }

    fn answered(failed: bool) -> (Answer, String) {
        (Answer { failed, ..Answer::default() }, "$LATEST".into())
    }

    fn again(seconds: u64, failures: u32) -> Next {
        Next::Again { due: Timestamp::from_millis(seconds * 1000), failures }
    }

    #[test]
    fn failures_come_again_after_one_and_two_minutes() {
        let rules = EventInvokeConfig::default();
        let now = Timestamp::from_millis(0);
        let next = |answer, failures| next(&Ok(answer), &event(failures), &rules, false, THROTTLE_DELAY, now);
        assert_eq!(next(answered(false), 0), Next::Settled("Success"));
        assert_eq!(next(answered(true), 0), again(60, 1));
        assert_eq!(next(answered(true), 1), again(120, 2));
        assert_eq!(next(answered(true), 2), Next::Settled("RetriesExhausted"));
    }

    #[test]
    fn throttles_are_no_failures_and_end_with_the_age() {
        let rules = EventInvokeConfig { max_age: Some(60), max_retries: Some(0), ..EventInvokeConfig::default() };
        let throttled = Err(AwsError::new("TooManyRequestsException", "Rate Exceeded."));
        let next = |seconds: u64, is_off| {
            next(&throttled, &event(0), &rules, is_off, THROTTLE_DELAY, Timestamp::from_millis(seconds * 1000))
        };
        assert_eq!(next(10, false), again(11, 0));
        assert_eq!(next(59, false), Next::Settled("EventAgeExceeded"));
        assert_eq!(next(10, true), Next::Settled("ZeroReservedConcurrency"));
    }
}
