//! Tables that are read when they are first asked for, and dropped when memory runs short.

use std::{cell::Cell, rc::Rc, time::Duration};

use futures_util::future::join;
use kernel::{Batch, Entry, MemoryBackend, StorageBackend, StorageError, async_trait};
use serde_json::{Value, json};

use super::{Client, run_on, song, songs};

fn named(name: &str) -> Value {
    let mut input = songs();
    input["TableName"] = json!(name);
    input
}

async fn put(client: &Client, table: &str, title: &str) {
    client.ok("PutItem", json!({"TableName": table, "Item": song("Nina", title)})).await;
}

async fn count(client: &Client, table: &str) -> Value {
    client.ok("Scan", json!({"TableName": table, "Select": "COUNT"})).await["Count"].clone()
}

/// Storage that counts how often it is read.
#[derive(Default)]
struct Counted {
    kept: MemoryBackend,
    reads: Cell<usize>,
}

#[async_trait(?Send)]
impl StorageBackend for Counted {
    async fn load(&self, space: &str, after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, StorageError> {
        self.reads.set(self.reads.get() + 1);
        self.kept.load(space, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        self.kept.commit(batch).await
    }

    async fn clear(&self) -> Result<(), StorageError> {
        self.kept.clear().await
    }
}

#[test]
fn a_table_is_read_once_when_it_is_first_asked_for() {
    let backend = Rc::new(Counted::default());
    run_on(backend.clone(), |client, _| async move {
        for table in ["one", "two"] {
            client.ok("CreateTable", named(table)).await;
            put(&client, table, "first").await;
        }
    });
    run_on(backend.clone(), |client, room| async move {
        assert_eq!(client.ok("ListTables", json!({})).await["TableNames"], json!(["one", "two"]));
        assert_eq!(room.state.borrow().footprint(), 0);
        let before = backend.reads.get();
        let (first, second) = join(count(&client, "one"), count(&client, "one")).await;
        assert_eq!((first, second), (json!(1), json!(1)));
        count(&client, "one").await;
        assert_eq!(backend.reads.get(), before + 2, "its items and its history, for all who ask");
    });
}

#[test]
fn others_are_served_while_a_large_table_is_read() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client, _| async move {
        for table in ["large", "small"] {
            client.ok("CreateTable", named(table)).await;
        }
        put(&client, "small", "one").await;
        for hundred in 0..100 {
            let writes: Vec<Value> = (0..25)
                .map(|one| json!({"PutRequest": {"Item": song(&format!("{hundred}"), &format!("{one}"))}}))
                .collect();
            client.ok("BatchWriteItem", json!({"RequestItems": {"large": writes}})).await;
        }
    });
    run_on(backend, |client, _| async move {
        let done = Cell::new(false);
        let large = async {
            assert_eq!(count(&client, "large").await, 2500);
            done.set(true);
        };
        let small = async {
            assert_eq!(count(&client, "small").await, 1);
            assert!(!done.get(), "the small table did not wait for the large one");
        };
        join(large, small).await;
    });
}

#[test]
fn the_least_used_tables_leave_memory_and_come_back_whole() {
    run_on(Rc::new(MemoryBackend::default()), |client, room| async move {
        for table in ["one", "two", "three"] {
            client.ok("CreateTable", named(table)).await;
            put(&client, table, "first").await;
        }
        let each = room.state.borrow().footprint() / 3;
        room.budget.bytes.set(each * 2 + each / 2);
        count(&client, "one").await;
        room.state.borrow_mut().shrink(room.budget.bytes.get(), u64::MAX);
        let resident = |name: &str| {
            let scope = kernel::Scope::root(&client.0);
            room.state.borrow_mut().region(&scope).tables[name].is_resident()
        };
        assert_eq!(["one", "two", "three"].map(resident), [true, false, true]);

        put(&client, "two", "second").await;
        assert_eq!(["one", "two", "three"].map(resident), [true, true, false]);
        for (table, items) in [("one", 1), ("two", 2), ("three", 1)] {
            assert_eq!(count(&client, table).await, items, "{table}");
            assert!(room.state.borrow().footprint() <= room.budget.bytes.get() + each);
        }
    });
}

#[test]
fn items_expire_in_tables_that_nobody_has_asked_for() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client, _| async move {
        let mut input = songs();
        input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        client.ok("CreateTable", input).await;
        let specification = json!({"Enabled": true, "AttributeName": "until"});
        client.ok("UpdateTimeToLive", json!({"TableName": "songs", "TimeToLiveSpecification": specification})).await;
        let mut item = song("Nina", "short");
        let second = client.0.clock.now().secs() + 3600;
        item["until"] = json!({"N": second.to_string()});
        client.put(item).await;
    });
    run_on(backend, |client, room| async move {
        client.0.clock.sleep(Duration::from_secs(4200)).await;
        client.0.tasks.breathe().await;
        let scope = kernel::Scope::root(&client.0);
        assert_eq!(room.state.borrow_mut().region(&scope).tables["songs"].len(), 0);
    });
}

#[test]
fn numbers_of_stream_records_go_on_after_a_restart_at_the_same_moment() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client, _| async move {
        let mut input = songs();
        input["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        client.ok("CreateTable", input).await;
        client.put(song("Nina", "one")).await;
        client.put(song("Nina", "two")).await;
    });
    run_on(backend, |client, room| async move {
        client.put(song("Nina", "three")).await;
        let scope = kernel::Scope::root(&client.0);
        let mut state = room.state.borrow_mut();
        let stream = state.region(&scope).stream_of("songs").unwrap();
        assert_eq!(stream.records_from(0, client.0.clock.now().millis()).count(), 3);
    });
}
