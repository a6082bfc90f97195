//! Global tables, version 2019.11.21: tables of the same name in several regions of an account, each of
//! which is read and written, and whose changes reach the others.
//!
//! [`update`] makes and removes replicas, [`rules`] says what AWS refuses, [`members`] what else is
//! different for a table that has replicas, [`overrides`] what each has of its own, [`scaling`] how their
//! throughput scales, and [`cfn`] makes global tables for CloudFormation. How changes are kept until they
//! have arrived is said in `state::outbox`.
//!
//! What version 2017.11.29 showed to everyone, the attributes `aws:rep:*`, version 2019.11.21 hides. AWS
//! makes no tables of the older version any more: its operations find nothing and make nothing.

mod cfn;
mod members;
mod overrides;
mod rules;
mod scaling;
mod update;

use std::{cell::Cell, time::Duration};

use aws_api::Call;
use kernel::{AwsError, Batch, Space, StorageError, Timestamp};
use serde_json::{Map, Value, json};

pub use cfn::Provider;

use crate::{
    DynamoDb,
    api::{Input, describe},
    memory::{READS, named_tables},
    state::{
        Arrival, Billing, Group, Replica, State,
        meter::{Charge, Kind},
    },
};

/// `lag` → virtual milliseconds
const SPACE: Space = Space::new("dynamodb.replication");

/// How the settings of replicas depend on each other.
const MODE: &str = "ENABLED_WITH_OVERRIDES";

/// How long a change takes to the other regions unless it is set, in virtual milliseconds.
const DEFAULT_LAG: u64 = 500;

/// How changes travel.
pub struct Replication {
    lag: Cell<u64>,
    /// The number of the task that waits for the next change to be due, if one does.
    waiting: Cell<Option<u64>>,
    tasks: Cell<u64>,
}

impl Default for Replication {
    fn default() -> Self {
        Self { lag: Cell::new(DEFAULT_LAG), waiting: Cell::new(None), tasks: Cell::new(0) }
    }
}

impl DynamoDb {
    /// How long a change takes to the other regions of a global table, in virtual milliseconds.
    pub fn replication_lag(&self) -> u64 {
        self.replication.lag.get()
    }

    /// How many changes have not arrived yet in all regions.
    pub fn changes_in_transit(&self) -> usize {
        self.state.borrow().in_transit()
    }

    /// Sets how long a change takes to the other regions.
    ///
    /// # Errors
    /// When it cannot be kept; it is then as it was.
    pub async fn set_replication_lag(&self, millis: u64) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        batch.put(&SPACE, "lag", millis.to_be_bytes().to_vec());
        self.commit(batch).await?;
        self.replication.lag.set(millis);
        self.replication.waiting.set(None);
        self.watch_outboxes();
        Ok(())
    }

    /// Goes on with what was under way when the cloud was last closed.
    pub async fn resume_replication(&self) -> Result<(), StorageError> {
        let read = |(_, value): kernel::Entry| {
            if let Ok(lag) = <[u8; 8]>::try_from(&value[..]) {
                self.replication.lag.set(u64::from_be_bytes(lag));
            }
        };
        self.kernel.storage.load(&SPACE, read).await?;
        self.watch_outboxes();
        self.watch_all_replicas();
        Ok(())
    }

    /// Sees to it that the next change on its way arrives.
    pub fn watch_outboxes(&self) {
        if self.replication.waiting.get().is_some() {
            return;
        }
        let Some(oldest) = self.state.borrow().oldest_outbound() else { return };
        let number = self.replication.tasks.get() + 1;
        self.replication.tasks.set(number);
        self.replication.waiting.set(Some(number));
        let due = Timestamp::from_millis(oldest.saturating_add(self.replication.lag.get()));
        // What could not arrive when it was due is tried again a moment later.
        let due = due.max(self.kernel.clock.now() + Duration::from_millis(1));
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(due).await;
            let Some(room) = me.upgrade() else { return };
            if room.replication.waiting.get() == Some(number) {
                room.deliver().await;
                room.replication.waiting.set(None);
                room.watch_outboxes();
            }
        });
    }

    /// Brings all changes that are due to their regions, in their order.
    async fn deliver(&self) {
        let now = self.now();
        let due = self.state.borrow().due(now.saturating_sub(self.replication.lag.get()));
        for delivery in &due {
            for region in &delivery.to {
                let place = (delivery.from.0.as_str(), region.as_str());
                if self.bring(place, &[&delivery.change.table], true, None).await.is_err() {
                    return;
                }
            }
        }
        let mut batch = Batch::default();
        let arrived = {
            let mut state = self.state.borrow_mut();
            let able: Vec<bool> = due.iter().map(|delivery| state.can_arrive(delivery)).collect();
            let due = due.into_iter().zip(able).filter(|(_, able)| *able);
            let arrived: Vec<_> = due.map(|(delivery, _)| delivery).collect();
            for delivery in &arrived {
                let written = state.arrive(delivery, now, &mut batch);
                self.charge_arrivals(&mut state, &written);
            }
            arrived
        };
        let is_news = !arrived.is_empty();
        if self.commit(batch).await.is_ok() {
            if is_news {
                self.kernel.trace.happened("dynamodb", "(changes arrived)", self.kernel.clock.now());
                for delivery in &arrived {
                    self.measure_replication(delivery);
                }
            }
        } else {
            let mut state = self.state.borrow_mut();
            for delivery in arrived {
                state.put_back(delivery);
            }
        }
    }

    /// Charges the regions that changes have reached with what writing them took. Nobody can be refused:
    /// what a table lacks now it pays later, and its own writers wait.
    pub fn charge_arrivals(&self, state: &mut State, written: &[Arrival]) {
        for Arrival { place: (account, region), table, key, units } in written {
            let Some(table) = state.region_at(account, region).tables.get(table) else { continue };
            self.pay_later(&Charge { table: &table.definition, kind: Kind::Write, units, place: key });
        }
    }

    /// Completes when the other regions' tables are in memory, where `call` writes them too.
    pub async fn replicas_ready(&self, call: &Call) -> Result<(), AwsError> {
        if READS.contains(&call.operation) {
            return Ok(());
        }
        for named in named_tables(call) {
            let name = crate::api::table_name(named).to_owned();
            let Some(group) = self.group_of(call, &name) else { continue };
            if call.operation.starts_with("Transact") && group.strong {
                return Err(rules::no_transactions());
            }
            for region in group.regions().filter(|_| group.strong) {
                self.bring((&call.scope.account, region), &[&name], true, None).await?;
            }
        }
        Ok(())
    }

    /// The global table that a table belongs to, where `call` acts.
    fn group_of(&self, call: &Call, name: &str) -> Option<Group> {
        let mut state = self.state.borrow_mut();
        state.region(&call.scope).tables.get(name)?.definition.keeping.group.clone()
    }
}

/// Whether an UpdateTable is about replicas.
pub fn is_asked_for(call: &Call) -> bool {
    Input(&call.input).has("ReplicaUpdates")
}

/// What DescribeTable says of a table's global table.
pub fn described(group: &Group, billing: &Billing) -> Map<String, Value> {
    let replica = |replica: &Replica| {
        let mut answer = json!({
            "RegionName": replica.region,
            "ReplicaStatus": replica.status.name(),
            "WarmThroughput": describe::warm_throughput(billing.on_demand, billing.throughput, &billing.history),
            "GlobalTableSettingsReplicationMode": MODE,
        });
        for (name, value) in &replica.overrides {
            match name.as_str() {
                "TableClassOverride" => answer["ReplicaTableClassSummary"] = json!({"TableClass": value}),
                name => answer[name] = value.clone(),
            }
        }
        answer
    };
    let mut answer = Map::new();
    answer.insert("GlobalTableVersion".to_owned(), json!("2019.11.21"));
    answer.insert("Replicas".to_owned(), group.replicas.iter().map(replica).collect());
    answer.insert("GlobalTableSettingsReplicationMode".to_owned(), json!(MODE));
    if group.strong {
        answer.insert("MultiRegionConsistency".to_owned(), json!("STRONG"));
    }
    if let Some(witness) = &group.witness {
        let witness = json!({"RegionName": witness.region, "WitnessStatus": witness.status.name()});
        answer.insert("GlobalTableWitnesses".to_owned(), json!([witness]));
    }
    answer
}

fn no_group(name: &str) -> String {
    format!("Global table with name: '{name}' does not exist.")
}

/// The refusal of an operation that would make a replica of version 2017.11.29.
pub fn legacy(call: &Call) -> AwsError {
    let updates = Input(&call.input).list("ReplicaUpdates").unwrap_or_default();
    let makes = call.operation == "CreateGlobalTable" || updates.iter().any(|update| Input(update).has("Create"));
    if !makes {
        return no_legacy_table(call);
    }
    crate::rules::invalid_values(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version \
         2019.11.21, instead of version 2017.11.29 (Legacy).",
    )
}

/// There are no global tables of version 2017.11.29; those of version 2019.11.21 its operations do not see.
pub fn no_legacy_table(call: &Call) -> AwsError {
    let message = no_group(Input(&call.input).text("GlobalTableName").unwrap_or_default());
    let message =
        if call.operation == "DescribeGlobalTable" { format!("Global table not found: {message}") } else { message };
    AwsError::new("GlobalTableNotFoundException", message)
}
