//! Packages, fetched from where `GetFunction` says that they are.

mod support;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use kernel::{Kernel, Response};
use serde_json::json;
use support::{create, ok, package, run};

async fn fetch(kernel: &Kernel, location: &str) -> Response {
    let path = location.strip_prefix("https://").and_then(|rest| rest.split_once('/')).expect("an address").1;
    let request = http::Request::get(format!("/{path}")).header("host", "lambda-code").body(Bytes::new()).unwrap();
    kernel.send(request).await
}

#[test]
fn a_location_leads_to_the_package_for_ten_minutes() {
    run(|kernel| async move {
        create(&kernel, "export const handler = () => 1;", json!({})).await;
        let got = ok(&kernel, "lambda", "GetFunction", json!({"FunctionName": "hello"})).await;
        let location = got["Code"]["Location"].as_str().unwrap();
        assert!(
            location.starts_with("https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/snapshots/"),
            "{location}"
        );
        let fetched = fetch(&kernel, location).await;
        let expected = STANDARD.decode(package(&[("index.mjs", "export const handler = () => 1;")])).unwrap();
        assert_eq!((fetched.status().as_u16(), &fetched.body()[..]), (200, &expected[..]));

        let other = location.replace("hello", "other");
        assert_eq!(fetch(&kernel, &other).await.status(), 403, "it is signed");
        kernel.clock.sleep(Duration::from_secs(601)).await;
        let late = fetch(&kernel, location).await;
        assert!(String::from_utf8_lossy(late.body()).contains("Request has expired"));
    });
}

#[test]
fn a_layer_has_a_location_too() {
    run(|kernel| async move {
        let layer = json!({"LayerName": "shared", "Content": {"ZipFile": package(&[("a.txt", "a")])}});
        let published = ok(&kernel, "lambda", "PublishLayerVersion", layer).await;
        let location = published["Content"]["Location"].as_str().unwrap();
        assert_eq!(fetch(&kernel, location).await.status(), 200);
    });
}
