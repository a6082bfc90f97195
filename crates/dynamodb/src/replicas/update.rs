//! UpdateTable with `ReplicaUpdates`, and what becomes of replicas as time passes.

use std::collections::BTreeMap;

use aws_api::Call;
use kernel::{Arn, AwsError, Batch, Caller, Scope, Timestamp};
use serde_json::{Value, json};

use super::{
    overrides,
    rules::{self, Actions},
};
use crate::{
    DynamoDb,
    api::{Input, describe},
    rules::table_not_found,
    state::{Group, Keeping, Place, Replica, ReplicaStatus, State, TableDefinition, ViewType, keep_definition},
};

impl DynamoDb {
    /// UpdateTable, where it is about replicas.
    pub async fn update_replicas(&self, call: &Call) -> Result<Value, AwsError> {
        let input = Input(&call.input);
        let (name, now) = (input.table_name(), self.now());
        let actions = rules::read(input, &call.scope.region)?;
        let scales = match actions.kind {
            "Create" => self.check_writes_scale(&call.scope.account, &call.scope.region, name).await,
            _ => Ok(()),
        };
        let mut batch = Batch::default();
        let answer = {
            let mut state = self.state.borrow_mut();
            let table = state.region(&call.scope).tables.get(name).ok_or_else(|| table_not_found(name))?;
            let (mut definition, is_empty) = (table.definition.clone(), table.len() == 0);
            let is_changing = definition.keeping.group.as_ref().is_some_and(Group::is_changing);
            if is_changing || definition.change_at(now).is_some() {
                return Err(rules::in_use());
            }
            check(&mut state, call, &actions, &definition, is_empty, now)?;
            scales?;
            if actions.kind == "Update" {
                self.override_in(&mut state, call, &actions, &mut batch);
            }
            apply(&actions, &mut definition, now, self.pace.get().table_ms);
            if actions.kind == "Create" {
                self.ensure_stream(&mut state, call, &mut definition, &mut batch);
            }
            keep_definition(&call.scope, &definition, &mut batch);
            let region = state.region(&call.scope);
            if let Some(table) = region.tables.get_mut(name) {
                table.definition = definition;
            }
            let mut answer = region.tables.get(name).map(|table| describe::table(region, table, "UPDATING", None, now));
            // A new replica is not told before its making has begun.
            if let Some(replicas) = answer.as_mut().and_then(|answer| answer["Replicas"].as_array_mut()) {
                replicas.retain(|replica| replica["ReplicaStatus"] != "CREATING");
            }
            answer
        };
        self.commit(batch).await?;
        let place = (call.scope.account.clone(), call.scope.region.clone());
        if self.pace.get().table_ms == 0 {
            self.settle_replicas(place, name).await?;
        } else {
            self.watch_replicas(place, name.to_owned());
        }
        Ok(json!({"TableDescription": answer}))
    }

    /// Gives replicas that are there what they are to have of their own.
    fn override_in(&self, state: &mut State, call: &Call, actions: &Actions, batch: &mut Batch) {
        let (account, name) = (&call.scope.account, Input(&call.input).table_name());
        for (region, own) in &actions.regions {
            let Some(table) = state.region_at(account, region).tables.get_mut(name) else { continue };
            overrides::apply(own, &mut table.definition, self.now());
            keep_definition(&self.scope_of(account, region), &table.definition, batch);
        }
    }

    /// A table with replicas has a stream: without one of its own choice, one that tells everything.
    fn ensure_stream(&self, state: &mut State, call: &Call, definition: &mut TableDefinition, batch: &mut Batch) {
        let id = state.next_id();
        let region = state.region(&call.scope);
        if region.stream_of(&definition.name).is_none() {
            self.open_stream(&call.scope, region, definition, id, ViewType::NewAndOldImages, batch);
        }
    }

    /// Goes on with replicas that were being made or removed when the cloud was last closed.
    pub(super) fn watch_all_replicas(&self) {
        for (place, name) in self.state.borrow().with_changing_replicas() {
            self.watch_replicas(place, name);
        }
    }

    /// Sees to it that the replicas of a table become what they are becoming.
    fn watch_replicas(&self, place: Place, name: String) {
        let until = {
            let mut state = self.state.borrow_mut();
            let table = state.region_at(&place.0, &place.1).tables.get(&name);
            let group = table.and_then(|table| table.definition.keeping.group.as_ref());
            group.and_then(|group| group.all().filter_map(|replica| replica.until).min())
        };
        let Some(until) = until else { return };
        let (me, clock) = (self.me.clone(), self.kernel.clock.clone());
        self.kernel.tasks.spawn(async move {
            clock.sleep_until(Timestamp::from_millis(until)).await;
            if let Some(room) = me.upgrade() {
                // Nobody waits for an answer: what could not be kept happens again after the next start.
                let _ = room.settle_replicas(place, &name).await;
            }
        });
    }

    async fn settle_replicas(&self, place: Place, name: &str) -> Result<(), AwsError> {
        let (account, here) = &place;
        let group = {
            let mut state = self.state.borrow_mut();
            let table = state.region_at(account, here).tables.get(name);
            table.and_then(|table| table.definition.keeping.group.clone())
        };
        let Some(group) = group else { return Ok(()) };
        for replica in &group.replicas {
            self.bring((account, &replica.region), &[name], true, None).await?;
        }
        // Last, so that it is still in memory when it is copied.
        self.bring((account, here), &[name], true, None).await?;
        let mut batch = Batch::default();
        let mut joined = Vec::new();
        {
            let mut state = self.state.borrow_mut();
            let now = self.now();
            let due = |replica: &&Replica| replica.until.is_some_and(|until| until <= now);
            if let Some(witness) = group.witness.as_ref().filter(due) {
                let stays = witness.status == ReplicaStatus::Creating;
                let witness = stays.then(|| Replica::active(&witness.region));
                self.change_group(&mut state, account, here, name, |group| group.witness = witness, &mut batch);
            }
            for replica in group.replicas.iter().filter(due) {
                if replica.status == ReplicaStatus::Creating {
                    self.join(&mut state, &place, name, &replica.region, &mut batch);
                    joined.push(replica.region.clone());
                } else {
                    self.leave(&mut state, account, name, &replica.region, &mut batch);
                    self.remove(&mut state, account, name, &replica.region, &mut batch);
                }
            }
        }
        self.commit(batch).await?;
        for region in joined {
            self.copy_scaling(account, here, &region, name).await?;
        }
        Ok(())
    }

    /// Makes the replica of a table in `region`, with all its items.
    fn join(&self, state: &mut State, (account, here): &Place, name: &str, region: &str, batch: &mut Batch) {
        let (id, stream_id) = (state.next_id(), state.next_id());
        let is_taken = state.region_at(account, region).tables.contains_key(name);
        let Some(source) = state.region_at(account, here).tables.get(name).filter(|_| !is_taken) else {
            // Someone was faster with a table of this name: the replica is not made after all.
            let forget = |group: &mut Group| group.replicas.retain(|replica| replica.region != region);
            self.change_group(state, account, here, name, forget, batch);
            return;
        };
        let items: BTreeMap<_, _> = source.items().map(|(key, item)| (key.clone(), item.clone())).collect();
        let group = source.definition.keeping.group.clone().unwrap_or_default();
        let members: Vec<String> = std::iter::once(here.clone()).chain(group.regions().map(str::to_owned)).collect();
        let replicas = members.iter().map(|member| Replica::active(member)).collect();
        let witness = group.witness.as_ref().map(|witness| Replica::active(&witness.region));
        let resource = format!("table/{name}");
        let mut definition = TableDefinition {
            id,
            uuid: self.kernel.rng.uuid(),
            arn: Arn::new("dynamodb", region, account, resource).to_string(),
            created_at: self.now(),
            deletion_protection: false,
            stream_arn: None,
            tags: BTreeMap::new(),
            change: None,
            keeping: Keeping { group: Some(Group { strong: group.strong, replicas, witness }), ..Keeping::default() },
            ..source.definition.clone()
        };
        if let Some(replica) = group.replica(region) {
            overrides::apply(&replica.overrides, &mut definition, self.now());
        }
        let view = state
            .region_at(account, here)
            .stream_of(name)
            .map_or(ViewType::NewAndOldImages, |stream| stream.definition.view);
        let scope = self.scope_of(account, region);
        let there = state.region_at(account, region);
        self.open_stream(&scope, there, &mut definition, stream_id, view, batch);
        there.add_table(&scope, definition, items, batch);
        for member in members {
            let joined = |group: &mut Group| match group.replicas.iter_mut().find(|replica| replica.region == region) {
                Some(replica) => (replica.status, replica.until) = (ReplicaStatus::Active, None),
                None => group.replicas.push(Replica::active(region)),
            };
            self.change_group(state, account, &member, name, joined, batch);
        }
    }

    /// Removes the replica in `region` from its global table.
    pub(super) fn leave(&self, state: &mut State, account: &str, name: &str, region: &str, batch: &mut Batch) {
        for member in state.members(account, name, region) {
            let left = |group: &mut Group| group.replicas.retain(|replica| replica.region != region);
            self.change_group(state, account, &member, name, left, batch);
        }
    }

    /// Removes the table of a replica, if it still is there.
    fn remove(&self, state: &mut State, account: &str, name: &str, region: &str, batch: &mut Batch) {
        let scope = self.scope_of(account, region);
        let there = state.region_at(account, region);
        if let Some(table) = there.tables.get(name) {
            self.meters.borrow_mut().forget(table.definition.id);
            self.contributors.borrow_mut().forget(table.definition.id, None);
            there.drop_table(&scope, name, self.now(), batch);
        }
    }

    /// Changes what a table knows of its global table. One that has nobody else in it is none.
    fn change_group(
        &self,
        state: &mut State,
        account: &str,
        region: &str,
        name: &str,
        change: impl FnOnce(&mut Group),
        batch: &mut Batch,
    ) {
        let scope = self.scope_of(account, region);
        let Some(table) = state.region_at(account, region).tables.get_mut(name) else { return };
        let mut group = table.definition.keeping.group.take().unwrap_or_default();
        change(&mut group);
        table.definition.keeping.group = Some(group).filter(|group| group.all().next().is_some());
        keep_definition(&scope, &table.definition, batch);
    }

    /// Where a replica is, as the service itself acts there.
    pub(super) fn scope_of(&self, account: &str, region: &str) -> Scope {
        Scope {
            account: account.to_owned(),
            ..Scope::new(&self.kernel, region, Caller::service("replication.dynamodb"))
        }
    }
}

fn check(
    state: &mut State,
    call: &Call,
    actions: &Actions,
    table: &TableDefinition,
    is_empty: bool,
    now: u64,
) -> Result<(), AwsError> {
    let group = table.keeping.group.as_ref();
    let account = &call.scope.account;
    if actions.kind == "Create" {
        let taken: Vec<String> = actions.regions.iter().map(|(region, _)| region.clone()).collect();
        let taken: Vec<String> = taken
            .into_iter()
            .filter(|region| state.region_at(account, region).tables.contains_key(&table.name))
            .collect();
        let says_mode = Input(&call.input).has("MultiRegionConsistency");
        let has_table = |region: &str| taken.iter().any(|taken| taken == region);
        return rules::check_create(actions, table, is_empty, says_mode, has_table);
    }
    rules::check_members(actions, group)?;
    if actions.kind == "Delete" {
        for (region, _) in &actions.regions {
            let Some(there) = state.region_at(account, region).tables.get(&table.name) else { continue };
            if there.definition.deletion_protection {
                return Err(AwsError::validation(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                     protection first.",
                ));
            }
            if let Some(group) = there.definition.keeping.group.as_ref().filter(|group| !group.strong) {
                rules::check_source(group, now)?;
            }
        }
    }
    Ok(())
}

/// Begins what is asked for.
fn apply(actions: &Actions, definition: &mut TableDefinition, now: u64, duration: u64) {
    let table = definition.clone();
    let group = definition.keeping.group.get_or_insert_with(|| Group { strong: actions.strong, ..Group::default() });
    let until = Some(now + duration);
    for (region, overrides) in &actions.regions {
        let known = group.replicas.iter_mut().find(|replica| replica.region == *region);
        match (actions.kind, known) {
            ("Create", _) => group.replicas.push(Replica {
                status: ReplicaStatus::Creating,
                until,
                sourced_at: Some(now),
                overrides: overrides.clone(),
                ..Replica::active(region)
            }),
            ("Delete", Some(replica)) => (replica.status, replica.until) = (ReplicaStatus::Deleting, until),
            (_, Some(replica)) => {
                replica.overrides.extend(overrides.clone());
                overrides::forget_inherited(&mut replica.overrides, &table);
            }
            (_, None) => {}
        }
    }
    if let Some(region) = &actions.witness {
        let status = if actions.kind == "Create" { ReplicaStatus::Creating } else { ReplicaStatus::Deleting };
        group.witness = Some(Replica { status, until, ..Replica::active(region) });
    }
}
