//! The room, called by its public API.

use std::rc::Rc;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Request, StatusCode};
use kernel::{AwsError, Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};

use super::Ecr;

#[derive(Clone)]
struct Client(Rc<Kernel>);

fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Client) -> F + 'static) {
    testing::run(|kernel| async move {
        Ecr::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        client.ok("CreateRepository", json!({"repositoryName": "team/app"})).await;
        test(client).await;
    });
}

impl Client {
    async fn call(&self, operation: &str, mut input: Value) -> Result<Value, AwsError> {
        if input["repositoryName"].is_null() && input["resourceArn"].is_null() {
            input["repositoryName"] = json!("team/app");
        }
        aws_api::invoke(&self.0, Scope::root(&self.0), "ecr", operation, input).await
    }

    async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap()
    }

    async fn code(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).await.unwrap_err().code
    }

    /// Uploads a layer in one part.
    async fn upload(&self, bytes: &[u8]) -> String {
        let id = self.ok("InitiateLayerUpload", json!({})).await["uploadId"].clone();
        let part = json!({
            "uploadId": id, "partFirstByte": 0, "partLastByte": bytes.len() - 1, "layerPartBlob": STANDARD.encode(bytes),
        });
        self.ok("UploadLayerPart", part).await;
        let digest = oci::digest(bytes);
        self.ok("CompleteLayerUpload", json!({"uploadId": id, "layerDigests": [digest]})).await;
        digest
    }

    async fn image(&self, tag: &str, layer: &[u8]) -> String {
        let config = self.upload(&[b"{}", layer].concat()).await;
        let layer = self.upload(layer).await;
        let manifest = json!({
            "schemaVersion": 2, "mediaType": oci::media_type::MANIFEST,
            "config": {"digest": config, "size": 2}, "layers": [{"digest": layer, "size": 5}],
        });
        let put = self.ok("PutImage", json!({"imageManifest": manifest.to_string(), "imageTag": tag})).await;
        put["image"]["imageId"]["imageDigest"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_repository_has_an_address() {
    run(|client| async move {
        let listed = client.ok("DescribeRepositories", json!({"repositoryNames": ["team/app"]})).await;
        let repository = &listed["repositories"][0];
        assert_eq!(repository["repositoryArn"], "arn:aws:ecr:us-east-1:123456789012:repository/team/app");
        assert_eq!(repository["repositoryUri"], "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app");
        assert_eq!(client.code("CreateRepository", json!({})).await, "RepositoryAlreadyExistsException");
        let error = client.call("DeleteRepository", json!({"repositoryName": "none"})).await.unwrap_err();
        assert_eq!(
            error.message,
            "The repository with name 'none' does not exist in the registry with id '123456789012'"
        );
        assert_eq!(client.code("CreateRepository", json!({"repositoryName": "No"})).await, "InvalidParameterException");
    });
}

#[test]
fn an_image_is_pushed_and_pulled() {
    run(|client| async move {
        let digest = client.image("1", b"layer").await;
        let found = client.ok("BatchGetImage", json!({"imageIds": [{"imageTag": "1"}, {"imageTag": "2"}]})).await;
        assert_eq!(found["images"][0]["imageId"], json!({"imageDigest": digest, "imageTag": "1"}));
        assert_eq!(found["failures"][0]["failureCode"], "ImageNotFound");
        let layer = oci::digest(b"layer");
        let url = client.ok("GetDownloadUrlForLayer", json!({"layerDigest": layer})).await["downloadUrl"].clone();
        let get = |url: String| {
            let request = Request::get(url).body(Bytes::new()).unwrap();
            let kernel = client.0.clone();
            async move { kernel.router.dispatch(&kernel, "ecr-registry", request).await }
        };
        let url = url.as_str().unwrap();
        assert_eq!(get(url.to_owned()).await.body(), "layer");
        assert_eq!(get(url.replace(&layer, &digest)).await.status(), StatusCode::FORBIDDEN);
        client.0.clock.sleep(std::time::Duration::from_secs(3601)).await;
        assert_eq!(get(url.to_owned()).await.status(), StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_tag_leads_to_one_image_and_may_be_kept_from_changing() {
    run(|client| async move {
        let first = client.image("latest", b"first").await;
        let second = client.image("latest", b"second").await;
        let listed = client.ok("ListImages", json!({"filter": {"tagStatus": "UNTAGGED"}})).await;
        assert_eq!(listed["imageIds"], json!([{ "imageDigest": first }]));
        client.ok("PutImageTagMutability", json!({"imageTagMutability": "IMMUTABLE"})).await;
        let manifest = json!({"schemaVersion": 2, "layers": []}).to_string();
        let put = json!({"imageManifest": manifest, "imageTag": "latest"});
        assert_eq!(client.code("PutImage", put).await, "ImageTagAlreadyExistsException");
        let details = client.ok("DescribeImages", json!({"imageIds": [{"imageTag": "latest"}]})).await;
        assert_eq!(details["imageDetails"][0]["imageDigest"], second);
        assert_eq!(details["imageDetails"][0]["imageSizeInBytes"], 5);
    });
}

#[test]
fn what_is_uploaded_must_be_whole() {
    run(|client| async move {
        let id = client.ok("InitiateLayerUpload", json!({})).await["uploadId"].clone();
        let part = |first: u64, last: u64| json!({"uploadId": id, "partFirstByte": first, "partLastByte": last, "layerPartBlob": STANDARD.encode("ab")});
        let complete = |digest: &str| json!({"uploadId": id, "layerDigests": [digest]});
        assert_eq!(client.code("CompleteLayerUpload", complete("sha256:ab")).await, "EmptyUploadException");
        assert_eq!(client.code("UploadLayerPart", part(1, 2)).await, "InvalidLayerPartException");
        client.ok("UploadLayerPart", part(0, 1)).await;
        assert_eq!(client.code("UploadLayerPart", part(2, 3)).await, "LayerPartTooSmallException");
        assert_eq!(client.code("CompleteLayerUpload", complete("sha256:ab")).await, "InvalidLayerException");
        client.ok("CompleteLayerUpload", complete(&oci::digest(b"ab"))).await;
        assert_eq!(client.code("CompleteLayerUpload", complete("sha256:ab")).await, "UploadNotFoundException");
        let manifest = json!({"schemaVersion": 2, "layers": [{"digest": "sha256:ab"}]}).to_string();
        assert_eq!(client.code("PutImage", json!({ "imageManifest": manifest })).await, "LayersNotFoundException");
        assert_eq!(client.code("PutImage", json!({"imageManifest": "["})).await, "InvalidParameterException");
        let known = json!({"layerDigests": [oci::digest(b"ab"), "sha256:cd"]});
        let known = client.ok("BatchCheckLayerAvailability", known).await;
        let states = ["AVAILABLE", "UNAVAILABLE"].map(|state| json!(state));
        assert_eq!(
            [&known["layers"][0]["layerAvailability"], &known["layers"][1]["layerAvailability"]],
            [&states[0], &states[1]]
        );
    });
}

#[test]
fn images_and_layers_outlive_the_cloud_and_go_with_their_repository() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        Ecr::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        client.ok("CreateRepository", json!({})).await;
        client.image("1", b"layer").await;
    });
    testing::run_on(backend, |kernel| async move {
        let room = Ecr::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        assert_eq!(client.ok("ListImages", json!({})).await["imageIds"][0]["imageTag"], "1");
        assert!(room.state.borrow().blob(&oci::digest(b"layer")).is_some());
        assert_eq!(client.code("DeleteRepository", json!({})).await, "RepositoryNotEmptyException");
        client.ok("BatchDeleteImage", json!({"imageIds": [{"imageTag": "1"}]})).await;
        assert!(room.state.borrow().blob(&oci::digest(b"layer")).is_none());
        client.ok("DeleteRepository", json!({})).await;
    });
}
