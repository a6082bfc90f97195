//! The types that CloudFormation answers for itself: nested stacks and custom resources.

use std::cell::RefCell;
use std::rc::Rc;

use aws_api::{Api, Call, Operations};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kernel::{Access, AwsError, Kernel, Request, Response, Service, async_trait, testing};
use serde_json::{Value, json};

use super::{Stage, two};

/// Stands for S3, which has one template, or for Lambda, which has one function that answers at once.
struct Stub {
    kernel: Kernel,
    service: &'static str,
    template: RefCell<String>,
    asked: RefCell<Vec<Value>>,
}

impl Stub {
    fn add(kernel: &Kernel, service: &'static str) -> Rc<Self> {
        let stub =
            Rc::new(Self { kernel: kernel.clone(), service, template: RefCell::default(), asked: RefCell::default() });
        kernel.router.register(service, stub.clone());
        stub
    }

    async fn answer(&self, event: &Value) {
        let properties = &event["ResourceProperties"];
        let failed = properties["Fail"] == "true";
        let id = event["PhysicalResourceId"].as_str().unwrap_or("made");
        let answer = json!({
            "Status": if failed { "FAILED" } else { "SUCCESS" },
            "Reason": "because",
            "PhysicalResourceId": if properties["New"].is_string() { "other" } else { id },
            "Data": { "Answer": properties["Question"] },
        });
        let request = http::Request::put(event["ResponseURL"].as_str().unwrap());
        let request = request.body(answer.to_string().into()).unwrap();
        self.kernel.router.dispatch(&self.kernel, "cloudformation", request).await;
    }
}

#[async_trait(?Send)]
impl Service for Stub {
    async fn handle(&self, request: Request) -> Response {
        aws_api::serve(&self.kernel, self, request).await
    }
}

#[async_trait(?Send)]
impl Operations for Stub {
    fn api(&self) -> &'static Api {
        aws_api::api(self.service).unwrap()
    }

    fn access(&self, _: &Call) -> Vec<Access> {
        Vec::new()
    }

    async fn call(&self, call: Call) -> Result<Value, AwsError> {
        if self.service == "s3" {
            return Ok(json!({ "Body": BASE64_STANDARD.encode(&*self.template.borrow()) }));
        }
        let payload = BASE64_STANDARD.decode(call.input["Payload"].as_str().unwrap()).unwrap();
        let event: Value = serde_json::from_slice(&payload).unwrap();
        self.asked.borrow_mut().push(event.clone());
        self.answer(&event).await;
        Ok(json!({ "StatusCode": 202 }))
    }
}

fn parent(more: Value) -> Value {
    let mut properties = json!({ "TemplateURL": "https://b.s3.amazonaws.com/t.json", "Parameters": { "Size": 7 } });
    for (name, value) in more.as_object().unwrap() {
        properties[name] = value.clone();
    }
    let template = json!({
        "Resources": { "Inner": { "Type": "AWS::CloudFormation::Stack", "Properties": properties } },
        "Outputs": { "O": { "Value": { "Fn::GetAtt": ["Inner", "Outputs.Last"] } } },
    });
    json!({ "StackName": "s", "TemplateBody": template.to_string() })
}

fn child(resources: &Value) -> String {
    let mut resources = resources.clone();
    resources["A"]["Properties"]["Size"] = json!({ "Ref": "Size" });
    json!({
        "Parameters": { "Size": { "Type": "Number" } },
        "Resources": resources,
        "Outputs": { "Last": { "Value": { "Fn::GetAtt": ["A", "Size"] } } },
    })
    .to_string()
}

#[test]
fn a_stack_can_be_a_resource_of_another() {
    testing::run(|kernel| async move {
        let s3 = Stub::add(&kernel, "s3");
        let stage = Stage::new(kernel).await;
        s3.template.replace(child(&two()));
        let stack = stage.settle("CreateStack", parent(json!({}))).await;
        assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");
        assert_eq!(stack["Outputs"][0]["OutputValue"], "7");
        let wanted = json!({ "StackName": "s", "LogicalResourceId": "Inner" });
        let inner = stage.call("DescribeStackResource", wanted).await.unwrap();
        let id = &inner["StackResourceDetail"]["PhysicalResourceId"];
        let inner = stage.call("DescribeStacks", json!({ "StackName": id })).await.unwrap();
        assert_eq!(inner["Stacks"][0]["ParentId"], stack["StackId"]);
        assert_eq!(inner["Stacks"][0]["RootId"], stack["StackId"]);

        let mut worse = two();
        worse["B"]["Properties"]["Fail"] = json!("update");
        s3.template.replace(child(&worse));
        let stack = stage.settle("UpdateStack", parent(json!({ "Parameters": { "Size": 8 } }))).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let inner = stage.call("DescribeStacks", json!({ "StackName": id })).await.unwrap();
        assert_eq!(inner["Stacks"][0]["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");

        // One that has been updated goes back when its parent does, to what its template was then.
        s3.template.replace(child(&two()));
        let mut order = parent(json!({ "Parameters": { "Size": 9 } }));
        let mut template: Value = serde_json::from_str(order["TemplateBody"].as_str().unwrap()).unwrap();
        template["Resources"]["Bad"] =
            json!({ "Type": "Test::Thing", "DependsOn": "Inner", "Properties": { "Fail": "create" } });
        order["TemplateBody"] = json!(template.to_string());
        let stack = stage.settle("UpdateStack", order).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let inner = stage.call("DescribeStacks", json!({ "StackName": id })).await.unwrap();
        assert_eq!(inner["Stacks"][0]["Parameters"][0]["ParameterValue"], "7");

        stage.settle("DeleteStack", json!({ "StackName": stack["StackId"] })).await;
        assert!(stage.things.alive.borrow().is_empty());
    });
}

#[test]
fn a_nested_stack_that_fails_leaves_nothing() {
    testing::run(|kernel| async move {
        let s3 = Stub::add(&kernel, "s3");
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        resources["B"]["Properties"]["Fail"] = json!("create");
        s3.template.replace(child(&resources));
        let stack = stage.settle("CreateStack", parent(json!({}))).await;
        assert_eq!(stack["StackStatus"], "ROLLBACK_COMPLETE");
        let events = stage.events("s").await;
        let failed = events.iter().find(|event| event.starts_with("Inner CREATE_FAILED")).unwrap();
        assert!(failed.starts_with("Inner CREATE_FAILED Embedded stack arn:aws:cloudformation:"));
        assert!(failed.ends_with("was not successfully created: The following resource(s) failed to create: [B]."));
        assert!(stage.things.alive.borrow().is_empty());
        let stacks = stage.call("DescribeStacks", json!({})).await.unwrap();
        assert_eq!(stacks["Stacks"].as_array().unwrap().len(), 1);
    });
}

fn custom(more: Value) -> Value {
    let mut properties = json!({ "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:f", "Question": 6 });
    for (name, value) in more.as_object().unwrap() {
        properties[name] = value.clone();
    }
    let template = json!({
        "Resources": { "C": { "Type": "Custom::Thing", "Properties": properties } },
        "Outputs": { "O": { "Value": { "Fn::GetAtt": ["C", "Answer"] } } },
    });
    json!({ "StackName": "s", "TemplateBody": template.to_string() })
}

#[test]
fn a_function_makes_a_custom_resource() {
    testing::run(|kernel| async move {
        let lambda = Stub::add(&kernel, "lambda");
        let stage = Stage::new(kernel).await;
        let stack = stage.settle("CreateStack", custom(json!({ "Deep": { "Flag": true } }))).await;
        assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");
        assert_eq!(stack["Outputs"][0]["OutputValue"], "6");
        {
            let asked = lambda.asked.borrow();
            assert_eq!(asked[0]["RequestType"], "Create");
            assert_eq!(asked[0]["ResourceType"], "Custom::Thing");
            assert_eq!(asked[0]["ResourceProperties"]["Deep"]["Flag"], "true");
            assert_eq!(asked[0].get("PhysicalResourceId"), None);
        }
        // One that answers with another id has replaced what was there, which is deleted at the end.
        let stack = stage.settle("UpdateStack", custom(json!({ "New": "yes" }))).await;
        assert_eq!(stack["StackStatus"], "UPDATE_COMPLETE");
        {
            let asked = lambda.asked.borrow();
            let line = |event: &Value| format!("{} {}", event["RequestType"], event["PhysicalResourceId"]);
            assert_eq!(line(&asked[1]), "\"Update\" \"made\"");
            assert_eq!(asked[1]["OldResourceProperties"]["Deep"]["Flag"], "true");
            assert_eq!(line(&asked[2]), "\"Delete\" \"made\"");
        }
        let stack = stage.settle("UpdateStack", custom(json!({ "Fail": true }))).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let events = stage.events("s").await;
        let failed = "C UPDATE_FAILED Received response status [FAILED] from custom resource. Message returned: because \
                      (RequestId: ";
        assert!(events.iter().any(|event| event.starts_with(failed)));
    });
}
