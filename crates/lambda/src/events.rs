//! Asynchronous invocations: accepted, kept, and worked on until they succeed or are given up.

use std::time::Duration;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{AwsError, Batch};

use crate::{Lambda, execution::Answer, names::Target, state::QueuedEvent};

/// How long an event may wait.
const MAX_AGE: Duration = Duration::from_secs(6 * 3600);

/// How often a function may fail on an event and get it again.
const MAX_RETRIES: u32 = 2;

/// The wait before the first retry after a function's error; the second waits twice as long.
const RETRY_DELAY: Duration = Duration::from_secs(60);

/// The first and the longest wait after a throttle.
const THROTTLE_DELAY: Duration = Duration::from_secs(1);
const MAX_THROTTLE_DELAY: Duration = Duration::from_secs(300);

impl Lambda {
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
        let mut throttle_delay = THROTTLE_DELAY;
        loop {
            let Some(mut event) = self.state.borrow().event(id).cloned() else { return };
            let clock = &self.kernel.clock;
            clock.sleep_until(kernel::Timestamp::from_millis(event.due)).await;
            let outcome = self.attempt(id, &event).await;
            let delay = match outcome {
                Ok(answer) if !answer.failed => None,
                Ok(_) => {
                    event.failures += 1;
                    (event.failures <= MAX_RETRIES).then(|| RETRY_DELAY * event.failures)
                }
                Err(error) if is_temporary(&error) => {
                    let delay = throttle_delay;
                    throttle_delay = (throttle_delay * 2).min(MAX_THROTTLE_DELAY);
                    Some(delay)
                }
                Err(_) => None,
            };
            let due = delay.map(|delay| clock.now() + delay);
            let in_time = due.filter(|due| due.since(kernel::Timestamp::from_millis(event.accepted)) <= MAX_AGE);
            let mut batch = Batch::default();
            {
                let mut state = self.state.borrow_mut();
                match in_time {
                    Some(due) => state.put_event(id, QueuedEvent { due: due.millis(), ..event }, &mut batch),
                    None => state.remove_event(id, &mut batch),
                }
            }
            // What cannot be stored is tried again after the next opening: at least once.
            let _ = self.commit(batch).await;
        }
    }

    async fn attempt(&self, id: &str, event: &QueuedEvent) -> Result<Answer, AwsError> {
        let (account, region, name) = event.key.clone();
        let target = Target { account, region, name, qualifier: event.qualifier.clone() };
        let payload = STANDARD.decode(&event.payload).unwrap_or_default();
        self.invoke_for_service(&target, id.to_owned(), &payload, event.client_context.as_deref()).await
    }
}

/// Throttles and the service's own errors pass; a function that is gone does not come back.
fn is_temporary(error: &AwsError) -> bool {
    error.code == "TooManyRequestsException" || error.status.is_server_error()
}
