//! What is kept: targets with their policies, their scheduled actions, and what was done to them.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Arn, Batch, Kernel, Scope, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many activities of a target are remembered.
const ACTIVITIES: usize = 100;

/// `ACCOUNT/REGION/DIMENSION/RESOURCE` → target (JSON)
const TARGETS: Space = Space::new("application-autoscaling");

/// An account and a region.
pub type Place = (String, String);

/// The place in which a call acts.
pub fn place(scope: &Scope) -> Place {
    (scope.account.clone(), scope.region.clone())
}

/// What names a target; the namespace is always `dynamodb`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `table/NAME` or `table/NAME/index/NAME`
    pub resource: String,
    /// `dynamodb:table:ReadCapacityUnits` and its like.
    pub dimension: String,
}

/// A scalable target. Moments are in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Target {
    /// The end of its ARN.
    pub id: String,
    /// `MinCapacity`
    pub min: u64,
    /// `MaxCapacity`
    pub max: u64,
    /// When it was registered.
    pub created_at: u64,
    /// `SuspendedState`
    pub suspended: SuspendedState,
    /// By key.
    pub tags: BTreeMap<String, String>,
    /// By name.
    pub policies: BTreeMap<String, Policy>,
    /// By name.
    pub actions: BTreeMap<String, Action>,
    /// Newest first.
    pub activities: VecDeque<Activity>,
    /// When a policy last made it larger and smaller.
    pub scaled_out_at: Option<u64>,
    /// See `scaled_out_at`.
    pub scaled_in_at: Option<u64>,
}

/// Which scaling is suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SuspendedState {
    /// By policies, inwards.
    pub dynamic_scaling_in_suspended: bool,
    /// By policies, outwards.
    pub dynamic_scaling_out_suspended: bool,
    /// By scheduled actions.
    pub scheduled_scaling_suspended: bool,
}

/// A target tracking policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Part of its ARN.
    pub id: String,
    /// When it was made.
    pub created_at: u64,
    /// `TargetTrackingScalingPolicyConfiguration`
    pub configuration: Value,
}

/// A scheduled action.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Action {
    /// Part of its ARN.
    pub id: String,
    /// When it was made.
    pub created_at: u64,
    /// `Schedule`
    pub schedule: String,
    /// `Timezone`
    pub timezone: Option<String>,
    /// `StartTime`
    pub start: Option<u64>,
    /// `EndTime`
    pub end: Option<u64>,
    /// `ScalableTargetAction`: the bounds that it sets.
    pub min: Option<u64>,
    /// See `min`.
    pub max: Option<u64>,
}

/// Something that was done to a target.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Activity {
    /// `ActivityId`
    pub id: String,
    /// `Setting read capacity units to 5.`
    pub description: String,
    /// Why.
    pub cause: String,
    /// When it began.
    pub started_at: u64,
    /// When it was over.
    pub ended_at: u64,
    /// `Successful` or `Failed`.
    pub status: String,
    /// How it went.
    pub message: String,
}

impl Target {
    /// Remembers what was done.
    pub fn note(&mut self, activity: Activity) {
        self.activities.push_front(activity);
        self.activities.truncate(ACTIVITIES);
    }

    /// The target's ARN.
    pub fn arn(&self, (account, region): &Place) -> String {
        let resource = format!("scalable-target/{}", self.id);
        Arn::new("application-autoscaling", region, account, resource).to_string()
    }
}

/// All targets of all accounts and regions.
#[derive(Default)]
pub struct State(BTreeMap<Place, BTreeMap<Key, Target>>);

impl State {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut state = Self::default();
        let mut broken = false;
        kernel
            .storage
            .load(&TARGETS, |(key, value)| match (split(&key), serde_json::from_slice(&value)) {
                (Some((place, key)), Ok(target)) => {
                    state.0.entry(place).or_default().insert(key, target);
                }
                _ => broken = true,
            })
            .await?;
        if broken {
            return Err(StorageError::Backend("the stored scalable targets are garbled".into()));
        }
        Ok(state)
    }

    /// Whether there is no target at all.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeMap::is_empty)
    }

    /// What names every target.
    pub fn keys(&self) -> Vec<(Place, Key)> {
        let keys = self.0.iter().flat_map(|(place, targets)| targets.keys().map(|key| (place.clone(), key.clone())));
        keys.collect()
    }

    /// The targets of a place, in order.
    pub fn targets(&self, place: &Place) -> impl Iterator<Item = (&Key, &Target)> {
        self.0.get(place).into_iter().flatten()
    }

    /// A target.
    pub fn target(&self, place: &Place, key: &Key) -> Option<&Target> {
        self.0.get(place)?.get(key)
    }

    /// The target that has an ARN.
    pub fn by_arn(&self, place: &Place, arn: &str) -> Option<(&Key, &Target)> {
        self.targets(place).find(|(_, target)| target.arn(place) == arn)
    }

    /// Keeps a target as it is now.
    pub fn put(&mut self, place: &Place, key: &Key, target: Target, batch: &mut Batch) {
        // Maps with text keys, lists and numbers always serialise.
        batch.put(&TARGETS, joined(place, key), serde_json::to_vec(&target).unwrap_or_default());
        self.0.entry(place.clone()).or_default().insert(key.clone(), target);
    }

    /// Forgets a target with all that belongs to it.
    pub fn remove(&mut self, place: &Place, key: &Key, batch: &mut Batch) -> Option<Target> {
        batch.delete(&TARGETS, joined(place, key));
        self.0.get_mut(place)?.remove(key)
    }
}

fn joined((account, region): &Place, key: &Key) -> String {
    format!("{account}/{region}/{}/{}", key.dimension, key.resource)
}

fn split(key: &[u8]) -> Option<(Place, Key)> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(4, '/').map(str::to_owned);
    let place = (parts.next()?, parts.next()?);
    let dimension = parts.next()?;
    Some((place, Key { resource: parts.next()?, dimension }))
}
