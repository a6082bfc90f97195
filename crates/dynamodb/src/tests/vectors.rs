//! Vector indexes and SearchVectors, by the public API.

use std::{rc::Rc, time::Duration};

use kernel::MemoryBackend;
use serde_json::{Value, json};

use super::{Client, Pace, run, run_on, run_paced};

fn index(name: &str, more: Value) -> Value {
    let mut index = json!({
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "embedding"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "ALL"},
    });
    index.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    index
}

fn by_tenant() -> Value {
    json!({"SearchSchema": [
        {"AttributeName": "tenant", "SearchSchemaElementType": "HASH"},
        {"AttributeName": "year", "SearchSchemaElementType": "INLINE_FILTER"},
    ]})
}

/// What CreateTable takes for a table with these vector indexes.
fn docs(indexes: Value) -> Value {
    let definitions = if indexes.to_string().contains("tenant") {
        json!([{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "tenant", "AttributeType": "S"},
               {"AttributeName": "year", "AttributeType": "N"}])
    } else {
        json!([{"AttributeName": "pk", "AttributeType": "S"}])
    };
    json!({
        "TableName": "docs",
        "AttributeDefinitions": definitions,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "VectorIndexes": indexes,
    })
}

fn vector(elements: &[f64]) -> Value {
    elements.iter().map(|element| json!({"N": element.to_string()})).collect()
}

fn doc(key: &str, embedding: &[f64], more: Value) -> Value {
    let mut item = json!({"pk": {"S": key}, "embedding": {"L": vector(embedding)}});
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

impl Client {
    async fn docs(&self, items: &[Value]) {
        for item in items {
            self.ok("PutItem", json!({"TableName": "docs", "Item": item})).await;
        }
    }

    /// The keys that a search finds, nearest first.
    async fn nearest(&self, index: &str, query: &[f64], more: Value) -> Vec<String> {
        let found = self.ok("SearchVectors", search(index, query, more)).await;
        let keys = found["SearchResults"].as_array().unwrap().iter();
        keys.map(|result| result["Item"]["pk"]["S"].as_str().unwrap().to_owned()).collect()
    }

    async fn described(&self) -> Value {
        self.ok("DescribeTable", json!({"TableName": "docs"})).await["Table"].clone()
    }
}

fn search(index: &str, query: &[f64], more: Value) -> Value {
    let mut input = json!({"TableName": "docs", "IndexName": index, "SearchVector": vector(query), "TopK": 10});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[test]
fn the_nearest_vectors_come_first_by_each_distance() {
    run(|client| async move {
        let indexes = json!([
            index("cosine", json!({})),
            index("euclid", json!({"DistanceFunction": "EUCLIDEAN"})),
            index("product", json!({"DistanceFunction": "DOT_PRODUCT", "Projection": {"ProjectionType": "KEYS_ONLY"}})),
        ]);
        let made = client.ok("CreateTable", docs(indexes)).await;
        assert_eq!(made["TableDescription"]["VectorIndexes"][0]["IndexStatus"], "CREATING");
        let items = [
            doc("near", &[1.0, 0.1, 0.0], json!({"title": {"S": "near"}})),
            doc("far", &[10.0, 0.0, 0.0], json!({})),
            doc("other", &[0.0, 1.0, 0.0], json!({})),
            json!({"pk": {"S": "none"}}),
        ];
        client.docs(&items).await;
        for (name, keys) in [
            ("cosine", ["far", "near", "other"]),
            ("euclid", ["near", "other", "far"]),
            ("product", ["far", "near", "other"]),
        ] {
            assert_eq!(client.nearest(name, &[1.0, 0.0, 0.0], json!({})).await, keys, "{name}");
        }
        let first = search("cosine", &[1.0, 0.0, 0.0], json!({"TopK": 1, "ReturnConsumedCapacity": "TOTAL"}));
        let found = client.ok("SearchVectors", first).await;
        assert_eq!(
            found,
            json!({
                "SearchResults": [{"Item": {"pk": {"S": "far"}}, "Score": 0.0}],
                "ConsumedCapacity": {"VectorSearchRequestBytes": 1024.0},
            })
        );
        let projected = json!({"ProjectionExpression": "title, embedding[1], nowhere", "TopK": 1});
        let found = client.ok("SearchVectors", search("euclid", &[1.0, 0.0, 0.0], projected.clone())).await;
        let item = json!({"title": {"S": "near"}, "embedding": {"L": [{"N": "0.1"}]}});
        assert_eq!(found["SearchResults"][0]["Item"], item);
        let found = client.ok("SearchVectors", search("product", &[1.0, 0.0, 0.0], projected)).await;
        assert_eq!(found["SearchResults"][0]["Item"], json!({}), "what is not in the index is not told");
        let described = client.described().await;
        let cosine = &described["VectorIndexes"][0];
        assert_eq!((&cosine["ItemCount"], &cosine["IndexStatus"]), (&json!(3), &json!("ACTIVE")));
        assert!(cosine.get("Backfilling").is_none() && cosine.get("SearchSchema").is_none());
        assert!(cosine["IndexArn"].as_str().unwrap().ends_with(":table/docs/index/cosine"));

        client.ok("DeleteItem", json!({"TableName": "docs", "Key": {"pk": {"S": "far"}}})).await;
        let move_it = json!({
            "TableName": "docs", "Key": {"pk": {"S": "other"}}, "UpdateExpression": "SET embedding = :v",
            "ExpressionAttributeValues": {":v": {"L": vector(&[2.0, 0.0, 0.0])}},
        });
        client.ok("UpdateItem", move_it).await;
        assert_eq!(client.nearest("cosine", &[1.0, 0.0, 0.0], json!({})).await, ["other", "near"]);
    });
}

#[test]
fn a_search_is_for_one_partition_and_what_its_filters_let_through() {
    run(|client| async move {
        client.ok("CreateTable", docs(json!([index("vix", by_tenant())]))).await;
        let of = |tenant: &str, year: &str| json!({"tenant": {"S": tenant}, "year": {"N": year}});
        client
            .docs(&[
                doc("a1", &[1.0, 0.0, 0.0], of("a", "1999")),
                doc("a2", &[1.0, 1.0, 0.0], of("a", "2001.0")),
                doc("a3", &[0.0, 1.0, 0.0], json!({"tenant": {"S": "a"}})),
                doc("b1", &[1.0, 0.0, 0.0], of("b", "1999")),
                doc("lost", &[1.0, 0.0, 0.0], json!({})),
            ])
            .await;
        let of_a = json!({
            "SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "a"}},
        });
        assert_eq!(client.nearest("vix", &[1.0, 0.0, 0.0], of_a).await, ["a1", "a2", "a3"]);
        let filtered = json!({
            "SearchConditionExpression": "(#y = :y) AND :t = tenant",
            "ExpressionAttributeNames": {"#y": "year"},
            "ExpressionAttributeValues": {":t": {"S": "a"}, ":y": {"N": "2001"}},
        });
        assert_eq!(client.nearest("vix", &[1.0, 0.0, 0.0], filtered).await, ["a2"]);

        let refused = |condition: &str, value: Value| {
            let more = if condition.is_empty() {
                json!({})
            } else {
                json!({"SearchConditionExpression": condition, "ExpressionAttributeValues": {":t": value}})
            };
            let client = client.clone();
            async move { client.refused("SearchVectors", search("vix", &[1.0, 0.0, 0.0], more)).await }
        };
        let a = || json!({"S": "a"});
        for (condition, value, words) in [
            ("", a(), "SearchConditionExpression must be provided when SearchSchema has a HASH key"),
            (
                "tenant < :t",
                a(),
                "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression",
            ),
            (
                "begins_with(tenant, :t)",
                a(),
                "Invalid SearchConditionExpression: Invalid comparator used in SearchConditionExpression",
            ),
            (
                "title = :t",
                a(),
                "SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid \
                 attribute: title",
            ),
            (
                "tenant.a = :t",
                a(),
                "Invalid SearchConditionExpression: SearchConditionExpression cannot have conditions on nested \
                 attributes",
            ),
            (
                "tenant = :t AND tenant = :t",
                a(),
                "Invalid SearchConditionExpression: SearchConditionExpression must only contain one condition per \
                 attribute",
            ),
            (
                "tenant = :t",
                json!({"N": "1"}),
                "Type of 'tenant' attribute in SearchConditionExpression (N) does not match type in search schema (S)",
            ),
            (
                "tenant = :t",
                json!({"S": ""}),
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an \
                 empty string value. Key: tenant",
            ),
        ] {
            assert_eq!(refused(condition, value).await, words, "{condition}");
        }
    });
}

#[test]
fn a_search_that_does_not_fit_is_refused() {
    run(|client| async move {
        client.ok("CreateTable", docs(json!([index("vix", json!({}))]))).await;
        let of = |more: Value| search("vix", &[1.0, 0.0, 0.0], more);
        let invalid = "Search vector contains invalid values. All values in the search vector must be a 32-bit \
                       floating-point number attribute";
        for (input, words) in [
            (
                of(json!({"TopK": 101})),
                "Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive",
            ),
            (
                search("vix", &[1.0], json!({})),
                "Input search vector dimension 1 does not match vector index dimension 3",
            ),
            (of(json!({"SearchVector": [{"L": vector(&[1.0])}]})), invalid),
            (of(json!({"SearchVector": [{"N": "1e39"}, {"N": "1"}, {"N": "1"}]})), invalid),
            (search("nope", &[1.0], json!({})), "The table does not have the specified index: nope"),
            (
                of(json!({"IndexName": "ix"})),
                "1 validation error detected: Value at 'IndexName' failed to satisfy constraint: Member must have \
                 length greater than or equal to 3",
            ),
            (of(json!({"TableName": "nowhere"})), "Requested resource not found"),
        ] {
            assert_eq!(client.refused("SearchVectors", input).await, words);
        }
        for (operation, words) in [
            ("Query", "Query operation not supported on this index type."),
            ("Scan", "Scan operation not supported on this index type"),
        ] {
            let mut input = json!({"TableName": "docs", "IndexName": "vix"});
            if operation == "Query" {
                input["KeyConditionExpression"] = json!("pk = :p");
                input["ExpressionAttributeValues"] = json!({":p": {"S": "a"}});
            }
            assert_eq!(client.refused(operation, input).await, words);
        }
        let statement = json!({"Statement": "SELECT * FROM docs.vix"});
        assert_eq!(
            client.refused("ExecuteStatement", statement).await,
            "Scan operation not supported on this index type"
        );
    });
}

#[test]
fn a_vector_index_that_cannot_be_is_refused() {
    run(|client| async move {
        let wrong = |words: &str| format!("One or more parameter values were invalid: {words}");
        let mut provisioned = docs(json!([index("vix", json!({}))]));
        provisioned["BillingMode"] = json!("PROVISIONED");
        provisioned["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
        let mut declared = docs(json!([index("vix", by_tenant())]));
        declared["VectorIndexes"][0]["VectorAttribute"]["AttributeName"] = json!("year");
        let mut undeclared = docs(json!([index("vix", by_tenant())]));
        undeclared["AttributeDefinitions"] = json!([{"AttributeName": "pk", "AttributeType": "S"}]);
        let many: Vec<Value> = (0..6).map(|number| index(&format!("vix-{number}"), json!({}))).collect();
        for (input, words) in [
            (provisioned, "Vector indexes are only supported for PAY_PER_REQUEST tables"),
            (docs(json!([])), "List of VectorIndexes is empty"),
            (docs(json!(many)), "VectorIndex count exceeds the per-table limit of 5"),
            (
                docs(json!([index("vix", json!({"Dimensions": 4097}))])),
                "Number of dimensions must be between 1 and 4096 inclusive.",
            ),
            (undeclared, "One element in SearchSchema is not defined in attribute definitions"),
            (docs(json!([index("vix", json!({})), index("vix", json!({}))])), "Duplicate index name: vix"),
            (
                docs(json!([index("vix", json!({})), index("vix2", json!({"Dimensions": 4}))])),
                "Conflicting attribute definition for 'embedding'. All VectorIndexes on the same vector attribute must \
                 use the same dimensions.",
            ),
            (
                declared,
                "Conflicting attribute definition for 'year'. An attribute cannot be defined in AttributeDefinitions \
                 when used as a VectorAttribute.",
            ),
        ] {
            assert_eq!(client.refused("CreateTable", input).await, wrong(words));
        }
    });
}

#[test]
fn an_item_whose_vector_does_not_fit_is_refused() {
    run(|client| async move {
        client.ok("CreateTable", docs(json!([index("vix", by_tenant())]))).await;
        let put = |more: Value| {
            let mut item =
                json!({"pk": {"S": "a"}, "tenant": {"S": "a"}, "embedding": {"L": vector(&[1.0, 0.0, 0.0])}});
            item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"TableName": "docs", "Item": item})
        };
        let number = |text: &str| json!({"N": text});
        for (more, words) in [
            (
                json!({"embedding": {"L": vector(&[1.0])}}),
                "One or more parameter values were invalid. Invalid size for parameter embedding, Expected: 3, Actual: \
                 1 IndexName: vix",
            ),
            (
                json!({"embedding": {"S": "x"}}),
                "One or more parameter values were invalid. Invalid type for parameter embedding, Expected: 32-bit \
                 floating point number list IndexName: vix",
            ),
            (
                json!({"embedding": {"L": [number("1"), {"S": "x"}, number("1")]}}),
                "One or more parameter values were invalid. Invalid type for parameter embedding[1], Expected: 32-bit \
                 floating point number, Actual: S. IndexName: vix",
            ),
            (
                json!({"year": {"S": "x"}}),
                "One or more parameter values were invalid. Attribute 'year' type mismatch. Expected: N, Actual: S. \
                 IndexName: vix",
            ),
            (
                json!({"tenant": {"S": ""}}),
                "One or more parameter values are not valid. A value specified for a secondary index key is not \
                 supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: \
                 vix, IndexKey: tenant",
            ),
        ] {
            assert_eq!(client.refused("PutItem", put(more)).await, words);
        }
        client.ok("PutItem", put(json!({}))).await;
        let update = |value: Value| {
            json!({
                "TableName": "docs", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET embedding[0] = :v",
                "ExpressionAttributeValues": {":v": value},
            })
        };
        assert!(
            client.refused("UpdateItem", update(json!({"S": "x"}))).await.contains("embedding[0], Expected: 32-bit")
        );
        client.ok("UpdateItem", update(number("3"))).await;
    });
}

#[test]
fn an_index_is_charged_for_what_changes_in_it() {
    run(|client| async move {
        let indexes =
            json!([index("all", json!({})), index("keys", json!({"Projection": {"ProjectionType": "KEYS_ONLY"}}))]);
        client.ok("CreateTable", docs(indexes)).await;
        let put = |text: String| {
            let item = doc("p1", &[1.0, 0.0, 0.0], json!({"text": {"S": text}}));
            client.ok("PutItem", json!({"TableName": "docs", "Item": item, "ReturnConsumedCapacity": "INDEXES"}))
        };
        let bytes = |units: &Value| units["ConsumedCapacity"]["VectorIndexes"].clone();
        let long = "x".repeat(2000);
        let size = ("embedding".len() + 12 + "pk".len() + 2 + "text".len() + long.len()) as f64;
        let made = put(long.clone()).await;
        assert_eq!(
            bytes(&made),
            json!({"all": {"VectorWriteRequestBytes": size}, "keys": {"VectorWriteRequestBytes": 1024.0}})
        );
        assert_eq!(bytes(&put(long).await), Value::Null, "nothing has changed");
        assert_eq!(bytes(&put("short".to_owned()).await), json!({"all": {"VectorWriteRequestBytes": size}}));
        let total = json!({"TableName": "docs", "Item": doc("p2", &[1.0, 0.0, 0.0], json!({})), "ReturnConsumedCapacity": "TOTAL"});
        assert_eq!(
            client.ok("PutItem", total).await["ConsumedCapacity"],
            json!({"TableName": "docs", "CapacityUnits": 1.0})
        );

        // Vectors are written as four bytes an element, and read as the numbers that they are.
        let wide = json!({"N": "12345678901234567890123456789012345678"});
        let fixed = "pk".len() + 2 + "embedding".len() + 12 + "pad".len();
        for (key, pad, units) in [("w1", 1024 - fixed, 1.0), ("w2", 1025 - fixed, 2.0)] {
            let item = json!({
                "pk": {"S": key}, "pad": {"S": "x".repeat(pad)}, "embedding": {"L": [wide, wide, wide]},
            });
            let put = json!({"TableName": "docs", "Item": item, "ReturnConsumedCapacity": "TOTAL"});
            assert_eq!(client.ok("PutItem", put).await["ConsumedCapacity"]["CapacityUnits"], units);
        }
    });
}

#[test]
fn an_index_is_added_filled_and_removed() {
    run_paced(Pace { table_ms: 3000, ..Pace::default() }, |client| async move {
        let mut table = docs(json!([]));
        table.as_object_mut().unwrap().remove("VectorIndexes");
        client.ok("CreateTable", table).await;
        let wait = async |millis| client.0.clock.sleep(Duration::from_millis(millis)).await;
        wait(3000).await;
        client
            .docs(&[
                doc("fit", &[1.0, 0.0, 0.0], json!({"tenant": {"S": "a"}})),
                doc("small", &[1.0], json!({"tenant": {"S": "a"}})),
                json!({"pk": {"S": "text"}, "embedding": {"S": "none"}}),
            ])
            .await;
        let create = |name: &str| json!({"Create": index(name, by_tenant())});
        let update = |updates: Value| {
            json!({
                "TableName": "docs", "VectorIndexUpdates": updates,
                "AttributeDefinitions": [
                    {"AttributeName": "tenant", "AttributeType": "S"}, {"AttributeName": "year", "AttributeType": "N"},
                ],
            })
        };
        let only_one =
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
        assert_eq!(client.refused("UpdateTable", update(json!([create("vix"), create("vix2")]))).await, only_one);
        let mut undeclared = update(json!([create("vix")]));
        undeclared.as_object_mut().unwrap().remove("AttributeDefinitions");
        assert!(client.refused("UpdateTable", undeclared).await.ends_with("is not defined in attribute definitions"));
        client.ok("UpdateTable", update(json!([create("vix")]))).await;

        let of_a = json!({
            "SearchConditionExpression": "tenant = :t", "ExpressionAttributeValues": {":t": {"S": "a"}},
        });
        let find = || search("vix", &[1.0, 0.0, 0.0], of_a.clone());
        let described = client.described().await;
        assert_eq!(
            (&described["TableStatus"], &described["VectorIndexes"][0]["Backfilling"]),
            (&json!("UPDATING"), &json!(false))
        );
        assert_eq!(client.refused("SearchVectors", find()).await, "Cannot search backfilling vector index: vix");
        assert_eq!(client.refused("UpdateTable", update(json!([create("vix2")]))).await, only_one);
        wait(1500).await;
        let described = client.described().await;
        assert_eq!(
            (&described["TableStatus"], &described["VectorIndexes"][0]["Backfilling"]),
            (&json!("ACTIVE"), &json!(true))
        );
        assert_eq!(
            client.refused("DeleteTable", json!({"TableName": "docs"})).await,
            "Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, \
             updated, or deleted."
        );
        wait(2000).await;
        assert_eq!(client.nearest("vix", &[1.0, 0.0, 0.0], of_a.clone()).await, ["fit"]);
        assert_eq!(
            client.refused("UpdateTable", update(json!([create("vix")]))).await,
            "Attempting to create an index which already exists"
        );

        let delete = |name: &str| json!({"TableName": "docs", "VectorIndexUpdates": [{"Delete": {"IndexName": name}}]});
        assert_eq!(
            client.refused("UpdateTable", delete("nope")).await,
            "Requested resource not found: Index nope for table docs"
        );
        client.ok("UpdateTable", delete("vix")).await;
        assert_eq!(client.described().await["VectorIndexes"][0]["IndexStatus"], "DELETING");
        wait(4000).await;
        let described = client.described().await;
        assert!(described.get("VectorIndexes").is_none());
        assert_eq!(described["AttributeDefinitions"].as_array().map(Vec::len), Some(1), "{described}");
    });
}

#[test]
fn an_index_outlasts_a_restart_and_a_restore() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client, _| async move {
        client.ok("CreateTable", docs(json!([index("vix", json!({}))]))).await;
        client.docs(&[doc("a", &[0.5, 0.25, 1.0], json!({})), doc("b", &[1.0, 0.0, 0.0], json!({}))]).await;
    });
    run_on(backend, |client, _| async move {
        assert_eq!(client.nearest("vix", &[1.0, 0.0, 0.0], json!({"TopK": 1})).await, ["b"]);
        assert_eq!(client.described().await["VectorIndexes"][0]["ItemCount"], 2);
        let backup = client.ok("CreateBackup", json!({"TableName": "docs", "BackupName": "docs"})).await;
        let arn = &backup["BackupDetails"]["BackupArn"];
        let told = client.ok("DescribeBackup", json!({"BackupArn": arn})).await;
        assert_eq!(
            told["BackupDescription"]["SourceTableFeatureDetails"]["VectorIndexes"],
            json!([index("vix", json!({}))])
        );
        let restore = json!({"BackupArn": arn, "TargetTableName": "again"});
        client.ok("RestoreTableFromBackup", restore).await;
        client.0.clock.sleep(Duration::from_secs(60)).await;
        let mut find = search("vix", &[1.0, 0.0, 0.0], json!({"TopK": 1}));
        find["TableName"] = json!("again");
        let found = client.ok("SearchVectors", find).await;
        assert_eq!(found["SearchResults"][0]["Item"]["pk"]["S"], "b");
    });
}

#[test]
fn a_template_makes_and_changes_vector_indexes() {
    run(|client| async move {
        let provider = client.0.resource_types.get("AWS::DynamoDB::Table").unwrap();
        let context = super::templates::context(&client.0);
        let old = docs(json!([index("kept", json!({"Dimensions": "3"})), index("gone", json!({}))]));
        provider.create(&context, &old).await.unwrap();
        let mut new = docs(json!([index("kept", json!({"Dimensions": "3"})), index("added", by_tenant())]));
        new["TableName"] = old["TableName"].clone();
        provider.update(&context, "docs", &old, &new).await.unwrap();
        let described = client.described().await;
        let names: Vec<&Value> =
            described["VectorIndexes"].as_array().unwrap().iter().map(|index| &index["IndexName"]).collect();
        assert_eq!(names, ["kept", "added"]);
    });
}
