//! Alarms: what is kept of them, and what has become of them.

mod actions;
mod api;
mod definition;
mod evaluate;
mod rule;
mod watch;

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kernel::{Arn, Batch, Kernel, Space, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::store::Place;

const SPACE: Space = Space::new("alarms");

/// How many items of history are kept of a place, and for how long in milliseconds: AWS's 30 days.
const MOST_HISTORY: usize = 2000;
const HISTORY_MILLIS: u64 = 30 * 86_400_000;

/// The state of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    #[serde(rename = "OK")]
    Ok,
    #[serde(rename = "ALARM")]
    Alarm,
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Ok, Self::Alarm, Self::InsufficientData].into_iter().find(|state| state.name() == name)
    }

    /// Which actions are carried out when an alarm gets there.
    fn actions(self) -> &'static str {
        match self {
            Self::Ok => "OKActions",
            Self::Alarm => "AlarmActions",
            Self::InsufficientData => "InsufficientDataActions",
        }
    }
}

/// A state with why and since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Standing {
    pub state: State,
    pub reason: String,
    /// JSON.
    pub data: Option<String>,
    /// When it was last set, in milliseconds.
    pub updated: u64,
}

/// An alarm.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alarm {
    /// The input of the operation that made it, without tags.
    pub definition: Value,
    pub is_composite: bool,
    pub actions_enabled: bool,
    pub standing: Standing,
    /// The one before.
    pub previous: Option<Standing>,
    /// When its state last became another, in milliseconds.
    pub transitioned: u64,
    /// When it was last configured, in milliseconds.
    pub configured: u64,
    pub tags: BTreeMap<String, String>,
}

impl Alarm {
    fn new(definition: Value, is_composite: bool, tags: BTreeMap<String, String>, now: u64) -> Self {
        let reason = "Unchecked: Initial alarm creation".to_owned();
        let standing = Standing { state: State::InsufficientData, reason, data: None, updated: now };
        let actions_enabled = definition["ActionsEnabled"] != false;
        Self {
            definition,
            is_composite,
            actions_enabled,
            standing,
            previous: None,
            transitioned: now,
            configured: now,
            tags,
        }
    }

    fn kind(&self) -> &'static str {
        if self.is_composite { "CompositeAlarm" } else { "MetricAlarm" }
    }

    /// The alarm as answers describe it.
    fn described(&self, place: &Place, name: &str) -> Value {
        let seconds = |millis: u64| json!(millis as f64 / 1000.0);
        let mut described = self.definition.clone();
        for list in ["OKActions", "AlarmActions", "InsufficientDataActions"] {
            if described[list].is_null() {
                described[list] = json!([]);
            }
        }
        if !self.is_composite && described["Metrics"].is_null() && described["Dimensions"].is_null() {
            described["Dimensions"] = json!([]);
        }
        described["AlarmArn"] = json!(arn(place, name));
        described["ActionsEnabled"] = json!(self.actions_enabled);
        described["AlarmConfigurationUpdatedTimestamp"] = seconds(self.configured);
        described["StateValue"] = json!(self.standing.state.name());
        described["StateReason"] = json!(self.standing.reason);
        if let Some(data) = &self.standing.data {
            described["StateReasonData"] = json!(data);
        }
        described["StateUpdatedTimestamp"] = seconds(self.standing.updated);
        described["StateTransitionedTimestamp"] = seconds(self.transitioned);
        described
    }
}

/// What has become of an alarm.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Happened {
    pub alarm: String,
    pub kind: String,
    /// Milliseconds.
    pub at: u64,
    /// `ConfigurationUpdate`, `StateUpdate`, `Action`
    pub item: String,
    pub summary: String,
    /// JSON.
    pub data: String,
}

/// All alarms of all accounts and regions.
#[derive(Default)]
pub struct Alarms {
    places: BTreeMap<Place, Region>,
    next: u64,
    /// Whether somebody evaluates them.
    watched: bool,
}

/// The alarms of a place.
#[derive(Default)]
struct Region {
    alarms: BTreeMap<String, Alarm>,
    /// In the order in which it happened, by the number under which it is stored.
    history: VecDeque<(u64, Happened)>,
}

impl Alarms {
    /// Reads what is stored.
    pub async fn load(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut alarms = Self::default();
        let mut garbled = false;
        kernel.storage.load(&SPACE, |(key, value)| garbled |= alarms.restore(&key, &value).is_none()).await?;
        if garbled {
            return Err(StorageError::Backend("the stored alarms are garbled".into()));
        }
        Ok(alarms)
    }

    fn restore(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        let mut parts = std::str::from_utf8(key).ok()?.splitn(4, '\0');
        let (kind, account, region, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let place = self.places.entry((account.to_owned(), region.to_owned())).or_default();
        if kind == "a" {
            place.alarms.insert(name.to_owned(), serde_json::from_slice(value).ok()?);
        } else {
            let number = name.parse().ok()?;
            self.next = self.next.max(number + 1);
            place.history.push_back((number, serde_json::from_slice(value).ok()?));
        }
        Some(())
    }

    fn of(&self, place: &Place) -> impl Iterator<Item = (&String, &Alarm)> {
        self.places.get(place).into_iter().flat_map(|region| &region.alarms)
    }

    fn get(&self, place: &Place, name: &str) -> Option<&Alarm> {
        self.places.get(place)?.alarms.get(name)
    }

    fn is_empty(&self) -> bool {
        self.places.values().all(|region| region.alarms.is_empty())
    }

    fn put(&mut self, place: &Place, name: &str, alarm: Alarm, batch: &mut Batch) {
        batch.put(&SPACE, alarm_key(place, name), stored(&alarm));
        self.places.entry(place.clone()).or_default().alarms.insert(name.to_owned(), alarm);
    }

    /// Changes an alarm; `None` if there is none.
    pub fn change(
        &mut self,
        place: &Place,
        name: &str,
        change: impl FnOnce(&mut Alarm),
        batch: &mut Batch,
    ) -> Option<()> {
        let alarm = self.places.get_mut(place)?.alarms.get_mut(name)?;
        change(alarm);
        batch.put(&SPACE, alarm_key(place, name), stored(alarm));
        Some(())
    }

    fn remove(&mut self, place: &Place, name: &str, batch: &mut Batch) -> Option<Alarm> {
        let removed = self.places.get_mut(place)?.alarms.remove(name)?;
        batch.delete(&SPACE, alarm_key(place, name));
        Some(removed)
    }

    fn note(&mut self, place: &Place, happened: Happened, batch: &mut Batch) {
        let number = self.next;
        self.next += 1;
        let history = &mut self.places.entry(place.clone()).or_default().history;
        let oldest = happened.at.saturating_sub(HISTORY_MILLIS);
        batch.put(&SPACE, history_key(place, number), stored(&happened));
        history.push_back((number, happened));
        while history.len() > MOST_HISTORY || history.front().is_some_and(|(_, first)| first.at < oldest) {
            if let Some((number, _)) = history.pop_front() {
                batch.delete(&SPACE, history_key(place, number));
            }
        }
    }

    /// The tags of the alarm that an ARN names.
    pub fn tags(&self, place: &Place, arn: &str) -> Option<&BTreeMap<String, String>> {
        Some(&self.get(place, name_of(arn))?.tags)
    }
}

/// The ARN of an alarm.
pub fn arn(place: &Place, name: &str) -> String {
    Arn::new("cloudwatch", &place.1, &place.0, format!("alarm:{name}")).to_string()
}

/// The name of the alarm that is named by its name or its ARN.
pub fn name_of(name_or_arn: &str) -> &str {
    if name_or_arn.starts_with("arn:") {
        name_or_arn.split_once(":alarm:").map_or(name_or_arn, |(_, name)| name)
    } else {
        name_or_arn
    }
}

fn alarm_key(place: &Place, name: &str) -> Vec<u8> {
    ["a", &place.0, &place.1, name].join("\0").into_bytes()
}

fn history_key(place: &Place, number: u64) -> Vec<u8> {
    ["h", &place.0, &place.1, &format!("{number:020}")].join("\0").into_bytes()
}

fn stored(value: &impl Serialize) -> Bytes {
    // Maps with text keys, numbers and text: nothing that JSON cannot hold.
    serde_json::to_vec(value).map(Bytes::from).unwrap_or_default()
}
