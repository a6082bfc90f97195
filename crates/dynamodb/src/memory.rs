//! What is in memory. Definitions always are; items and stream records are read from storage when they
//! are first asked for, while others are served, and dropped again when memory runs short.

use std::{cell::Cell, collections::BTreeMap};

use aws_api::Call;
use futures_channel::oneshot;
use kernel::{Arn, AwsError, Batch, Scope, StorageError};
use serde_json::Value;

use crate::{
    DynamoDb,
    api::{Input, table_name},
    state::{self, Place, StagedWrite, StreamDefinition, TableDefinition},
    storage_failed,
};

/// Operations that need no items of the table that they name.
const WITHOUT_ITEMS: [&str; 5] =
    ["DescribeContinuousBackups", "DescribeTimeToLive", "ListTagsOfResource", "TagResource", "UntagResource"];

/// Operations that write nothing, and so need no stream of the table that they name.
pub const READS: [&str; 8] = [
    "GetItem",
    "Query",
    "Scan",
    "SearchVectors",
    "BatchGetItem",
    "TransactGetItems",
    "DescribeTable",
    "DescribeTimeToLive",
];

/// Operations that name their tables within statements.
const PARTIQL: [&str; 3] = ["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"];

/// Members that name a table, by its name or its ARN.
const TABLE_MEMBERS: [&str; 7] =
    ["TableName", "TableArn", "SourceTableName", "SourceTableArn", "TargetTableName", "GlobalTableName", "ResourceArn"];

/// Requests between two looks at how much memory is taken.
const REQUESTS_PER_LOOK: u64 = 256;

/// What is under way between memory and storage.
#[derive(Default)]
pub struct Traffic {
    /// Who waits for what is being read, by the id of the table or the stream; 0 means all
    /// definitions.
    reading: BTreeMap<u32, Vec<oneshot::Sender<Result<(), StorageError>>>>,
    /// Commits under way that change definitions.
    defining: usize,
    /// Who waits for them.
    waiting: Vec<oneshot::Sender<()>>,
    /// Whether a change of definitions was not kept, so that memory is ahead of storage.
    stale: bool,
}

/// The bytes that items and records may take in memory, and the count of requests by which it is known
/// which are used least.
pub struct Budget {
    /// About how many bytes.
    pub bytes: Cell<usize>,
    requests: Cell<u64>,
}

impl Budget {
    /// A budget of `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self { bytes: Cell::new(bytes), requests: Cell::new(0) }
    }
}

/// What has to be waited for before a request can be served.
enum Missing {
    /// A change of definitions that is under way.
    Settling,
    /// All definitions.
    Definitions,
    Items(Box<TableDefinition>),
    Records(Box<StreamDefinition>),
}

impl Missing {
    fn id(&self) -> u32 {
        match self {
            Self::Settling | Self::Definitions => 0,
            Self::Items(table) => table.id,
            Self::Records(stream) => stream.id,
        }
    }
}

impl DynamoDb {
    /// Completes when all that `call` names is in memory, and no definition is about to change. It stays
    /// so until the next `await`.
    pub async fn ready(&self, call: &Call) -> Result<(), AwsError> {
        let place = (call.scope.account.as_str(), call.scope.region.as_str());
        let input = Input(&call.input);
        let iterator = || input.text("ShardIterator").and_then(|iterator| iterator.split('|').next());
        let stream = input.text("StreamArn").or_else(iterator);
        match call.operation {
            operation if WITHOUT_ITEMS.contains(&operation) => self.bring::<&str>(place, &[], true, stream).await,
            operation if PARTIQL.contains(&operation) => {
                self.bring(place, &self.mentioned_tables(call), true, stream).await
            }
            operation => self.bring(place, &named_tables(call), !READS.contains(&operation), stream).await,
        }
    }

    /// The same for tables that are named by nobody's request; they may then be written.
    pub async fn tables_ready(&self, scope: &Scope, tables: &[&str]) -> Result<(), AwsError> {
        self.bring((&scope.account, &scope.region), tables, true, None).await
    }

    /// Completes when the tables, with their streams if they are to be written, and the stream are in
    /// memory. Of what is not there at all nothing is said.
    pub async fn bring<T: AsRef<str>>(
        &self,
        place: (&str, &str),
        tables: &[T],
        writes: bool,
        stream: Option<&str>,
    ) -> Result<(), AwsError> {
        let now = self.budget.requests.get() + 1;
        self.budget.requests.set(now);
        let mut has_read = false;
        while let Some(missing) = self.missing(place, tables, writes, stream, now) {
            if let Missing::Settling = missing {
                let (sender, settled) = oneshot::channel();
                self.traffic.borrow_mut().waiting.push(sender);
                // Either way the change is not under way any more.
                let _ = settled.await;
            } else {
                self.read(place, missing).await.map_err(storage_failed)?;
                has_read = true;
            }
        }
        if has_read || now.is_multiple_of(REQUESTS_PER_LOOK) {
            self.state.borrow_mut().shrink(self.budget.bytes.get(), now);
        }
        Ok(())
    }

    fn missing<T: AsRef<str>>(
        &self,
        (account, region): (&str, &str),
        tables: &[T],
        writes: bool,
        stream: Option<&str>,
        now: u64,
    ) -> Option<Missing> {
        let traffic = self.traffic.borrow();
        if traffic.defining > 0 {
            return Some(Missing::Settling);
        }
        if traffic.stale {
            return Some(Missing::Definitions);
        }
        let mut state = self.state.borrow_mut();
        for named in tables.iter().map(AsRef::as_ref) {
            let (region, name) = match named.parse::<Arn>() {
                Ok(arn) => (state.region_at(&arn.account, &arn.region), table_name(named)),
                Err(_) => (state.region_at(account, region), named),
            };
            let Some(table) = region.tables.get_mut(name) else { continue };
            table.touch(now);
            if !table.is_resident() {
                return Some(Missing::Items(Box::new(table.definition.clone())));
            }
            let stream = if writes { region.stream_of(name) } else { None };
            if let Some(stream) = stream {
                stream.touch(now);
                if !stream.is_resident() {
                    return Some(Missing::Records(Box::new(stream.definition.clone())));
                }
            }
        }
        let stream = state.region_at(account, region).streams.get_mut(stream?)?;
        stream.touch(now);
        (!stream.is_resident()).then(|| Missing::Records(Box::new(stream.definition.clone())))
    }

    /// Reads what is missing; whoever asks for the same meanwhile waits for the same reading.
    async fn read(&self, (account, region): (&str, &str), missing: Missing) -> Result<(), StorageError> {
        let (sender, read) = oneshot::channel();
        let is_first = {
            let mut traffic = self.traffic.borrow_mut();
            let waiting = traffic.reading.entry(missing.id()).or_default();
            waiting.push(sender);
            waiting.len() == 1
        };
        if is_first {
            let (me, place) = (self.me.clone(), (account.to_owned(), region.to_owned()));
            // A task of its own: the request that began it may be given up.
            self.kernel.tasks.spawn(async move {
                let Some(room) = me.upgrade() else { return };
                let id = missing.id();
                let result = room.take_in(place, missing).await;
                for waiting in room.traffic.borrow_mut().reading.remove(&id).into_iter().flatten() {
                    // Who no longer waits does not want to know.
                    let _ = waiting.send(result.clone());
                }
            });
        }
        read.await.unwrap_or_else(|_| Err(StorageError::Backend("the host is shutting down".to_owned())))
    }

    async fn take_in(&self, place: Place, missing: Missing) -> Result<(), StorageError> {
        match missing {
            Missing::Settling => {}
            Missing::Definitions => {
                let kept = state::load(&self.kernel).await?;
                self.state.borrow_mut().resume(kept);
                self.traffic.borrow_mut().stale = false;
            }
            Missing::Items(definition) => {
                let data = state::read_items(&self.kernel, &definition).await?;
                self.state.borrow_mut().install_items(&place, &definition, data);
            }
            Missing::Records(definition) => {
                let records = state::read_records(&self.kernel, &definition).await?;
                self.state.borrow_mut().install_records(&place, &definition, records);
            }
        }
        Ok(())
    }

    /// Keeps `batch` and all that was staged with it: durable when it completes, and to be read from
    /// then on. When it fails, nothing of it is there.
    pub async fn commit(&self, mut batch: Batch) -> Result<(), AwsError> {
        {
            let mut state = self.state.borrow_mut();
            let written = state.spread(&mut batch);
            self.charge_arrivals(&mut state, &written);
        }
        let staged = self.state.borrow_mut().take_staged();
        let defines = state::changes_definitions(&batch);
        self.traffic.borrow_mut().defining += usize::from(defines);
        let me = self.me.clone();
        let settle = move |result: &Result<(), StorageError>| {
            if let Some(room) = me.upgrade() {
                room.settle(staged, defines, result.is_ok());
            }
        };
        self.kernel.storage.commit_then(batch, settle).await.map_err(storage_failed)
    }

    fn settle(&self, staged: Vec<(Place, StagedWrite)>, defines: bool, kept: bool) {
        self.state.borrow_mut().settle(staged, kept);
        self.watch_outboxes();
        self.send_to_kinesis();
        if defines {
            let mut traffic = self.traffic.borrow_mut();
            traffic.defining -= 1;
            traffic.stale |= !kept;
            for waiting in traffic.waiting.drain(..) {
                let _ = waiting.send(());
            }
        }
    }

    /// A refusal that may rest on writes under way is given when they are settled; should they not be
    /// kept, that is the answer.
    pub async fn settled<T>(&self, result: Result<T, AwsError>) -> Result<T, AwsError> {
        if result.is_err() && self.kernel.storage.is_busy() {
            self.kernel.storage.commit(Batch::default()).await.map_err(storage_failed)?;
        }
        result
    }

    /// The tables whose names stand somewhere in the statements of `call`: at least those that it
    /// means.
    fn mentioned_tables(&self, call: &Call) -> Vec<String> {
        let statements = call.input.to_string();
        let mut state = self.state.borrow_mut();
        let names = state.region(&call.scope).tables.keys();
        names.filter(|name| statements.contains(name.as_str())).cloned().collect()
    }
}

/// The tables that `call` names, by names or ARNs, wherever it does.
pub fn named_tables(call: &Call) -> Vec<&str> {
    let input = Input(&call.input);
    match call.operation {
        "BatchGetItem" | "BatchWriteItem" => {
            let requested = input.object("RequestItems").into_iter().flatten();
            requested.map(|(name, _)| name.as_str()).collect()
        }
        "TransactGetItems" | "TransactWriteItems" => {
            let actions = input.list("TransactItems").unwrap_or_default().iter();
            let actions = actions.filter_map(Value::as_object).flat_map(|action| action.values());
            actions.filter_map(|action| Input(action).text("TableName")).collect()
        }
        _ => TABLE_MEMBERS.iter().filter_map(|name| input.text(name)).collect(),
    }
}
