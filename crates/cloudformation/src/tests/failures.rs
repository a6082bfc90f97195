//! Operations that fail, are stopped or are cut off: where the stack ends, and that nothing is left over.

use std::rc::Rc;

use kernel::{MemoryBackend, testing};
use serde_json::{Value, json};

use super::{Stage, body, two};

fn order(resources: &Value) -> Value {
    json!({ "StackName": "s", "TemplateBody": body(resources) })
}

#[test]
fn what_fails_to_go_back_can_be_tried_again_or_skipped() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        // The way back fails, as what it goes back to is refused by now.
        resources["A"]["Properties"] = json!({ "Size": 1 });
        stage.settle("CreateStack", order(&resources)).await;
        resources["A"]["Properties"] = json!({ "Size": 2 });
        resources["B"]["Properties"]["Fail"] = json!("update");
        stage.things.refused_size.set(Some(1));
        let stack = stage.settle("UpdateStack", order(&resources)).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_FAILED");
        assert_eq!(stack["StackStatusReason"], "The following resource(s) failed to update: [B, A]. ");

        let unknown = json!({ "StackName": "s", "ResourcesToSkip": ["C"] });
        let refused = stage.call("ContinueUpdateRollback", unknown).await.unwrap_err();
        assert_eq!(refused.message, "Resource to skip C is not in a UPDATE_FAILED state or does not belong to stack s");
        let skip = json!({ "StackName": "s", "ResourcesToSkip": ["A", "B"] });
        let stack = stage.settle("ContinueUpdateRollback", skip).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let again = stage.call("ContinueUpdateRollback", json!({ "StackName": "s" })).await.unwrap_err();
        assert!(again.message.ends_with("is in UPDATE_ROLLBACK_COMPLETE state and can not continue rollback."));
    });
}

#[test]
fn a_failed_replacement_leaves_nothing_behind() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.settle("CreateStack", order(&two())).await;
        let before = stage.things.alive.borrow().clone();
        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Name": "new" });
        resources["C"] = json!({ "Type": "Test::Thing", "DependsOn": "A" });
        resources["B"]["Properties"]["Fail"] = json!("update");
        resources["B"]["DependsOn"] = json!("C");
        let stack = stage.settle("UpdateStack", order(&resources)).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        assert_eq!(*stage.things.alive.borrow(), before);
    });
}

#[test]
fn a_resource_that_stays_can_be_retained_once_deleting_has_failed() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Fail": "delete" });
        stage.settle("CreateStack", order(&resources)).await;
        let retain = json!({ "StackName": "s", "RetainResources": ["A"] });
        let early = stage.call("DeleteStack", retain.clone()).await.unwrap_err();
        assert!(early.message.starts_with("Invalid operation on stack ["));
        let stack = stage.settle("DeleteStack", json!({ "StackName": "s" })).await;
        assert_eq!(stack["StackStatus"], "DELETE_FAILED");
        assert_eq!(stack["StackStatusReason"], "The following resource(s) failed to delete: [A]. ");
        let id = stack["StackId"].clone();
        let stack = stage.settle("DeleteStack", json!({ "StackName": id, "RetainResources": ["A"] })).await;
        assert_eq!(stack["StackStatus"], "DELETE_COMPLETE");
        assert_eq!(stage.things.alive.borrow().len(), 1);
    });
}

#[test]
fn a_policy_holds_updates_back() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.settle("CreateStack", order(&two())).await;
        let policy = json!({ "Statement": [
            { "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "Update:Replace", "Principal": "*", "Resource": "LogicalResourceId/A" },
        ]})
        .to_string();
        stage.call("SetStackPolicy", json!({ "StackName": "s", "StackPolicyBody": policy })).await.unwrap();
        let kept = stage.call("GetStackPolicy", json!({ "StackName": "s" })).await.unwrap();
        assert_eq!(kept["StackPolicyBody"], policy);
        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Name": "new" });
        let stack = stage.settle("UpdateStack", order(&resources)).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        let denied = "A UPDATE_FAILED Action denied by stack policy: Statement [#2] does not allow [Update:Replace] for \
                      resource [LogicalResourceId/A]";
        assert!(stage.events("s").await.contains(&denied.to_owned()));
        let allow = json!({ "Statement": [
            { "Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*" },
        ]});
        let mut once = order(&resources);
        once["StackPolicyDuringUpdateBody"] = json!(allow.to_string());
        assert_eq!(stage.settle("UpdateStack", once).await["StackStatus"], "UPDATE_COMPLETE");
    });
}

#[test]
fn an_update_can_be_stopped() {
    testing::run(|kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.settle("CreateStack", order(&two())).await;
        let early = stage.call("CancelUpdateStack", json!({ "StackName": "s" })).await.unwrap_err();
        assert_eq!(early.message, "CancelUpdateStack cannot be called from current stack status");
        let mut resources = two();
        resources["A"]["Properties"] = json!({ "Size": 3 });
        stage.call("UpdateStack", order(&resources)).await.unwrap();
        let stack = stage.settle("CancelUpdateStack", json!({ "StackName": "s" })).await;
        assert_eq!(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE");
        assert!(stage.events("s").await.contains(&"s UPDATE_ROLLBACK_IN_PROGRESS User Initiated".to_owned()));
    });
}

/// Cuts a cloud off while the second resource of an operation is being made, and answers how the stack
/// ends in the next.
fn cut_off(operation: &'static str, alive: &'static [&'static str]) -> Value {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), move |kernel| async move {
        let stage = Stage::new(kernel).await;
        let mut resources = two();
        if operation == "UpdateStack" {
            stage.settle("CreateStack", order(&resources)).await;
            resources["A"]["Properties"] = json!({ "Name": "new" });
            resources["C"] = json!({ "Type": "Test::Thing", "DependsOn": "A" });
        }
        let last = if operation == "UpdateStack" { "C" } else { "B" };
        resources[last]["Properties"]["Fail"] = json!("never ending");
        stage.call(operation, order(&resources)).await.unwrap();
        for _ in 0..50 {
            stage.kernel.tasks.breathe().await;
        }
    });
    let end = Rc::new(std::cell::RefCell::new(Value::Null));
    let seen = end.clone();
    testing::run_on(backend, move |kernel| async move {
        let stage = Stage::new(kernel).await;
        stage.things.alive.borrow_mut().extend(alive.iter().map(|id| (*id).to_owned()));
        let stack = stage.ended("s").await;
        *seen.borrow_mut() = json!({ "status": stack["StackStatus"], "alive": *stage.things.alive.borrow() });
    });
    end.take()
}

#[test]
fn a_creation_that_was_cut_off_is_taken_back() {
    assert_eq!(cut_off("CreateStack", &["A-0"]), json!({ "status": "ROLLBACK_COMPLETE", "alive": [] }));
}

#[test]
fn an_update_that_was_cut_off_goes_back_to_what_was() {
    let end = cut_off("UpdateStack", &["A-0", "B-1", "new-2"]);
    assert_eq!(end, json!({ "status": "UPDATE_ROLLBACK_COMPLETE", "alive": ["A-0", "B-1"] }));
}
