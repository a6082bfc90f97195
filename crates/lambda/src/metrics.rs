//! What Lambda measures of functions: namespace `AWS/Lambda`.
//!
//! As in AWS each value counts for the account, for the function, for what was called (the function or
//! one of its versions and aliases), and for the version that an alias chose.

use kernel::Metric;

use crate::{Lambda, names::Target, state::LATEST};

const NAMESPACE: &str = "AWS/Lambda";

/// An invocation that a function has worked on.
pub struct Worked<'a> {
    /// The version that did it.
    pub version: &'a str,
    pub failed: bool,
    /// Milliseconds.
    pub duration: f64,
    /// Whether it worked in an environment of provisioned concurrency.
    pub provisioned: bool,
}

impl Lambda {
    /// Counts `value` for a function in all of its dimensions.
    pub(crate) fn measure(&self, target: &Target, name: &'static str, unit: &'static str, value: f64) {
        self.measure_version(target, None, (name, unit), value);
    }

    /// Counts an invocation.
    pub(crate) fn measure_invocation(&self, target: &Target, worked: &Worked) {
        let provisioned = self.provisioned_for(target, worked.version);
        let mut measured = vec![
            ("Invocations", "Count", 1.0),
            ("Errors", "Count", f64::from(u8::from(worked.failed))),
            ("Throttles", "Count", 0.0),
            ("Duration", "Milliseconds", worked.duration),
        ];
        match provisioned {
            Some(_) if worked.provisioned => measured.push(("ProvisionedConcurrencyInvocations", "Count", 1.0)),
            Some(_) => measured.push(("ProvisionedConcurrencySpilloverInvocations", "Count", 1.0)),
            None => {}
        }
        for (name, unit, value) in measured {
            self.measure_version(target, Some(worked.version), (name, unit), value);
        }
    }

    /// Tells how many invocations are under way, now that one more is.
    pub(crate) fn measure_concurrency(&self, target: &Target, version: &str) {
        let (own, unreserved) = self.concurrency(target);
        let own = own + self.pool.working_provisioned(&target.key());
        let (_, all) = self.pool.working(&target.key(), |_| true);
        let now = self.kernel.clock.now();
        let record = |metric: Metric, value: u64| self.kernel.metrics.record(metric, value as f64, now);
        let concurrent = || metric(target, "ConcurrentExecutions", "Count");
        record(concurrent(), all);
        record(concurrent().of("FunctionName", &target.name), own);
        record(concurrent().of("FunctionName", &target.name).of("Resource", resource(target)), own);
        record(metric(target, "UnreservedConcurrentExecutions", "Count"), unreserved);
        if let Some((qualifier, wanted)) = self.provisioned_for(target, version) {
            let provisioned = self.pool.working_provisioned(&target.key());
            let of = |metric: Metric| {
                let target = target.with_qualifier(&qualifier);
                metric.of("FunctionName", &target.name).of("Resource", resource(&target))
            };
            record(of(metric(target, "ProvisionedConcurrentExecutions", "Count")), provisioned);
            let used = provisioned as f64 / wanted.max(1) as f64;
            self.kernel.metrics.record(of(metric(target, "ProvisionedConcurrencyUtilization", "None")), used, now);
        }
    }

    /// The version or alias by which concurrency is provisioned for what was called, and how much.
    fn provisioned_for(&self, target: &Target, version: &str) -> Option<(String, u64)> {
        let state = self.state.borrow();
        let provisioned = &state.function(target).ok()?.provisioned;
        let names = [target.qualifier.as_deref().unwrap_or(LATEST), version];
        names.into_iter().find_map(|name| Some((name.to_owned(), provisioned.get(name)?.requested)))
    }

    fn measure_version(
        &self,
        target: &Target,
        version: Option<&str>,
        (name, unit): (&'static str, &'static str),
        value: f64,
    ) {
        let now = self.kernel.clock.now();
        let record = |metric: Metric| self.kernel.metrics.record(metric, value, now);
        let of_function = || metric(target, name, unit).of("FunctionName", &target.name);
        record(metric(target, name, unit));
        record(of_function());
        record(of_function().of("Resource", resource(target)));
        if let Some(version) = version.filter(|_| self.splits(target)) {
            record(of_function().of("Resource", resource(target)).of("ExecutedVersion", version));
        }
    }

    /// Whether what was called is an alias that splits its traffic.
    fn splits(&self, target: &Target) -> bool {
        let state = self.state.borrow();
        let Some(qualifier) = &target.qualifier else { return false };
        let alias = state.function(target).ok().and_then(|function| function.aliases.get(qualifier));
        alias.is_some_and(|alias| !alias.weights.is_empty())
    }
}

fn metric(target: &Target, name: &'static str, unit: &'static str) -> Metric {
    Metric::new(&target.account, &target.region, NAMESPACE, name, unit)
}

/// The function, or what of it was called.
fn resource(target: &Target) -> String {
    match &target.qualifier {
        Some(qualifier) => format!("{}:{qualifier}", target.name),
        None => target.name.clone(),
    }
}
