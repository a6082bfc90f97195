//! Events to test with: samples of every source, and those that the project keeps in `events/`, where the
//! SAM CLI looks for them too.

use crate::model::File;

/// The folder of a project's test events.
const FOLDER: &str = "events/";

/// An event of a source, in the shape that AWS documents for it.
pub struct Sample {
    /// The service that sends it. Both names are AWS's, and are not translated.
    pub service: &'static str,
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! samples {
    ($($service:literal: { $($name:literal $file:literal,)+ })+) => {
        &[$($(Sample {
            service: $service,
            name: $name,
            text: include_str!(concat!("../../../events/", $file, ".json")),
        },)+)+]
    };
}

/// All samples, the plainest first; those of a service stand together.
pub const SAMPLES: &[Sample] = samples! {
    "Lambda": {
        "Hello world" "hello-world",
        "Function URL" "function-url",
        "Asynchronous destination" "lambda-destination",
    }
    "API Gateway": {
        "REST API proxy" "apigateway-rest",
        "HTTP API 2.0" "apigateway-http",
        "WebSocket API" "apigateway-websocket",
        "REST API authorizer" "apigateway-authorizer",
        "HTTP API authorizer" "apigateway-http-authorizer",
    }
    "DynamoDB": { "DynamoDB stream" "dynamodb-stream", }
    "Kinesis": {
        "Kinesis data stream" "kinesis",
        "Firehose transformation" "firehose",
    }
    "S3": {
        "S3 put" "s3-put",
        "S3 delete" "s3-delete",
    }
    "SNS": { "SNS notification" "sns", }
    "SQS": { "SQS message" "sqs", }
    "EventBridge": {
        "EventBridge event" "eventbridge",
        "Schedule" "schedule",
    }
    "Cognito": {
        "Pre sign-up" "cognito-pre-sign-up",
        "Post confirmation" "cognito-post-confirmation",
        "Pre authentication" "cognito-pre-authentication",
        "Post authentication" "cognito-post-authentication",
        "Pre token generation" "cognito-pre-token-generation",
        "Custom message" "cognito-custom-message",
        "Define auth challenge" "cognito-define-auth-challenge",
        "Create auth challenge" "cognito-create-auth-challenge",
        "Verify auth challenge" "cognito-verify-auth-challenge",
        "User migration" "cognito-user-migration",
        "Cognito Sync" "cognito-sync",
    }
    "Elastic Load Balancing": { "Application Load Balancer" "alb", }
    "CloudFront": {
        "Viewer request" "cloudfront-viewer-request",
        "Origin response" "cloudfront-origin-response",
    }
    "CloudWatch": {
        "Logs subscription" "cloudwatch-logs",
        "Alarm" "cloudwatch-alarm",
    }
    "CloudFormation": { "Custom resource" "cloudformation", }
};

/// The file that keeps an event; none when the name cannot be a file's.
pub fn path_of(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    (!name.is_empty() && name.chars().all(is_plain)).then(|| format!("{FOLDER}{name}.json"))
}

/// The events of a project: name and text.
pub fn saved(files: &[File]) -> Vec<(String, String)> {
    let event = |file: &File| {
        let name = file.path.strip_prefix(FOLDER)?.strip_suffix(".json")?;
        Some((name.to_owned(), file.content.text()?.to_string()))
    };
    files.iter().filter_map(event).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Content;

    #[test]
    fn samples_are_json() {
        for sample in SAMPLES {
            assert!(serde_json::from_str::<serde_json::Value>(sample.text).is_ok(), "{}", sample.name);
        }
        // A name is all that tells samples apart once one is chosen.
        let names: std::collections::BTreeSet<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        assert_eq!(names.len(), SAMPLES.len());
    }

    #[test]
    fn events_of_the_project_are_known_by_their_files() {
        let file = |path: &str| File { path: path.to_owned(), content: Content::Text("{}".into()), saved: true };
        let path = path_of("new-order").expect("a plain name");
        assert_eq!(saved(&[file(&path), file("src/event.json")]), [("new-order".to_owned(), "{}".to_owned())]);
        assert_eq!((path_of("../x"), path_of("")), (None, None));
    }
}
