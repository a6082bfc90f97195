//! `AWS::CloudFormation::Stack`: a stack as a resource of another.

use std::cell::RefCell;
use std::rc::Rc;

use kernel::{AwsError, Created, Kernel, ResourceContext, ResourceProvider, Scope, async_trait};
use serde_json::{Map, Value, json};

use super::scope;
use crate::changes::is_changed;
use crate::engine::Engine;
use crate::plan::{Order, plan};
use crate::stack::{Plan, STACK_TYPE, Stack};
use crate::store::Store;
use crate::template::{invalid, text_of};

/// Makes stacks for other stacks.
pub(crate) struct NestedStacks {
    pub(crate) kernel: Kernel,
    pub(crate) store: Rc<RefCell<Store>>,
}

impl NestedStacks {
    fn stack(&self, id: &str) -> Option<Stack> {
        self.store.borrow().get(id).cloned()
    }

    fn engine(&self, context: &ResourceContext, stack_id: &str) -> Engine {
        Engine {
            kernel: self.kernel.clone(),
            store: self.store.clone(),
            stack_id: stack_id.to_owned(),
            caller: context.caller.clone(),
        }
    }

    /// What the properties ask for, with the template fetched.
    async fn order(&self, context: &ResourceContext, scope: &Scope, properties: &Value) -> Result<Order, AwsError> {
        let url = properties["TemplateURL"].as_str().filter(|url| !url.is_empty());
        let url =
            url.ok_or_else(|| invalid("Property validation failure: [The property {/TemplateURL} is required]"))?;
        let parameters = properties["Parameters"].as_object().into_iter().flatten();
        let parameters: Vec<Value> =
            parameters.map(|(name, value)| json!({ "ParameterKey": name, "ParameterValue": text_of(value) })).collect();
        let parent = self.stack(&context.stack_id);
        let order = json!({
            "TemplateURL": url,
            "Parameters": parameters,
            "Capabilities": parent.map(|stack| stack.plan.capabilities).unwrap_or_default(),
            "Tags": properties["Tags"].as_array().cloned().unwrap_or_default(),
            "NotificationARNs": properties["NotificationARNs"].as_array().cloned().unwrap_or_default(),
            "OnFailure": "DELETE",
        });
        let order: Order = aws_api::parse(order)?;
        order.fetch(&self.kernel, scope).await
    }

    async fn start(&self, stack_id: &str, status: &str) -> Result<(), AwsError> {
        self.store.borrow_mut().stack_event(&self.kernel, stack_id, status, Some("User Initiated"));
        let batch = self.store.borrow_mut().take_batch();
        crate::store::commit(&self.kernel, batch).await
    }

    fn created(&self, stack_id: &str) -> Created {
        let outputs = self.stack(stack_id).map(|stack| stack.outputs).unwrap_or_default();
        let attributes: Map<String, Value> =
            outputs.into_iter().map(|output| (format!("Outputs.{}", output.key), json!(output.value))).collect();
        Created { physical_id: stack_id.to_owned(), attributes }
    }

    fn plan(&self, order: Order, stack: &Stack, previous: Option<&Stack>) -> Result<Plan, AwsError> {
        plan(&self.kernel, order, &stack.pseudo(), previous, false)
    }
}

#[async_trait(?Send)]
impl ResourceProvider for NestedStacks {
    fn types(&self) -> &'static [&'static str] {
        &[STACK_TYPE]
    }

    fn replaces(&self, _: &str, _: &str) -> bool {
        false
    }

    /// A stack that fails to be made is deleted again at once, so that none is left that no one knows of.
    async fn create(&self, context: &ResourceContext, properties: &Value) -> Result<Created, AwsError> {
        const LONGEST: usize = 128;
        let scope = scope(context);
        let order = self.order(context, &scope, properties).await?;
        let mut stack = Stack::new(&self.kernel, &scope, &context.physical_name(LONGEST));
        let root = self.stack(&context.stack_id).and_then(|parent| parent.root_id);
        stack.parent_id = Some(context.stack_id.clone());
        stack.root_id = Some(root.unwrap_or_else(|| context.stack_id.clone()));
        stack.plan = self.plan(order, &stack, None)?;
        let id = stack.id.clone();
        self.store.borrow_mut().insert(stack);
        self.start(&id, "CREATE_IN_PROGRESS").await?;
        match self.engine(context, &id).create().await {
            Ok(()) => Ok(self.created(&id)),
            Err(reason) => Err(invalid(format!("Embedded stack {id} was not successfully created: {reason}"))),
        }
    }

    async fn update(
        &self,
        context: &ResourceContext,
        physical_id: &str,
        _: &Value,
        new: &Value,
    ) -> Result<Created, AwsError> {
        let gone = || invalid(format!("Stack [{physical_id}] does not exist"));
        let stack = self.stack(physical_id).ok_or_else(gone)?;
        let goes_back = self.stack(&context.stack_id).is_some_and(|parent| parent.status.contains("ROLLBACK"));
        let plan = if goes_back {
            stack.before.clone()
        } else {
            let order = self.order(context, &scope(context), new).await?;
            let plan = self.plan(order, &stack, Some(&stack))?;
            Some(plan).filter(|plan| is_changed(&stack, plan) || !stack.status.ends_with("_COMPLETE"))
        };
        self.store.borrow_mut().change(physical_id, |stack| stack.before = None);
        let Some(plan) = plan else { return Ok(self.created(physical_id)) };
        self.start(physical_id, "UPDATE_IN_PROGRESS").await?;
        match self.engine(context, physical_id).update(plan).await {
            Ok(()) => {
                self.store
                    .borrow_mut()
                    .change(physical_id, |kept| kept.before = Some(stack.plan).filter(|_| !goes_back));
                Ok(self.created(physical_id))
            }
            Err(reason) => Err(invalid(format!(
                "Embedded stack {physical_id} was not successfully updated. Currently in \
                 UPDATE_ROLLBACK_IN_PROGRESS with reason: {reason}"
            ))),
        }
    }

    async fn delete(&self, context: &ResourceContext, physical_id: &str, _: &Value) -> Result<(), AwsError> {
        if self.stack(physical_id).is_none_or(|stack| stack.is_deleted()) {
            return Ok(());
        }
        self.start(physical_id, "DELETE_IN_PROGRESS").await?;
        let deleted = self.engine(context, physical_id).delete(&[]).await;
        deleted
            .map_err(|reason| invalid(format!("Embedded stack {physical_id} was not successfully deleted: {reason}")))
    }
}
