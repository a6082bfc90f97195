//! What the room needs of others: a door, and functions.

use std::{cell::RefCell, future::Future, rc::Rc, time::Duration};

use apigateway::ApiGateway;
use aws_api::{Api, Call, Operations};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::header::HOST;
use kernel::{Access, AwsError, Kernel, MemoryBackend, Request, Response, Scope, Service, async_trait, testing};
use serde_json::{Value, json};

/// A running cloud of one room.
pub struct Cloud {
    pub kernel: Kernel,
    functions: Rc<Functions>,
}

/// Lambda, as far as API Gateway knows it: `echo` answers its event, `slow` takes a minute, `broken`
/// raises an error, any other name answers what was given for it.
struct Functions {
    kernel: Kernel,
    answers: RefCell<Vec<(String, Value)>>,
    /// Names and events, in the order of calls.
    calls: RefCell<Vec<(String, Value)>>,
}

struct Door(Kernel);

#[async_trait(?Send)]
impl Service for Door {
    async fn handle(&self, request: Request) -> Response {
        let host = request.headers()[HOST].to_str().unwrap().to_owned();
        let service = host.split('.').find(|part| matches!(*part, "execute-api" | "cognito-idp"));
        self.0.router.dispatch(&self.0, service.unwrap_or("apigateway"), request).await
    }
}

#[async_trait(?Send)]
impl Service for Functions {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Functions {
    fn api(&self) -> &'static Api {
        aws_api::api("lambda").unwrap()
    }

    fn access(&self, _: &Call) -> Vec<Access> {
        Vec::new()
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        let event = STANDARD.decode(call.input["Payload"].as_str().unwrap()).unwrap();
        let event: Value = serde_json::from_slice(&event).unwrap();
        let name = call.input["FunctionName"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        self.calls.borrow_mut().push((name.clone(), event.clone()));
        let answer = match name.as_str() {
            "echo" => json!({"statusCode": 200, "body": event.to_string()}),
            "slow" => {
                self.kernel.clock.sleep(Duration::from_secs(60)).await;
                json!({"statusCode": 200})
            }
            "broken" => return Ok(output(&json!({"errorMessage": "no"}), Some("Unhandled"))),
            "absent" => return Err(AwsError::new("ResourceNotFoundException", "Function not found")),
            _ => {
                let answers = self.answers.borrow();
                answers.iter().find(|(known, _)| *known == name).unwrap().1.clone()
            }
        };
        Ok(output(&answer, None))
    }
}

fn output(answer: &Value, error: Option<&str>) -> Value {
    json!({"StatusCode": 200, "FunctionError": error, "Payload": STANDARD.encode(answer.to_string())})
}

/// The ARN of a stand-in function.
pub fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

/// The URI by which integrations name it.
pub fn invocations(name: &str) -> String {
    format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations", function(name))
}

/// Runs `test` on a fresh cloud.
pub fn run<F: Future<Output = ()> + 'static>(test: impl FnOnce(Cloud) -> F + 'static) {
    run_on(Rc::new(MemoryBackend::default()), test);
}

/// Runs `test` on a cloud that finds what an earlier one has left.
pub fn run_on<F: Future<Output = ()> + 'static>(backend: Rc<MemoryBackend>, test: impl FnOnce(Cloud) -> F + 'static) {
    testing::run_on(backend, |kernel| async move {
        ApiGateway::open(&kernel).await.unwrap();
        let functions =
            Rc::new(Functions { kernel: kernel.clone(), answers: RefCell::default(), calls: RefCell::default() });
        kernel.router.register("lambda", functions.clone());
        kernel.router.set_door(Rc::new(Door(kernel.clone())));
        test(Cloud { kernel, functions }).await;
    });
}

impl Cloud {
    /// Makes the function `name` answer `answer`.
    pub fn answers(&self, name: &str, answer: Value) {
        self.functions.answers.borrow_mut().push((name.to_owned(), answer));
    }

    /// The events that the function `name` was called with.
    pub fn events(&self, name: &str) -> Vec<Value> {
        let calls = self.functions.calls.borrow();
        calls.iter().filter(|(called, _)| called == name).map(|(_, event)| event.clone()).collect()
    }

    /// Calls the control plane of REST APIs.
    pub async fn rest(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.kernel, Scope::root(&self.kernel), "apigateway", operation, input).await
    }

    /// Calls the control plane of HTTP APIs.
    pub async fn http(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        aws_api::invoke(&self.kernel, Scope::root(&self.kernel), "apigatewayv2", operation, input).await
    }

    /// Makes a REST API of an OpenAPI document and deploys it to the stage `prod`.
    pub async fn rest_api(&self, document: Value) -> String {
        let body = STANDARD.encode(document.to_string());
        let api = self.rest("ImportRestApi", json!({"body": body})).await.unwrap();
        let id = api["id"].as_str().unwrap().to_owned();
        self.rest("CreateDeployment", json!({"restApiId": id, "stageName": "prod"})).await.unwrap();
        id
    }

    /// Makes an HTTP API of an OpenAPI document, with the stage `$default`.
    pub async fn http_api(&self, document: Value) -> String {
        let api = self.http("ImportApi", json!({"Body": document.to_string()})).await.unwrap();
        let id = api["ApiId"].as_str().unwrap().to_owned();
        let stage = json!({"ApiId": id, "StageName": "$default", "AutoDeploy": true});
        self.http("CreateStage", stage).await.unwrap();
        id
    }

    /// Sends a request to an API.
    pub async fn send(&self, api: &str, request: http::request::Builder, body: &str) -> Response {
        let request = request.header(HOST, format!("{api}.execute-api.us-east-1.amazonaws.com"));
        self.kernel.send(request.body(Bytes::from(body.to_owned())).unwrap()).await
    }

    /// GETs a path of an API: status and body.
    pub async fn get(&self, api: &str, path: &str) -> (u16, String) {
        let response = self.send(api, http::Request::get(path), "").await;
        (response.status().as_u16(), text(&response))
    }
}

/// The body of a response as text.
pub fn text(response: &Response) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

/// The event that `echo` got.
pub fn echoed(response: &Response) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}
