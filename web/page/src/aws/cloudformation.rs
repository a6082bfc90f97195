//! AWS CloudFormation: the stack, its events, its resources.

use super::xml::Node;
use crate::client::{Client, Failure};

/// A stack as `DescribeStacks` tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    pub name: String,
    pub status: String,
    pub reason: String,
    pub outputs: Vec<Output>,
}

/// One output of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub key: String,
    pub value: String,
    pub description: String,
}

/// One line of `DescribeStackEvents`.
#[derive(Clone, Debug, PartialEq)]
pub struct StackEvent {
    pub id: String,
    pub time: String,
    pub logical_id: String,
    pub physical_id: String,
    pub kind: String,
    pub status: String,
    pub reason: String,
}

/// One line of `DescribeStackResources`.
#[derive(Clone, Debug, PartialEq)]
pub struct StackResource {
    pub logical_id: String,
    pub physical_id: String,
    pub kind: String,
    pub status: String,
}

/// Whether nothing more will happen to a stack in this status.
pub fn is_settled(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS")
}

/// Whether a status tells of a failure.
pub fn is_failed(status: &str) -> bool {
    status.ends_with("_FAILED") || status.contains("ROLLBACK")
}

/// The stacks of the account. A deleted stack is not among them.
pub async fn stacks(client: &Client) -> Result<Vec<Stack>, Failure> {
    let answer = call(client, "DescribeStacks", &[]).await?;
    Ok(answer.members("Stacks").iter().map(read_stack).collect())
}

/// One stack.
pub async fn stack(client: &Client, name: &str) -> Result<Option<Stack>, Failure> {
    let answer = call(client, "DescribeStacks", &[("StackName", name)]).await?;
    Ok(answer.members("Stacks").first().map(read_stack))
}

/// The newest events of a stack, newest first.
pub async fn events(client: &Client, name: &str) -> Result<Vec<StackEvent>, Failure> {
    let answer = call(client, "DescribeStackEvents", &[("StackName", name)]).await?;
    let read = |event: &Node| StackEvent {
        id: event.text("EventId"),
        time: event.text("Timestamp"),
        logical_id: event.text("LogicalResourceId"),
        physical_id: event.text("PhysicalResourceId"),
        kind: event.text("ResourceType"),
        status: event.text("ResourceStatus"),
        reason: event.text("ResourceStatusReason"),
    };
    Ok(answer.members("StackEvents").iter().map(read).collect())
}

/// What a stack made.
pub async fn resources(client: &Client, name: &str) -> Result<Vec<StackResource>, Failure> {
    let answer = call(client, "DescribeStackResources", &[("StackName", name)]).await?;
    let read = |resource: &Node| StackResource {
        logical_id: resource.text("LogicalResourceId"),
        physical_id: resource.text("PhysicalResourceId"),
        kind: resource.text("ResourceType"),
        status: resource.text("ResourceStatus"),
    };
    Ok(answer.members("StackResources").iter().map(read).collect())
}

async fn call(client: &Client, action: &str, parameters: &[(&str, &str)]) -> Result<Node, Failure> {
    let text = client.query("cloudformation", action, "2010-05-15", parameters).await?;
    Node::parse(&text).ok_or_else(|| Failure::unreadable(action))
}

fn read_stack(stack: &Node) -> Stack {
    Stack {
        name: stack.text("StackName"),
        status: stack.text("StackStatus"),
        reason: stack.text("StackStatusReason"),
        outputs: stack
            .members("Outputs")
            .iter()
            .map(|output| Output {
                key: output.text("OutputKey"),
                value: output.text("OutputValue"),
                description: output.text("Description"),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_say_whether_a_stack_settled_and_how() {
        for (status, settled, failed) in [
            ("CREATE_IN_PROGRESS", false, false),
            ("CREATE_COMPLETE", true, false),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", false, false),
            ("ROLLBACK_COMPLETE", true, true),
            ("UPDATE_ROLLBACK_IN_PROGRESS", false, true),
            ("CREATE_FAILED", true, true),
        ] {
            assert_eq!(is_settled(status), settled, "{status}");
            assert_eq!(is_failed(status), failed, "{status}");
        }
    }
}
