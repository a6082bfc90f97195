//! Transactions among others: conflicts, and tokens.

use std::{rc::Rc, time::Duration};

use futures_util::future::{join, join3};
use kernel::MemoryBackend;
use serde_json::{Value, json};

use super::{Client, run, run_on, song, songs};

fn transaction(titles: &[&str]) -> Value {
    let put = |title: &&str| json!({"Put": {"TableName": "songs", "Item": song("Nina", title)}});
    json!({"TransactItems": titles.iter().map(put).collect::<Vec<_>>()})
}

fn put(title: &str) -> Value {
    let mut item = song("Nina", title);
    item["plays"] = json!({"N": "1"});
    json!({"TableName": "songs", "Item": item})
}

async fn count(client: &Client) -> Value {
    client.ok("Scan", json!({"TableName": "songs"})).await["Count"].clone()
}

#[test]
fn a_transaction_holds_its_items_until_it_is_kept() {
    run(|client| async move {
        client.songs().await;
        let (done, refused, free) = join3(
            client.call("TransactWriteItems", transaction(&["One", "Two"])),
            client.call("PutItem", put("Two")),
            client.call("PutItem", put("Three")),
        )
        .await;
        assert!(done.is_ok() && free.is_ok());
        let refused = refused.unwrap_err();
        assert_eq!(refused.to_string(), "TransactionConflictException: Transaction is ongoing for the item");
        client.ok("PutItem", put("Two")).await;
    });
}

#[test]
fn of_two_transactions_on_one_item_the_second_is_cancelled() {
    run(|client| async move {
        client.songs().await;
        let get = json!({"TransactItems": [{"Get": {"TableName": "songs", "Key": song("Nina", "Two")}}]});
        let (first, second, read) = join3(
            client.call("TransactWriteItems", transaction(&["One", "Two"])),
            client.call("TransactWriteItems", transaction(&["Three", "Two"])),
            client.call("TransactGetItems", get),
        )
        .await;
        assert!(first.is_ok());
        let second = second.unwrap_err();
        assert_eq!(second.code, "TransactionCanceledException");
        assert_eq!(
            second.message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]"
        );
        assert_eq!(read.unwrap_err().code, "TransactionCanceledException");
        assert_eq!(count(&client).await, 2, "nothing of a cancelled transaction is done");
    });
}

#[test]
fn a_token_in_use_stands_for_the_transaction_under_way() {
    run(|client| async move {
        client.songs().await;
        let mut input = transaction(&["One"]);
        input["ClientRequestToken"] = json!("token");
        let (first, again) =
            join(client.call("TransactWriteItems", input.clone()), client.call("TransactWriteItems", input.clone()))
                .await;
        assert!(first.is_ok());
        assert_eq!(again.unwrap_err().code, "TransactionInProgressException");
        client.ok("TransactWriteItems", input).await;
    });
}

#[test]
fn a_token_lasts_ten_minutes_even_if_the_cloud_is_opened_anew() {
    let mut input = transaction(&["One"]);
    input["ClientRequestToken"] = json!("token");
    let (first, again) = (input.clone(), input);
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client, _| async move {
        client.ok("CreateTable", songs()).await;
        client.ok("TransactWriteItems", first).await;
        client.ok("DeleteItem", json!({"TableName": "songs", "Key": song("Nina", "One")})).await;
    });
    run_on(backend, |client, _| async move {
        client.ok("TransactWriteItems", again.clone()).await;
        assert_eq!(count(&client).await, 0, "what has been done once is not done again");
        let mut other = transaction(&["Two"]);
        other["ClientRequestToken"] = json!("token");
        let refused = client.call("TransactWriteItems", other).await.unwrap_err();
        assert_eq!(refused.code, "IdempotentParameterMismatchException");
        client.0.clock.sleep(Duration::from_secs(601)).await;
        client.ok("TransactWriteItems", again).await;
        assert_eq!(count(&client).await, 1);
    });
}
