//! Functions that go on invoking themselves: stopped after as many rounds as AWS allows.
//!
//! The trace knows which request caused which, also where an event waited in between; so a loop is seen
//! as long as its requests are in the trace. What S3 and streams pass on begins anew.

use std::{cell::RefCell, collections::BTreeMap};

use kernel::{AwsError, Scope, SpanId};

use crate::{
    Lambda,
    names::{FunctionKey, Target},
};

/// How often a function may be in the chain of requests that leads to it.
const MAX_ROUNDS: usize = 16;

/// How many invocations are remembered: about as many as the trace keeps.
const MAX_REMEMBERED: usize = 2000;

/// Which function each of the newest invocations ran.
#[derive(Default)]
pub struct Runs(RefCell<BTreeMap<SpanId, FunctionKey>>);

impl Runs {
    fn remember(&self, span: SpanId, function: FunctionKey) {
        let mut runs = self.0.borrow_mut();
        runs.insert(span, function);
        if runs.len() > MAX_REMEMBERED {
            runs.pop_first();
        }
    }
}

impl Lambda {
    /// Counts an invocation as a link of the chain that led to it, or refuses it as a loop.
    pub(crate) fn enter_chain(&self, scope: &Scope, target: &Target) -> Result<(), AwsError> {
        let key = target.key();
        let mut rounds = 0;
        let mut link = scope.parent;
        while let Some(span) = link {
            rounds += usize::from(self.runs.0.borrow().get(&span) == Some(&key));
            link = self.kernel.trace.parent(span);
        }
        if rounds >= MAX_ROUNDS && self.state.borrow().function(target)?.recursive_loop.as_deref() != Some("Allow") {
            return Err(AwsError::new(
                "RecursiveInvocationException",
                "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services \
                 resources and stopped your function's invocation.",
            ));
        }
        if let Some(span) = scope.span {
            self.runs.remember(span, key);
        }
        Ok(())
    }
}
