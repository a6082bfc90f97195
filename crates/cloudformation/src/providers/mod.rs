//! The resource types that CloudFormation itself answers for.

mod custom;
mod inert;
mod nested;

pub(crate) use custom::{CustomResources, Responses};
pub(crate) use inert::Inert;
pub(crate) use nested::NestedStacks;

use std::rc::Rc;

use kernel::{Kernel, ResourceContext, ResourceProvider, Scope};

/// The provider of a type, if there is one. Custom resources may give their type any name.
pub(crate) fn of(kernel: &Kernel, kind: &str) -> Option<Rc<dyn ResourceProvider>> {
    kernel.resource_types.get(if is_custom(kind) { custom::KIND } else { kind })
}

/// Whether a type's reasons for a failure are told as they are, not as what a service has answered.
pub(crate) fn is_own(kind: &str) -> bool {
    kind == crate::stack::STACK_TYPE || kind == custom::KIND || is_custom(kind)
}

fn is_custom(kind: &str) -> bool {
    const LONGEST: usize = 60;
    kind.strip_prefix("Custom::").is_some_and(|name| {
        let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@-".contains(&byte));
        letters && (1..=LONGEST).contains(&name.len())
    })
}

fn scope(context: &ResourceContext) -> Scope {
    let scope = Scope::new(&context.kernel, &context.region, context.caller.clone());
    Scope { account: context.account.clone(), ..scope }
}
