//! The room as a whole, called as clients call it.

use std::rc::Rc;

use bytes::Bytes;
use http::StatusCode;
use kernel::{AwsError, Caller, Kernel, MemoryBackend, ResourceContext, Response, Scope, StorageBackend, testing};
use serde_json::{Value, json};

use super::S3;

mod notifications;
mod settings;
mod uploads;

/// Runs `test` against a room on what `backend` holds.
fn run_on<F: Future<Output = ()> + 'static>(backend: Rc<dyn StorageBackend>, test: impl FnOnce(Client) -> F + 'static) {
    testing::run_on(backend, |kernel| async move {
        S3::open(&kernel).await.unwrap();
        let scope = Scope::root(&kernel);
        test(Client { kernel, scope }).await;
    });
}

fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Client) -> F + 'static) {
    run_on(Rc::new(MemoryBackend::default()), test);
}

/// Calls the room.
struct Client {
    kernel: Kernel,
    scope: Scope,
}

impl Client {
    /// The same for somebody else, somewhere else.
    fn at(&self, account: &str, region: &str) -> Self {
        let scope = Scope::new(&self.kernel, region, Caller::Root { account: account.to_owned() });
        Self { kernel: self.kernel.clone(), scope }
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.kernel, self.scope.clone(), "s3", operation, input).await
    }

    async fn code(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).await.unwrap_err().code
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &'static str) -> Response {
        let mut request = http::Request::builder().method(method).uri(path).extension(self.scope.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        self.kernel.router.dispatch(&self.kernel, "s3", request).await
    }
}

#[test]
fn an_object_comes_back_with_all_that_it_was_given_also_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client| async move {
        assert_eq!(client.send("PUT", "/music", &[], "").await.status(), StatusCode::OK);
        let headers = [("content-type", "text/plain"), ("x-amz-meta-mood", "calm")];
        let put = client.send("PUT", "/music/a/song", &headers, "hello").await;
        assert_eq!(put.headers()["etag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    });
    run_on(backend, |client| async move {
        let whole = client.send("GET", "/music/a/song", &[], "").await;
        assert_eq!((whole.status(), whole.body()), (StatusCode::OK, &Bytes::from("hello")));
        assert_eq!(whole.headers()["content-type"], "text/plain");
        assert_eq!(whole.headers()["x-amz-meta-mood"], "calm");
        assert_eq!(whole.headers()["last-modified"], "Thu, 01 Jan 2026 00:00:00 GMT");

        let part = client.send("GET", "/music/a/song", &[("range", "bytes=1-2")], "").await;
        assert_eq!((part.status(), part.body()), (StatusCode::PARTIAL_CONTENT, &Bytes::from("el")));
        assert_eq!(part.headers()["content-range"], "bytes 1-2/5");

        let head = client.send("HEAD", "/music/a/song", &[], "").await;
        assert_eq!((&head.headers()["content-length"], head.body().len()), (&"5".parse().unwrap(), 0));

        let etag = [("if-none-match", "5d41402abc4b2a76b9719d911017c592")];
        assert_eq!(client.send("GET", "/music/a/song", &etag, "").await.status(), StatusCode::NOT_MODIFIED);
    });
}

#[test]
fn errors_are_xml_and_heads_have_none() {
    run(|client| async move {
        let missing = client.send("GET", "/nowhere/key", &[], "").await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
        let text = String::from_utf8_lossy(missing.body()).into_owned();
        let start = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified \
                     bucket does not exist</Message><BucketName>nowhere</BucketName><RequestId>";
        assert!(text.starts_with(start), "{text}");
        let head = client.send("HEAD", "/nowhere", &[], "").await;
        assert_eq!((head.status(), head.body().len()), (StatusCode::NOT_FOUND, 0));
        let unknown = client.send("PUT", "/nowhere?accelerate", &[], "<AccelerateConfiguration/>").await;
        assert_eq!(unknown.status(), StatusCode::NOT_IMPLEMENTED);
    });
}

#[test]
fn names_of_buckets_are_unique_and_only_their_owners_use_them() {
    run(|client| async move {
        let music = json!({"Bucket": "music"});
        client.call("CreateBucket", music.clone()).await.unwrap();
        // In us-east-1 alone, that is no error.
        client.call("CreateBucket", music.clone()).await.unwrap();
        let stranger = client.at("111111111111", "us-east-1");
        assert_eq!(stranger.code("CreateBucket", music.clone()).await, "BucketAlreadyExists");
        assert_eq!(stranger.code("ListObjectsV2", music.clone()).await, "AccessDenied");

        let europe = client.at(&client.scope.account, "eu-west-1");
        let mut here = json!({"Bucket": "musik"});
        assert_eq!(europe.code("CreateBucket", here.clone()).await, "IllegalLocationConstraintException");
        here["CreateBucketConfiguration"] = json!({"LocationConstraint": "eu-west-1"});
        europe.call("CreateBucket", here.clone()).await.unwrap();
        assert_eq!(europe.code("CreateBucket", here).await, "BucketAlreadyOwnedByYou");
        assert_eq!(europe.code("HeadBucket", music.clone()).await, "PermanentRedirect");
        let location = client.call("GetBucketLocation", json!({"Bucket": "musik"})).await.unwrap();
        assert_eq!(location["LocationConstraint"], "eu-west-1");
        assert_eq!(client.call("GetBucketLocation", music).await.unwrap()["LocationConstraint"], Value::Null);
        assert_eq!(client.code("CreateBucket", json!({"Bucket": "No"})).await, "InvalidBucketName");
    });
}

#[test]
fn only_an_empty_bucket_can_be_deleted() {
    run(|client| async move {
        let music = json!({"Bucket": "music"});
        client.call("CreateBucket", music.clone()).await.unwrap();
        for key in ["a", "b"] {
            client.call("PutObject", json!({"Bucket": "music", "Key": key, "Body": "eA=="})).await.unwrap();
        }
        assert_eq!(client.code("DeleteBucket", music.clone()).await, "BucketNotEmpty");
        let gone = client.send("POST", "/music?delete", &[], "<Delete><Object><Key>a</Key></Object></Delete>").await;
        assert!(gone.body().ends_with(b"<Deleted><Key>a</Key></Deleted></DeleteResult>"), "{:?}", gone.body());
        // What is not there can be deleted too.
        for key in ["b", "c"] {
            client.call("DeleteObject", json!({"Bucket": "music", "Key": key})).await.unwrap();
        }
        client.call("DeleteBucket", music.clone()).await.unwrap();
        assert_eq!(client.code("HeadBucket", music).await, "NoSuchBucket");
    });
}

#[test]
fn a_copy_takes_metadata_with_it_unless_told_otherwise() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let metadata = json!({"mood": "calm"});
        let put = json!({"Bucket": "music", "Key": "a b", "Body": "eA==", "Metadata": metadata});
        client.call("PutObject", put).await.unwrap();
        let copy = json!({"Bucket": "music", "Key": "c", "CopySource": "/music/a%20b"});
        client.call("CopyObject", copy.clone()).await.unwrap();
        let copied = client.call("GetObject", json!({"Bucket": "music", "Key": "c"})).await.unwrap();
        assert_eq!((&copied["Body"], &copied["Metadata"]), (&json!("eA=="), &metadata));
        let onto_itself = json!({"Bucket": "music", "Key": "a b", "CopySource": "music/a%20b"});
        assert_eq!(client.code("CopyObject", onto_itself).await, "InvalidRequest");
        let mut missing = copy;
        missing["CopySource"] = json!("music/nothing");
        assert_eq!(client.code("CopyObject", missing).await, "NoSuchKey");
    });
}

#[test]
fn what_is_not_there_is_refused() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let put = |member: &str, value: Value| {
            let mut input = json!({"Bucket": "music", "Key": "k", "Body": "eA=="});
            input[member] = value;
            input
        };
        assert_eq!(client.code("PutObject", put("ObjectLockMode", json!("GOVERNANCE"))).await, "NotImplemented");
        assert_eq!(client.code("PutObject", put("StorageClass", json!("GLACIER"))).await, "NotImplemented");
        assert_eq!(client.code("PutObject", put("ACL", json!("public-read"))).await, "AccessControlListNotSupported");
        assert_eq!(client.code("PutObject", put("Key", json!("k".repeat(1025)))).await, "KeyTooLongError");
        let versions = json!({"Bucket": "music", "VersioningConfiguration": {"Status": "Enabled"}});
        assert_eq!(client.code("PutBucketVersioning", versions).await, "NotImplemented");
        client.call("PutObject", put("ACL", json!("bucket-owner-full-control"))).await.unwrap();
        assert_eq!(client.code("PutObject", put("IfNoneMatch", json!("*"))).await, "PreconditionFailed");
    });
}

#[test]
fn a_template_makes_a_bucket_that_goes_only_when_it_is_empty() {
    run(|client| async move {
        let provider = client.kernel.resource_types.get("AWS::S3::Bucket").unwrap();
        let context = ResourceContext {
            kernel: client.kernel.clone(),
            account: client.scope.account.clone(),
            region: "eu-west-1".to_owned(),
            caller: client.scope.caller.clone(),
            stack_name: "Music".to_owned(),
            stack_id: "arn:aws:cloudformation:eu-west-1:123456789012:stack/Music/1".to_owned(),
            logical_id: "Tapes".to_owned(),
            resource_type: "AWS::S3::Bucket".to_owned(),
        };
        let made = provider.create(&context, &json!({})).await.unwrap();
        let name = made.physical_id.as_str();
        assert!(name.starts_with("music-tapes-"), "{name}");
        assert_eq!(made.attributes["Arn"], format!("arn:aws:s3:::{name}"));
        assert_eq!(made.attributes["RegionalDomainName"], format!("{name}.s3.eu-west-1.amazonaws.com"));

        let europe = client.at(&client.scope.account, "eu-west-1");
        europe.call("PutObject", json!({"Bucket": name, "Key": "k", "Body": "eA=="})).await.unwrap();
        let kept = provider.delete(&context, name, &json!({})).await.unwrap_err();
        assert_eq!(kept.message, "The bucket you tried to delete is not empty");
        europe.call("DeleteObject", json!({"Bucket": name, "Key": "k"})).await.unwrap();
        for _ in 0..2 {
            provider.delete(&context, name, &json!({})).await.unwrap();
        }

        let taken = json!({"BucketName": "tapes"});
        provider.create(&context, &taken).await.unwrap();
        assert!(provider.create(&context, &taken).await.is_err());
        let versioned = json!({"VersioningConfiguration": {"Status": "Enabled"}});
        assert!(provider.create(&context, &versioned).await.is_err());
    });
}
