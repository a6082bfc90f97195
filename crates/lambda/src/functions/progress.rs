//! How what was made or changed becomes ready: AWS answers before it is, and clients wait for it.
//!
//! Here almost everything is ready as soon as it is stored, so the next request finds it so; but the
//! snapshots of SnapStart take their time.

use kernel::Batch;

use crate::{
    Lambda,
    names::Target,
    state::{Progress, Version},
};

impl Lambda {
    /// Brings a function's versions to their end, after the answer has left.
    pub(crate) fn settle_in_background(&self, target: &Target) {
        if let Some(lambda) = self.this.upgrade() {
            let target = target.function();
            self.kernel.tasks.spawn(async move { lambda.settle(&target).await });
        }
    }

    /// Goes on with what was not ready when the cloud was closed.
    pub(crate) fn resume_progress(&self) {
        let is_underway = |version: &Version| matches!(version.progress, Progress::Creating | Progress::Updating);
        let targets: Vec<Target> = {
            let state = self.state.borrow();
            let underway = state.all_functions().filter(|(_, function)| {
                [&function.latest].into_iter().chain(function.versions.values()).any(is_underway)
            });
            underway.map(|(key, _)| Target::of(key)).collect()
        };
        for target in &targets {
            self.settle_in_background(target);
        }
    }

    async fn settle(&self, target: &Target) {
        let mut snapshots = Vec::new();
        let mut batch = Batch::default();
        // A function that is gone needs nothing more.
        let _ = self.state.borrow_mut().change_function(target, &mut batch, |function| {
            for version in function.all_versions_mut() {
                if version.progress == Progress::Settled {
                    continue;
                }
                if version.starts_from_snapshot() {
                    snapshots.push(version.clone());
                    continue;
                }
                version.progress = Progress::Settled;
                version.revision = self.kernel.rng.uuid();
            }
            Ok(())
        });
        // What cannot be stored is brought to its end again after the next opening.
        let _ = self.commit(batch).await;
        for version in snapshots.iter().filter(|version| version.progress == Progress::Creating) {
            self.publish_snapshot(target, version).await;
        }
    }
}
