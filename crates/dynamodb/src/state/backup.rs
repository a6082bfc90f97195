//! Backups: a table's shape, and its items in storage. They are read back only when they are restored.

use std::collections::BTreeMap;

use kernel::{Batch, Kernel, Scope, Space, StorageError};
use serde::{Deserialize, Serialize};

use super::{
    Region, State, Table, TableDefinition, ViewType,
    persistence::{from_json, place_of, read_all, scoped, to_json, to_postcard, unreadable, with_id},
};
use crate::value::Packed;

/// `ACCOUNT/REGION/ARN` → backup (JSON)
pub(super) const BACKUPS: Space = Space::new("dynamodb.backups");
/// backup id, number → keys and items (postcard)
const ITEMS: Space = Space::new("dynamodb.backup_items");

/// The size after which an entry in storage is full.
const CHUNK: usize = 256 * 1024;

/// How long the backup of a deleted table stays, in milliseconds: 35 days.
const SYSTEM_RETENTION: u64 = 35 * 24 * 60 * 60 * 1000;

/// A backup of a table, without the items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backup {
    /// The beginning of the keys of its items in storage.
    pub id: u32,
    /// `TABLEARN/backup/ID`
    pub arn: String,
    /// As its maker called it; not unique.
    pub name: String,
    /// Milliseconds.
    pub created_at: u64,
    /// When it goes by itself, which only backups of deleted tables do.
    pub expires_at: Option<u64>,
    /// The table as it was.
    pub table: TableDefinition,
    /// What its stream told, if it had one.
    pub stream: Option<ViewType>,
    /// How many items there are.
    pub item_count: usize,
    /// Their size.
    pub size: usize,
}

impl Backup {
    /// A backup of `table` as it is now. `suffix` makes its ARN unique in this millisecond.
    pub fn of(table: &Table, id: u32, name: String, now: u64, suffix: u32) -> Self {
        Self {
            id,
            arn: format!("{}/backup/{now:014}-{suffix:08x}", table.definition.arn),
            name,
            created_at: now,
            expires_at: None,
            table: table.definition.clone(),
            stream: None,
            item_count: table.len(),
            size: table.size,
        }
    }

    /// The backup that AWS takes of a table with point-in-time recovery when it is deleted.
    fn of_deleted(table: &Table, now: u64) -> Self {
        let name = format!("{}$DeletedTableBackup", table.definition.name);
        // The table's own id is free: the table goes, and no backup has the id of a table.
        let backup = Self::of(table, table.definition.id, name, now, 0);
        Self { expires_at: Some(now + SYSTEM_RETENTION), ..backup }
    }

    /// Whether nobody asked for it.
    pub fn is_system(&self) -> bool {
        self.expires_at.is_some()
    }

    fn is_expired(&self, now: u64) -> bool {
        self.expires_at.is_some_and(|expires| expires <= now)
    }
}

impl Region {
    /// The backup with this ARN, unless it has expired.
    pub fn backup(&self, arn: &str, now: u64) -> Option<&Backup> {
        self.backups.get(arn).filter(|backup| !backup.is_expired(now))
    }

    /// Every backup that has not expired.
    pub fn backups(&self, now: u64) -> impl Iterator<Item = &Backup> {
        self.backups.values().filter(move |backup| !backup.is_expired(now))
    }

    /// Those that have.
    pub fn expired_backups(&self, now: u64) -> Vec<String> {
        self.backups.values().filter(|backup| backup.is_expired(now)).map(|backup| backup.arn.clone()).collect()
    }

    /// Takes in a backup that is in storage.
    pub fn add_backup(&mut self, backup: Backup) {
        self.backups.insert(backup.arn.clone(), backup);
    }

    /// Keeps what AWS keeps of a deleted table.
    pub fn keep_deleted(&mut self, scope: &Scope, table: &Table, now: u64, batch: &mut Batch) {
        if table.definition.keeping.recovery.is_some() {
            let backup = Backup::of_deleted(table, now);
            keep(scope, &backup, table, batch);
            self.add_backup(backup);
        }
    }

    /// Forgets the backup `arn` and its items.
    pub fn drop_backup(&mut self, scope: &Scope, arn: &str, batch: &mut Batch) -> Option<Backup> {
        batch.delete(&BACKUPS, scoped(scope, arn));
        let backup = self.backups.remove(arn)?;
        batch.delete_prefix(&ITEMS, backup.id.to_be_bytes());
        Some(backup)
    }
}

/// Keeps `backup` with the items that `table` has now.
pub fn keep(scope: &Scope, backup: &Backup, table: &Table, batch: &mut Batch) {
    batch.put(&BACKUPS, scoped(scope, &backup.arn), to_json(backup));
    let mut chunk: Vec<(&Vec<u8>, &Packed)> = Vec::new();
    let (mut size, mut number) = (0, 0_u32);
    for (key, item) in table.items() {
        chunk.push((key, item));
        size += item.size();
        if size >= CHUNK {
            batch.put(&ITEMS, with_id(backup.id, &number.to_be_bytes()), to_postcard(&chunk));
            chunk.clear();
            (size, number) = (0, number + 1);
        }
    }
    if !chunk.is_empty() {
        batch.put(&ITEMS, with_id(backup.id, &number.to_be_bytes()), to_postcard(&chunk));
    }
}

/// Reads all backups, without their items.
pub async fn load(kernel: &Kernel, state: &mut State, broken: &mut Option<&'static str>) -> Result<(), StorageError> {
    kernel
        .storage
        .load(&BACKUPS, |(key, value)| match from_json::<Backup>(&value).zip(place_of(&key)) {
            Some((backup, (account, region))) => {
                state.last_id = state.last_id.max(backup.id);
                let backups = &mut state.region_at(&account, &region).backups;
                backups.insert(backup.arn.clone(), backup);
            }
            None => *broken = Some(BACKUPS.name),
        })
        .await?;
    kernel.storage.prepare(&ITEMS).await
}

/// The items of the backup `id`, by their keys.
pub async fn read(kernel: &Kernel, id: u32) -> Result<BTreeMap<Vec<u8>, Packed>, StorageError> {
    let mut items = BTreeMap::new();
    read_all(kernel, &ITEMS, id, |_, value| {
        let chunk: Vec<(Vec<u8>, Packed)> = postcard::from_bytes(value).map_err(|_| unreadable(ITEMS.name))?;
        items.extend(chunk);
        Ok(())
    })
    .await?;
    Ok(items)
}
