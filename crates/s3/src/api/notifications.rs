use aws_api::{Call, Operations, Shape};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Access, AwsError, partition};
use serde_json::{Value, json};

use super::{bucket_of, text};
use crate::{
    S3,
    rules::{self, Notification},
    state::Bucket,
};

impl S3 {
    pub(super) async fn put_notifications(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &["NotificationConfiguration", "SkipDestinationValidation"])?;
        let bucket = text(call, "Bucket");
        let region = bucket_of(&self.state.borrow(), call, bucket)?.region.clone();
        let given = &call.input["NotificationConfiguration"];
        let is_asked =
            |name: &str| given[name].as_array().is_some_and(|list| !list.is_empty()) || given[name].is_object();
        // There are no topics, queues and event buses here that could hear.
        if ["TopicConfigurations", "QueueConfigurations", "EventBridgeConfiguration"].into_iter().any(is_asked) {
            return Err(unreachable_destinations());
        }
        let Shape::String { values: known, .. } = self.api().shape("Event") else { return Err(rules::malformed_xml()) };
        let given = given["LambdaFunctionConfigurations"].as_array().map(Vec::as_slice).unwrap_or_default();
        let id = || STANDARD.encode(self.kernel.rng.uuid());
        let read: Vec<_> = given.iter().map(|given| Notification::read(given, known, id)).collect::<Result<_, _>>()?;
        rules::check_notifications(&read)?;
        for notification in &read {
            if notification.function.split(':').nth(3) != Some(&region) {
                let message =
                    "The notification destination service region is not valid for the bucket location constraint";
                return Err(AwsError::new("InvalidArgument", message));
            }
            if call.input["SkipDestinationValidation"] != true {
                let dry = self.tell(&call.scope, bucket, &notification.function, "DryRun", &json!({})).await;
                dry.map_err(|_| unreachable_destinations())?;
            }
        }
        let set = |bucket: &mut Bucket| {
            bucket.notifications = read;
            Ok(())
        };
        self.set_bucket(bucket, set).await?;
        Ok(json!({}))
    }

    pub(super) fn get_notifications(&self, call: &Call) -> Result<Value, AwsError> {
        rules::refuse_others(call, &[])?;
        let state = self.state.borrow();
        let bucket = bucket_of(&state, call, text(call, "Bucket"))?;
        let functions: Vec<Value> = bucket.notifications.iter().map(Notification::describe).collect();
        Ok(json!({"LambdaFunctionConfigurations": functions}))
    }
}

/// What reading or writing a bucket's notifications needs to be allowed.
pub(super) fn access(call: &Call) -> Access {
    let action = call.operation.trim_end_matches("Configuration");
    Access::new(format!("s3:{action}"), format!("arn:{}:s3:::{}", partition(&call.scope.region), text(call, "Bucket")))
}

fn unreachable_destinations() -> AwsError {
    AwsError::new("InvalidArgument", "Unable to validate the following destination configurations")
}
