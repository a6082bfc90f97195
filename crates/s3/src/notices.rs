//! Telling functions of changed objects, at least once: what is to be told is committed together with the
//! change, and forgotten when Lambda has accepted it.

use std::time::Duration;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp as Moment;
use kernel::{AwsError, Caller, Scope, partition};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    S3, rules,
    state::{Change, State},
};

/// Keys in notices are escaped as in forms, but for slashes.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');

/// The first and the longest wait after Lambda could not take a notice.
const DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(300);

/// What a function is to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    bucket: String,
    function: String,
    event: Value,
}

impl Notice {
    /// The region of the bucket and of the function.
    pub fn region(&self) -> &str {
        self.function.split(':').nth(3).unwrap_or_default()
    }
}

impl S3 {
    /// Who is to be told of `change`, and what.
    pub(crate) fn notices(&self, state: &State, call: &Call, bucket: &str, key: &str, change: &Change) -> Vec<Notice> {
        let Some(found) = state.buckets.get(bucket) else { return Vec::new() };
        let old = found.objects.get(key);
        let (event, object) = match (change, call.operation) {
            (Change::Put(object, _), "CopyObject") => ("ObjectCreated:Copy", Some(&**object)),
            (Change::Put(object, _), "CompleteMultipartUpload") => {
                ("ObjectCreated:CompleteMultipartUpload", Some(&**object))
            }
            (Change::Put(object, _), _) => ("ObjectCreated:Put", Some(&**object)),
            (Change::Describe(_), _) => return Vec::new(),
            // Nothing happens to what is not there.
            (Change::Delete, _) if old.is_none() => return Vec::new(),
            (Change::Delete, _) => ("ObjectRemoved:Delete", None),
        };
        let now = self.kernel.clock.now().millis();
        let mut described = json!({
            "key": utf8_percent_encode(key, ESCAPED).to_string().replace(' ', "+"),
            "sequencer": format!("{now:014X}{:04X}", self.kernel.rng.below(1 << 16)),
        });
        if let Some(object) = object {
            described["size"] = json!(object.size);
            described["eTag"] = json!(object.etag.trim_matches('"'));
        }
        let hearing = found.notifications.iter().filter(|notification| notification.hears(event, key));
        let notice = |notification: &rules::Notification| Notice {
            bucket: bucket.to_owned(),
            function: notification.function.clone(),
            event: json!({"Records": [{
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": found.region,
                "eventTime": iso(now),
                "eventName": event,
                "userIdentity": {"principalId": format!("AWS:{}", principal(&call.scope.caller))},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": call.scope.request_id,
                    "x-amz-id-2": STANDARD.encode(self.kernel.rng.bytes::<48>()),
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": notification.id,
                    "bucket": {
                        "name": bucket,
                        "ownerIdentity": {"principalId": found.account},
                        "arn": format!("arn:{}:s3:::{bucket}", partition(&found.region)),
                    },
                    "object": described,
                },
            }]}),
        };
        hearing.map(notice).collect()
    }

    /// Hands a notice to Lambda, as often as it takes.
    pub(crate) fn deliver(&self, id: String, notice: Notice, scope: Scope) {
        let Some(s3) = self.this.upgrade() else { return };
        self.kernel.tasks.spawn(async move {
            let mut delay = DELAY;
            while let Err(error) = s3.tell(&scope, &notice.bucket, &notice.function, "Event", &notice.event).await {
                // A function that is gone, or that no longer lets S3 call it, hears nothing.
                if !error.status.is_server_error() && error.code != "TooManyRequestsException" {
                    break;
                }
                s3.kernel.clock.sleep(delay).await;
                delay = (delay * 2).min(LONGEST_DELAY);
            }
            s3.forget_notice(&id).await;
        });
    }

    /// Invokes a function as S3 on behalf of a bucket.
    pub(crate) async fn tell(
        &self,
        scope: &Scope,
        bucket: &str,
        function: &str,
        kind: &str,
        event: &Value,
    ) -> Result<Value, AwsError> {
        let caller = Caller::Service {
            principal: "s3.amazonaws.com".to_owned(),
            source_arn: Some(format!("arn:{}:s3:::{bucket}", partition(&scope.region))),
            source_account: self.state.borrow().buckets.get(bucket).map(|bucket| bucket.account.clone()),
        };
        let payload = STANDARD.encode(event.to_string());
        let input = json!({"FunctionName": function, "InvocationType": kind, "Payload": payload});
        aws_api::invoke(&self.kernel, scope.child(&self.kernel, caller), "lambda", "Invoke", input).await
    }
}

/// `2026-01-01T00:00:00.000Z`
fn iso(millis: u64) -> String {
    let moment = Moment::from_millisecond(millis.cast_signed()).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Who did it, without the ids that AWS gives to users and roles.
fn principal(caller: &Caller) -> String {
    let arn = caller.arn();
    let name = arn.rsplit_once(':').map_or(arn.as_str(), |(_, name)| name);
    match name.strip_prefix("assumed-role/") {
        Some(session) => session.replace('/', ":"),
        None => caller.account().unwrap_or_else(|| name.to_owned()),
    }
}
