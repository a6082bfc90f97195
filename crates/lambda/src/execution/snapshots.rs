//! SnapStart: a version's init is done when it is published, and its environments start from a copy of
//! what came of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use http::StatusCode;
use kernel::{AwsError, Batch};
use sandbox::Image;

use super::{
    Initialization, on_demand,
    report::{Failure, exit_reason},
};
use crate::{
    Lambda,
    invoke::image_of,
    names::Target,
    state::{Progress, Version},
};

/// The snapshots that have been taken since the cloud was opened, by the version's name in the pool.
#[derive(Default)]
pub struct Snapshots {
    taken: RefCell<BTreeMap<String, Image>>,
    /// Those that are being taken for a version that was published.
    underway: RefCell<BTreeSet<String>>,
}

impl Lambda {
    /// Takes the snapshot of a version that was published, which is active from then on.
    pub(crate) async fn publish_snapshot(&self, target: &Target, version: &Version) {
        let key = on_demand(version);
        if !self.snapshots.underway.borrow_mut().insert(key.clone()) {
            return;
        }
        let progress = match self.take_snapshot(target, version).await {
            Ok(()) => Progress::Settled,
            Err(failure) => Progress::Failed { code: code(&failure).to_owned(), reason: reason(&failure) },
        };
        let mut batch = Batch::default();
        // A function that is gone needs nothing more.
        let _ = self.state.borrow_mut().change_function(target, &mut batch, |function| {
            if let Some(version) = version.number.and_then(|number| function.versions.get_mut(&number)) {
                version.progress = progress;
            }
            Ok(())
        });
        // What cannot be stored is done again after the next opening.
        let _ = self.commit(batch).await;
        self.snapshots.underway.borrow_mut().remove(&key);
    }

    /// The snapshot that the environments of a version start from.
    pub(crate) async fn snapshot(&self, target: &Target, version: &Version) -> Result<Image, AwsError> {
        let key = on_demand(version);
        let taken = || self.snapshots.taken.borrow().get(&key).cloned();
        if let Some(image) = taken() {
            return Ok(image);
        }
        // Those of before the last opening are taken anew.
        self.take_snapshot(target, version).await.map_err(|failure| not_restored(&failure))?;
        taken().ok_or_else(|| AwsError::internal("a snapshot is missing"))
    }

    async fn take_snapshot(&self, target: &Target, version: &Version) -> Result<(), Failure> {
        // What no image runs has no init either.
        let Some(image) = image_of(version) else { return Ok(()) };
        let failed = |error: AwsError| Failure::InvalidEntrypoint(error.message);
        let target = target.with_qualifier(&version.name());
        // Starting from a snapshot may take one, which starts without any.
        let started = Box::pin(self.start(&target, version.clone(), image, Initialization::SnapStart)).await;
        let image = started.map_err(failed)?.snapshot().await?;
        let existing: BTreeSet<String> = {
            let state = self.state.borrow();
            state.all_functions().flat_map(|(_, function)| function.versions.values().map(on_demand)).collect()
        };
        let mut taken = self.snapshots.taken.borrow_mut();
        taken.retain(|key, _| existing.contains(key));
        taken.insert(on_demand(version), image);
        Ok(())
    }

    /// Refuses to invoke a version that has not been made, or could not be.
    pub(crate) fn check_is_active(&self, version: &Version) -> Result<(), AwsError> {
        match &version.progress {
            Progress::Creating if version.starts_from_snapshot() => Err(AwsError::new(
                "SnapStartNotReadyException",
                "Lambda is initializing your function. It will be ready to invoke once your function state becomes \
                 ACTIVE.",
            )
            .with_status(StatusCode::CONFLICT)),
            Progress::Failed { .. } => Err(crate::names::conflict(
                "The operation cannot be performed at this time. The function is currently in the following state: \
                 Failed",
            )),
            _ => Ok(()),
        }
    }
}

/// The error for an environment that cannot start from its snapshot.
pub fn not_restored(failure: &Failure) -> AwsError {
    match failure {
        Failure::TimedOut => {
            AwsError::new("SnapStartTimeoutException", "Lambda couldn't restore the snapshot within the timeout limit.")
                .with_status(StatusCode::REQUEST_TIMEOUT)
        }
        _ => AwsError::new(
            "SnapStartException",
            "The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch \
             logs.",
        ),
    }
}

/// `StateReasonCode`
fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Reported { .. } => "FunctionError",
        Failure::TimedOut => "FunctionError.InitTimeout",
        Failure::Exited(_) => "FunctionError.RuntimeInitError",
        Failure::InvalidEntrypoint(_) => "FunctionError.InvalidEntryPoint",
    }
}

fn reason(failure: &Failure) -> String {
    let why = match failure {
        Failure::Reported { error_type, .. } => error_type.clone(),
        Failure::TimedOut => "the initialization took too long".to_owned(),
        Failure::Exited(exit) => exit_reason(exit),
        Failure::InvalidEntrypoint(reason) => reason.clone(),
    };
    format!("Function initialization failed: {why}")
}
