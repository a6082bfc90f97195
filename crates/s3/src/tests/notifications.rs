//! Functions hear of changes: at least once, also when Lambda is busy or the cloud goes away in between.

use std::cell::{Cell, RefCell};

use aws_api::{Api, Call, Operations};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Access, Request, Service, async_trait};

use super::*;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:index";

/// A Lambda that writes down what it is asked.
struct Ear {
    kernel: Kernel,
    heard: RefCell<Vec<(String, Value)>>,
    /// How many more events it cannot take.
    busy: Cell<u32>,
}

#[async_trait(?Send)]
impl Operations for Ear {
    fn api(&self) -> &'static Api {
        aws_api::api("lambda").unwrap()
    }

    fn access(&self, _: &Call) -> Vec<Access> {
        Vec::new()
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        if call.input["FunctionName"] != FUNCTION {
            return Err(AwsError::new("ResourceNotFoundException", "Function not found"));
        }
        if call.input["InvocationType"] == "Event" {
            if self.busy.get() > 0 {
                self.busy.set(self.busy.get() - 1);
                return Err(AwsError::new("TooManyRequestsException", "Rate Exceeded."));
            }
            let payload = STANDARD.decode(call.input["Payload"].as_str().unwrap()).unwrap();
            let caller = format!("{:?}", call.scope.caller);
            self.heard.borrow_mut().push((caller, serde_json::from_slice(&payload).unwrap()));
        }
        Ok(json!({"StatusCode": 202}))
    }
}

#[async_trait(?Send)]
impl Service for Ear {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

fn listen(kernel: &Kernel, busy: u32) -> Rc<Ear> {
    let ear = Rc::new(Ear { kernel: kernel.clone(), heard: RefCell::default(), busy: Cell::new(busy) });
    kernel.router.register("lambda", ear.clone());
    ear
}

/// A bucket that tells of what comes as CSV and of what goes.
async fn telling_bucket(client: &Client) {
    client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
    client.call("PutBucketNotificationConfiguration", configuration(FUNCTION)).await.unwrap();
}

fn configuration(function: &str) -> Value {
    let csv = json!({"Key": {"FilterRules": [{"Name": "suffix", "Value": ".csv"}]}});
    json!({"Bucket": "music", "NotificationConfiguration": {"LambdaFunctionConfigurations": [
        {"Id": "in", "LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"], "Filter": csv},
        {"Id": "out", "LambdaFunctionArn": function, "Events": ["s3:ObjectRemoved:*"]},
    ]}})
}

async fn put(client: &Client, key: &str) {
    client.call("PutObject", json!({"Bucket": "music", "Key": key, "Body": "eA=="})).await.unwrap();
}

#[test]
fn a_function_is_told_what_happened_to_which_object() {
    run(|client| async move {
        let ear = listen(&client.kernel, 0);
        telling_bucket(&client).await;
        put(&client, "a/b c+1.csv").await;
        put(&client, "quiet.txt").await;
        client.call("DeleteObject", json!({"Bucket": "music", "Key": "quiet.txt"})).await.unwrap();
        client.call("DeleteObject", json!({"Bucket": "music", "Key": "never there"})).await.unwrap();
        client.kernel.tasks.breathe().await;

        let heard = ear.heard.borrow();
        let records: Vec<&Value> = heard.iter().map(|(_, event)| &event["Records"][0]).collect();
        let told = |record: &Value| (record["eventName"].clone(), record["s3"]["object"]["key"].clone());
        assert_eq!(
            records.iter().map(|record| told(record)).collect::<Vec<_>>(),
            [(json!("ObjectCreated:Put"), json!("a/b+c%2B1.csv")), (json!("ObjectRemoved:Delete"), json!("quiet.txt")),],
        );
        assert_eq!(records[0]["s3"]["object"]["eTag"], "9dd4e461268c8034f5c8564e155c67a6");
        assert_eq!(records[0]["s3"]["object"]["size"], 1);
        assert_eq!(records[0]["s3"]["configurationId"], "in");
        assert_eq!(records[0]["eventTime"], "2026-01-01T00:00:00.000Z");
        assert_eq!(records[1]["s3"]["object"].get("size"), None);
        assert!(heard[0].0.contains("\"s3.amazonaws.com\""), "{}", heard[0].0);
        assert!(heard[0].0.contains("\"123456789012\""), "{}", heard[0].0);
    });
}

#[test]
fn what_lambda_cannot_take_now_is_told_later_even_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client| async move {
        listen(&client.kernel, u32::MAX);
        telling_bucket(&client).await;
        put(&client, "1.csv").await;
    });
    run_on(backend.clone(), |client| async move {
        let ear = listen(&client.kernel, 3);
        client.kernel.clock.sleep(std::time::Duration::from_secs(60)).await;
        assert_eq!(ear.heard.borrow().len(), 1);
    });
    run_on(backend, |client| async move {
        let ear = listen(&client.kernel, 0);
        client.kernel.clock.sleep(std::time::Duration::from_secs(60)).await;
        assert_eq!(ear.heard.borrow().len(), 0, "it was told already");
    });
}

#[test]
fn a_function_that_cannot_be_called_is_refused_at_once() {
    run(|client| async move {
        listen(&client.kernel, 0);
        telling_bucket(&client).await;
        let nobody = format!("{FUNCTION}-gone");
        let refused = client.call("PutBucketNotificationConfiguration", configuration(&nobody)).await.unwrap_err();
        assert_eq!(refused.message, "Unable to validate the following destination configurations");
        let elsewhere = configuration(&FUNCTION.replace("us-east-1", "eu-west-1"));
        assert_eq!(client.code("PutBucketNotificationConfiguration", elsewhere).await, "InvalidArgument");
        // What was there stays.
        let kept = client.send("GET", "/music?notification", &[], "").await;
        let text = String::from_utf8_lossy(kept.body()).into_owned();
        assert!(text.contains("<CloudFunctionConfiguration><Id>in</Id>"), "{text}");
        assert!(text.contains("<S3Key><FilterRule><Name>Suffix</Name><Value>.csv</Value>"), "{text}");
    });
}
