//! Environments that are ready before anybody asks: provisioned concurrency.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{Environment, Initialization, environment::RENEWAL};
use crate::{
    Lambda,
    invoke::image_of,
    names::{FunctionKey, Target},
    state::Version,
};

/// The environments of one version that are kept ready.
#[derive(Default)]
pub struct Fleet {
    wanted: u64,
    /// Held by each of them that has got ready, so that they can be counted.
    token: Rc<()>,
    /// Whether more of them are being made.
    growing: bool,
    /// Whether the newest one could not get ready.
    failed: bool,
}

impl Fleet {
    fn count(&self) -> u64 {
        Rc::strong_count(&self.token) as u64 - 1
    }
}

/// All fleets, by function and the name of its version in the pool.
pub type Fleets = RefCell<BTreeMap<(FunctionKey, String), Fleet>>;

/// Under which name the pool keeps environments that were started when they were needed.
pub fn on_demand(version: &Version) -> String {
    format!("{} {}", version.name(), version.generation)
}

/// Under which name the pool keeps environments of provisioned concurrency.
pub fn provisioned(version: &Version) -> String {
    format!("{} provisioned", on_demand(version))
}

impl Lambda {
    /// Goes on with all provisioned concurrency after an opening.
    pub(crate) fn resume_provisioning(&self) {
        let targets: Vec<Target> = {
            let state = self.state.borrow();
            let provisioned = state.all_functions().filter(|(_, function)| !function.provisioned.is_empty());
            provisioned
                .map(|((account, region, name), _)| Target {
                    account: account.clone(),
                    region: region.clone(),
                    name: name.clone(),
                    qualifier: None,
                })
                .collect()
        };
        for target in &targets {
            self.provision(target);
        }
    }

    /// Brings the environments of a function to what is configured: in the background if some have to
    /// be made, at once if some have to go.
    pub(crate) fn provision(&self, target: &Target) {
        let key = target.key();
        let wanted = self.wanted(target);
        let mut fleets = self.fleets.borrow_mut();
        fleets.retain(|(function, variant), _| *function != key || wanted.contains_key(variant));
        self.pool.keep_provisioned(&key, |variant| wanted.get(variant).map_or(0, |(_, count)| *count as usize));
        for (variant, (version, count)) in wanted {
            let fleet = fleets.entry((key.clone(), variant.clone())).or_default();
            fleet.wanted = count;
            fleet.failed = false;
            if fleet.growing || fleet.count() >= count {
                continue;
            }
            fleet.growing = true;
            let Some(lambda) = self.this.upgrade() else { return };
            let target = target.with_qualifier(&version.name());
            self.kernel.tasks.spawn(async move { lambda.fill(&target, &version, variant).await });
        }
    }

    /// What is configured for each version of a function, by its name in the pool.
    fn wanted(&self, target: &Target) -> BTreeMap<String, (Version, u64)> {
        let state = self.state.borrow();
        let Ok(function) = state.function(target) else { return BTreeMap::new() };
        let configs = function.provisioned.iter();
        configs
            .filter_map(|(qualifier, config)| {
                let version = function.resolve(Some(qualifier), 1.0)?;
                Some((provisioned(version), (version.clone(), config.requested)))
            })
            .collect()
    }

    /// Makes environments until there are enough.
    async fn fill(&self, target: &Target, version: &Version, variant: String) {
        let id = (target.key(), variant);
        loop {
            {
                let mut fleets = self.fleets.borrow_mut();
                let Some(fleet) = fleets.get_mut(&id) else { return };
                fleet.growing = fleet.count() < fleet.wanted;
                if !fleet.growing {
                    return;
                }
            }
            let made = self.start_ahead(target, version).await;
            let mut fleets = self.fleets.borrow_mut();
            let Some(fleet) = fleets.get_mut(&id) else { return };
            let Some(mut environment) = made else {
                (fleet.growing, fleet.failed) = (false, true);
                return;
            };
            environment.join(fleet.token.clone());
            self.pool.put(&id.0, &id.1, environment);
            self.renew(target.function(), id.1.clone());
        }
    }

    /// Makes a new environment in the place of one that has got old, before anybody needs it.
    fn renew(&self, target: Target, variant: String) {
        let (clock, lambda) = (self.kernel.clock.clone(), self.this.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep(RENEWAL).await;
            let Some(lambda) = lambda.upgrade() else { return };
            lambda.pool.retire(&target.key(), &variant);
            lambda.provision(&target);
        });
    }

    /// An environment whose runtime is ready; `None` if it cannot get so.
    async fn start_ahead(&self, target: &Target, version: &Version) -> Option<Environment> {
        let image = image_of(version)?;
        let mut environment = self.start(target, version.clone(), image, Initialization::Provisioned).await.ok()?;
        environment.initialize().await.ok()?.then_some(environment)
    }

    /// How many environments are ready for `target`, and whether the newest one failed.
    pub(crate) fn provisioned_now(&self, target: &Target) -> (u64, bool) {
        let variant = {
            let state = self.state.borrow();
            let function = state.function(target).ok();
            function.and_then(|function| function.resolve(target.qualifier.as_deref(), 1.0)).map(provisioned)
        };
        let fleets = self.fleets.borrow();
        let fleet = variant.and_then(|variant| fleets.get(&(target.key(), variant)));
        fleet.map_or((0, false), |fleet| (fleet.count(), fleet.failed))
    }

    /// Whether an environment that has finished its work is one too many.
    pub(crate) fn is_surplus(&self, key: &FunctionKey, variant: &str) -> bool {
        let fleets = self.fleets.borrow();
        fleets.get(&(key.clone(), variant.to_owned())).is_none_or(|fleet| fleet.count() > fleet.wanted)
    }

    /// Replaces environments that have gone, of a version that has some.
    pub(crate) fn top_up(&self, target: &Target, version: &Version) {
        let is_short = {
            let fleets = self.fleets.borrow();
            let fleet = fleets.get(&(target.key(), provisioned(version)));
            fleet.is_some_and(|fleet| fleet.count() < fleet.wanted)
        };
        if is_short {
            self.provision(&target.function());
        }
    }
}
