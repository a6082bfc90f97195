//! Which of several faults DynamoDB tells, and in which words.

use kernel::Scope;
use serde_json::{Value, json};

use super::{run, song, songs};

const WRONG: &str = "One or more parameter values were invalid: ";

const SCALARS: &str = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ";

#[test]
fn a_key_twice_is_noticed_before_a_table_that_is_not_there() {
    run(|client| async move {
        let input = json!({"RequestItems": {"none": {"Keys": [song("Nina", "one"), song("Nina", "one")]}}});
        assert_eq!(client.refused("BatchGetItem", input).await, "Provided list of item keys contains duplicates");
        let input = json!({"RequestItems": {"none": {"Keys": [song("Nina", "one"), song("Nina", "two")]}}});
        assert_eq!(client.refused("BatchGetItem", input).await, "Requested resource not found");
    });
}

#[test]
fn an_update_of_a_table_is_checked_by_itself_first() {
    run(|client| async move {
        let delete = json!({"Delete": {"IndexName": "by-plays"}});
        for (change, message) in [
            (
                json!({"ProvisionedThroughput": {"ReadCapacityUnits": 1_000_000_000_001_u64, "WriteCapacityUnits": 1}}),
                "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
            ),
            (
                json!({"GlobalSecondaryIndexUpdates": [{}]}),
                "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, \
              GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
            ),
            (
                json!({"GlobalSecondaryIndexUpdates": [delete, delete]}),
                "One or more parameter values were invalid: Only one global secondary index update per index is allowed \
              simultaneously. Index: by-plays",
            ),
            (
                json!({"GlobalSecondaryIndexUpdates": [], "DeletionProtectionEnabled": true}),
                "One or more parameter values were invalid: DeletionProtection modification must be the only operation \
              in the request",
            ),
            (json!({"TableClass": "STANDARD"}), "Requested resource not found: Table: none not found"),
        ] {
            let mut input = change;
            input["TableName"] = json!("none");
            assert_eq!(client.refused("UpdateTable", input).await, message);
        }
        client.songs().await;
        let input = json!({"TableName": "songs", "GlobalSecondaryIndexUpdates": [delete]});
        assert_eq!(
            client.refused("UpdateTable", input).await,
            "Requested resource not found: Index by-plays for table songs"
        );
        let input = json!({"TableName": "songs", "StreamSpecification": {"StreamEnabled": false}});
        assert_eq!(client.refused("UpdateTable", input).await, "Table has no stream to disable: TableName: songs");
    });
}

#[test]
fn a_page_that_is_full_says_so_without_a_look_at_what_follows() {
    run(|client| async move {
        client.songs().await;
        let lyrics = "x".repeat(350_000);
        for title in ["one", "two", "three"] {
            let mut item = song("Nina", title);
            item["lyrics"] = json!({"S": lyrics});
            client.put(item).await;
        }
        let query = json!({
            "TableName": "songs", "KeyConditionExpression": "artist = :a", "Select": "COUNT",
            "ExpressionAttributeValues": {":a": {"S": "Nina"}},
        });
        let page = client.ok("Query", query.clone()).await;
        assert_eq!(page["Count"], 3);
        assert_eq!(page["LastEvaluatedKey"], song("Nina", "two"), "it is the last of all");
        let mut rest = query;
        rest["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        let page = client.ok("Query", rest).await;
        assert_eq!((&page["Count"], &page["LastEvaluatedKey"]), (&json!(0), &Value::Null));
    });
}

#[test]
fn what_is_missing_in_a_batch_is_told_with_all_else() {
    run(|client| async move {
        let missing =
            |path: &str| format!("Value null at '{path}' failed to satisfy constraint: Member must not be null");
        for operation in ["BatchGetItem", "BatchWriteItem"] {
            assert_eq!(
                client.refused(operation, json!({})).await,
                format!("1 validation error detected: {}", missing("requestItems"))
            );
        }
        let message = client.refused("BatchGetItem", json!({"RequestItems": {"a": {}}})).await;
        assert!(message.starts_with("2 validation errors detected: Value '{\"a\":{}}' at 'requestItems'"), "{message}");
        assert!(message.ends_with(&missing("requestItems.a.member.keys")), "{message}");
    });
}

#[test]
fn filters_and_updates_may_not_look_into_keys() {
    run(|client| async move {
        client.songs().await;
        let scan = json!({"TableName": "songs", "FilterExpression": "attribute_exists(title.brief)"});
        assert_eq!(client.refused("Scan", scan).await, format!("{SCALARS}Key: title"));
        let update = |expression: &str| {
            json!({
                "TableName": "songs", "Key": song("Nina", "one"), "UpdateExpression": expression,
            })
        };
        assert_eq!(
            client.refused("UpdateItem", update("REMOVE title.brief")).await,
            format!("{WRONG}Cannot update attribute title. This attribute is part of the key")
        );
        let source = update("SET brief = title[0]");
        assert_eq!(client.refused("UpdateItem", source).await, format!("{SCALARS}Key: title"));
    });
}

#[test]
fn tags_belong_to_tables_of_this_account_and_region() {
    run(|client| async move {
        client.songs().await;
        let mine = "arn:aws:dynamodb:us-east-1:123456789012:table";
        for (arn, message) in [
            ("songs".to_owned(), format!("{WRONG}ARNs must start with 'arn:': songs")),
            (
                "arn:aws:dynamodb:us-east-1:123456789012:global".to_owned(),
                format!(
                    "{WRONG}Provided Arn is not a DynamoDB resource arn: arn:aws:dynamodb:us-east-1:123456789012:global"
                ),
            ),
            (
                format!("{mine}/songs/index/by-plays"),
                format!(
                    "{WRONG}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: \
                     {mine}/songs/index/by-plays"
                ),
            ),
            (
                "arn:aws:dynamodb:eu-west-2:123456789012:table/songs".to_owned(),
                "Invalid TableArn: Invalid ResourceArn provided as input \
                 arn:aws:dynamodb:eu-west-2:123456789012:table/songs"
                    .to_owned(),
            ),
            (format!("{mine}/none"), format!("Requested resource not found: ResourceArn: {mine}/none not found")),
        ] {
            assert_eq!(client.refused("ListTagsOfResource", json!({"ResourceArn": arn})).await, message);
        }
        let none = json!({"ResourceArn": format!("{mine}/songs"), "Tags": []});
        assert_eq!(client.refused("TagResource", none).await, "Atleast one Tag needs to be provided as Input.");
        let tags: Value = (0..50).map(|key| json!({"Key": format!("k{key}"), "Value": "v"})).collect();
        client.ok("TagResource", json!({"ResourceArn": format!("{mine}/songs"), "Tags": tags})).await;
        let one_more = json!({"ResourceArn": format!("{mine}/songs"), "Tags": [{"Key": "more", "Value": "v"}]});
        assert_eq!(
            client.refused("TagResource", one_more).await,
            "Number of Tags exceed the current limit for the provided ResourceArn"
        );
    });
}

#[test]
fn legacy_updates_have_their_own_words_for_a_wrong_type() {
    run(|client| async move {
        client.ok("CreateTable", songs()).await;
        let mut item = song("Nina", "one");
        item["plays"] = json!({"S": "many"});
        client.put(item).await;
        let key = song("Nina", "one");
        let legacy = json!({
            "TableName": "songs", "Key": key, "AttributeUpdates": {"plays": {"Action": "ADD", "Value": {"N": "1"}}},
        });
        assert_eq!(client.refused("UpdateItem", legacy).await, "Type mismatch for attribute to update");
        let expression = json!({
            "TableName": "songs", "Key": key, "UpdateExpression": "ADD plays :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        });
        assert_eq!(
            client.refused("UpdateItem", expression).await,
            "An operand in the update expression has an incorrect data type"
        );
    });
}

#[test]
fn a_region_may_be_further_with_the_newer_words() {
    run(|client| async move {
        let put = json!({"Put": {"TableName": "none", "Item": {"a": {"N": ""}}}});
        for (region, number, empty) in [
            ("us-east-1", "The parameter cannot be converted to a numeric value", "Value '[]' at 'transactItems'"),
            ("eu-west-2", "The parameter cannot be converted to a numeric value: ", "Value at 'TransactItems'"),
        ] {
            let scope = Scope { region: region.to_owned(), ..Scope::root(&client.0) };
            let refused = async |items: Value| {
                let input = json!({"TransactItems": items});
                let answer = aws_api::invoke(&client.0, scope.clone(), "dynamodb", "TransactWriteItems", input).await;
                answer.unwrap_err().message
            };
            assert_eq!(refused(json!([put])).await, number);
            let least = "failed to satisfy constraint: Member must have length greater than or equal to 1";
            assert_eq!(refused(json!([])).await, format!("1 validation error detected: {empty} {least}"));
        }
    });
}
