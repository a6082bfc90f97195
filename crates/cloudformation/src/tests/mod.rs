//! Whole operations, seen from outside: the API, and a service that makes things.

mod failures;
mod own_types;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use kernel::{
    AwsError, Created, Kernel, MemoryBackend, ResourceContext, ResourceProvider, Scope, async_trait, testing,
};
use serde_json::{Value, json};

use crate::CloudFormation;

/// Makes things. `Name` cannot be changed; a thing whose `Fail` names the action is refused.
#[derive(Default)]
struct Things {
    alive: RefCell<Vec<String>>,
    made: Cell<usize>,
    /// A size that no thing can have any more.
    refused_size: Cell<Option<u64>>,
}

#[async_trait(?Send)]
impl ResourceProvider for Things {
    fn types(&self) -> &'static [&'static str] {
        &["Test::Thing"]
    }

    fn replaces(&self, _: &str, property: &str) -> bool {
        property == "Name"
    }

    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        refuse(properties, "create")?;
        if properties["Fail"] == "never ending" {
            std::future::pending::<()>().await;
        }
        let name = properties["Name"].as_str().unwrap_or(&context.logical_id);
        let physical_id = format!("{name}-{}", self.made.replace(self.made.get() + 1));
        self.alive.borrow_mut().push(physical_id.clone());
        Ok(made(physical_id, properties))
    }

    async fn update(
        &self,
        _: &ResourceContext,
        physical_id: &str,
        _: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        refuse(new, "update")?;
        if self.refused_size.get().is_some_and(|size| new["Size"] == size) {
            return Err(AwsError::validation("no longer"));
        }
        Ok(made(physical_id.to_owned(), new))
    }

    async fn delete(&self, _: &ResourceContext, physical_id: &str, properties: &Value) -> Result<(), AwsError> {
        refuse(properties, "delete")?;
        self.alive.borrow_mut().retain(|id| id != physical_id);
        Ok(())
    }
}

fn refuse(properties: &Value, action: &str) -> Result<(), AwsError> {
    if properties["Fail"] == action { Err(AwsError::validation(format!("cannot {action}"))) } else { Ok(()) }
}

fn made(physical_id: String, properties: &Value) -> Created {
    let mut attributes = serde_json::Map::new();
    attributes.insert("Arn".to_owned(), json!(format!("arn:thing/{physical_id}")));
    attributes.insert("Size".to_owned(), properties["Size"].clone());
    Created { physical_id, attributes }
}

struct Stage {
    kernel: Kernel,
    things: Rc<Things>,
}

impl Stage {
    async fn new(kernel: Kernel) -> Self {
        let things = Rc::new(Things::default());
        kernel.resource_types.add(things.clone());
        CloudFormation::open(&kernel).await.unwrap();
        Self { kernel, things }
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let scope = Scope::root(&self.kernel);
        aws_api::invoke(&self.kernel, scope, "cloudformation", operation, input).await
    }

    /// Calls, and lets what it started come to its end.
    async fn settle(&self, operation: &str, input: Value) -> Value {
        let name = input["StackName"].as_str().unwrap().to_owned();
        self.call(operation, input).await.unwrap();
        self.ended(&name).await
    }

    /// The stack once nothing happens to it any more.
    async fn ended(&self, name: &str) -> Value {
        loop {
            let stack = &self.call("DescribeStacks", json!({ "StackName": name })).await.unwrap()["Stacks"][0];
            if !stack["StackStatus"].as_str().unwrap().ends_with("IN_PROGRESS") {
                return stack.clone();
            }
            self.kernel.tasks.breathe().await;
        }
    }

    /// The events of a stack, the oldest first, as `Logical STATUS reason`.
    async fn events(&self, name: &str) -> Vec<String> {
        let answer = self.call("DescribeStackEvents", json!({ "StackName": name })).await.unwrap();
        let line = |event: &Value| {
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let line =
                format!("{} {} {}", text("LogicalResourceId"), text("ResourceStatus"), text("ResourceStatusReason"));
            let line = line.trim().to_owned();
            match line.split_once("RequestToken: ") {
                Some((before, rest)) => format!("{before}{}", rest.split_once(", ").unwrap().1),
                None => line,
            }
        };
        answer["StackEvents"].as_array().unwrap().iter().rev().map(line).collect()
    }
}

fn body(resources: &Value) -> String {
    json!({
        "Resources": resources,
        "Outputs": { "Last": { "Value": { "Fn::GetAtt": ["B", "Arn"] } } },
    })
    .to_string()
}

fn two() -> Value {
    json!({
        "B": { "Type": "Test::Thing", "Properties": { "Of": { "Ref": "A" }, "Size": 1 } },
        "A": { "Type": "Test::Thing" },
    })
}

#[test]
fn a_stack_is_made_in_the_order_of_its_references() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let stack = stage.settle("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&two()) })).await;
        assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");
        assert_eq!(stack["Outputs"][0]["OutputValue"], "arn:thing/B-1");
        assert_eq!(
            stage.events("s").await,
            [
                "s CREATE_IN_PROGRESS User Initiated",
                "A CREATE_IN_PROGRESS",
                "A CREATE_IN_PROGRESS Resource creation Initiated",
                "A CREATE_COMPLETE",
                "B CREATE_IN_PROGRESS",
                "B CREATE_IN_PROGRESS Resource creation Initiated",
                "B CREATE_COMPLETE",
                "s CREATE_COMPLETE",
            ]
        );
        let again = stage.call("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&two()) })).await;
        assert_eq!(again.unwrap_err().message, "Stack [s] already exists");
    });
}

#[test]
fn a_failed_creation_is_rolled_back() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        resources["B"]["Properties"]["Fail"] = json!("create");
        let stack = stage.settle("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await;
        assert_eq!(stack["StackStatus"], "ROLLBACK_COMPLETE");
        let refused =
            "B CREATE_FAILED Resource handler returned message: \"cannot create\" (HandlerErrorCode: InvalidRequest)";
        assert_eq!(
            stage.events("s").await[4..],
            [
                "B CREATE_IN_PROGRESS",
                refused,
                "s ROLLBACK_IN_PROGRESS The following resource(s) failed to create: [B]. Rollback requested by user.",
                "A DELETE_IN_PROGRESS",
                "A DELETE_COMPLETE",
                "s ROLLBACK_COMPLETE",
            ]
        );
        assert!(stage.things.alive.borrow().is_empty());
    });
}

#[test]
fn an_update_changes_replaces_and_removes() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        resources["C"] = json!({ "Type": "Test::Thing" });
        stage.settle("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await;
        let before = stage.events("s").await.len();

        let same = stage.call("UpdateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await;
        assert_eq!(same.unwrap_err().message, "No updates are to be performed.");

        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Name": "new" });
        resources["B"]["Properties"]["Size"] = json!(2);
        let stack = stage.settle("UpdateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await;
        assert_eq!(stack["StackStatus"], "UPDATE_COMPLETE");
        assert_eq!(
            stage.events("s").await[before..],
            [
                "s UPDATE_IN_PROGRESS User Initiated",
                "A UPDATE_IN_PROGRESS Requested update requires the creation of a new physical resource; hence creating one.",
                "A UPDATE_IN_PROGRESS Resource creation Initiated",
                "A UPDATE_COMPLETE",
                "B UPDATE_IN_PROGRESS",
                "B UPDATE_COMPLETE",
                "s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                "A DELETE_IN_PROGRESS",
                "A DELETE_COMPLETE",
                "C DELETE_IN_PROGRESS",
                "C DELETE_COMPLETE",
                "s UPDATE_COMPLETE",
            ]
        );
        let gone = json!({ "StackName": "s", "LogicalResourceId": "C" });
        let gone = stage.call("DescribeStackResource", gone).await.unwrap_err();
        assert_eq!(gone.message, "Resource C does not exist for stack s");
    });
}

#[test]
fn a_failed_update_goes_back() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.settle("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&two()) })).await;
        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Size": 5 });
        resources["B"]["Properties"]["Fail"] = json!("update");
        let stack = stage.settle("UpdateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let template = stage.call("GetTemplate", json!({ "StackName": "s" })).await.unwrap();
        assert_eq!(template["TemplateBody"], body(&two()));
        let events = stage.events("s").await;
        assert!(
            events
                .contains(&"s UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [B].".to_owned())
        );
    });
}

#[test]
fn a_stack_is_deleted_backwards_and_remembered() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        resources["Kept"] = json!({ "Type": "Test::Thing", "DeletionPolicy": "Retain" });
        let made =
            stage.call("CreateStack", json!({ "StackName": "s", "TemplateBody": body(&resources) })).await.unwrap();
        let id = made["StackId"].clone();
        for _ in 0..50 {
            stage.kernel.tasks.breathe().await;
        }
        let before = stage.events("s").await.len();
        let stack = stage.settle("DeleteStack", json!({ "StackName": id })).await;
        assert_eq!(stack["StackStatus"], "DELETE_COMPLETE");
        assert_eq!(
            stage.events(id.as_str().unwrap()).await[before..],
            [
                "s DELETE_IN_PROGRESS User Initiated",
                "B DELETE_IN_PROGRESS",
                "B DELETE_COMPLETE",
                "Kept DELETE_SKIPPED",
                "A DELETE_IN_PROGRESS",
                "A DELETE_COMPLETE",
                "s DELETE_COMPLETE",
            ]
        );
        let gone = stage.call("DescribeStacks", json!({ "StackName": "s" })).await.unwrap_err();
        assert_eq!(gone.message, "Stack with id s does not exist");
        assert_eq!(stage.things.alive.borrow().len(), 1);
    });
}

#[test]
fn a_change_set_tells_what_it_would_do_and_does_it() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let set =
            json!({ "StackName": "s", "ChangeSetName": "c", "ChangeSetType": "CREATE", "TemplateBody": body(&two()) });
        stage.call("CreateChangeSet", set).await.unwrap();
        let named = json!({ "StackName": "s", "ChangeSetName": "c" });
        let described = stage.call("DescribeChangeSet", named.clone()).await.unwrap();
        assert_eq!(described["Status"], "CREATE_COMPLETE");
        assert_eq!(described["Changes"].as_array().unwrap().len(), 2);
        assert_eq!(stage.events("s").await, ["s REVIEW_IN_PROGRESS User Initiated"]);
        let stack = stage.settle("ExecuteChangeSet", named).await;
        assert_eq!(stack["StackStatus"], "CREATE_COMPLETE");

        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Name": "new" });
        let set = json!({ "StackName": "s", "ChangeSetName": "d", "TemplateBody": body(&resources) });
        stage.call("CreateChangeSet", set).await.unwrap();
        let named = json!({ "StackName": "s", "ChangeSetName": "d" });
        let changes = stage.call("DescribeChangeSet", named).await.unwrap()["Changes"].clone();
        assert_eq!(changes[0]["ResourceChange"]["Replacement"], "True");
        assert_eq!(changes[1]["ResourceChange"]["Details"][0]["CausingEntity"], "A");

        let empty = json!({ "StackName": "s", "ChangeSetName": "e", "TemplateBody": body(&two()) });
        stage.call("CreateChangeSet", empty).await.unwrap();
        let named = json!({ "StackName": "s", "ChangeSetName": "e" });
        let described = stage.call("DescribeChangeSet", named.clone()).await.unwrap();
        assert_eq!(described["Status"], "FAILED");
        let refused = stage.call("ExecuteChangeSet", named).await.unwrap_err();
        assert!(refused.message.ends_with("cannot be executed in its current status of [FAILED]"));
    });
}

#[test]
fn exports_bind_stacks_together() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let exporter = json!({
            "Resources": { "A": { "Type": "Test::Thing" } },
            "Outputs": { "O": { "Value": { "Ref": "A" }, "Export": { "Name": "thing" } } },
        });
        let importer = json!({
            "Resources": { "A": { "Type": "Test::Thing", "Properties": { "Of": { "Fn::ImportValue": "thing" } } } },
        });
        stage.settle("CreateStack", json!({ "StackName": "one", "TemplateBody": exporter.to_string() })).await;
        stage.settle("CreateStack", json!({ "StackName": "two", "TemplateBody": importer.to_string() })).await;
        let stack = stage.settle("DeleteStack", json!({ "StackName": "one" })).await;
        assert_eq!(stack["StackStatus"], "DELETE_FAILED");
        assert_eq!(stack["StackStatusReason"], "Export thing cannot be deleted as it is in use by two");
    });
}

#[test]
fn templates_are_refused_in_the_words_of_aws() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let refused = async |template: Value| {
            let input = json!({ "StackName": "s", "TemplateBody": template.to_string() });
            stage.call("CreateStack", input).await.unwrap_err().message
        };
        assert_eq!(
            refused(json!({ "Resources": { "A": { "Type": "AWS::None::Such" } } })).await,
            "Template format error: Unrecognized resource types: [AWS::None::Such]"
        );
        assert_eq!(
            refused(
                json!({ "Transform": "AWS::Serverless-2016-10-31", "Resources": { "A": { "Type": "Test::Thing" } } })
            )
            .await,
            "Requires capabilities : [CAPABILITY_AUTO_EXPAND]"
        );
        let conditional = json!({
            "Conditions": { "Never": { "Fn::Equals": ["a", "b"] } },
            "Resources": { "A": { "Type": "Test::Thing", "Condition": "Never" }, "B": { "Type": "Test::Thing" } },
            "Outputs": { "O": { "Value": { "Ref": "A" } } },
        });
        assert_eq!(
            refused(conditional).await,
            "Unresolved resource dependencies [A] in the Outputs block of the template"
        );
    });
}

#[test]
fn stacks_outlive_the_cloud_and_an_interrupted_one_goes_back() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.settle("CreateStack", json!({ "StackName": "whole", "TemplateBody": body(&two()) })).await;
        let mut resources = two();
        resources["B"]["Properties"]["Fail"] = json!("never ending");
        stage.call("CreateStack", json!({ "StackName": "half", "TemplateBody": body(&resources) })).await.unwrap();
        for _ in 0..50 {
            stage.kernel.tasks.breathe().await;
        }
    });
    testing::run_on(backend, |kernel| async move {
        let stage = Stage::new(kernel).await;
        assert_eq!(stage.events("whole").await.len(), 8);
        assert_eq!(stage.ended("half").await["StackStatus"], "ROLLBACK_COMPLETE");
    });
}
