use kernel::{Caller, Scope};
use serde_json::{Value, json};

use super::{Client, run, song};

const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/songs";

fn policy(action: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "allow", "Action": [action], "Resource": "*", "Principal": {"AWS": "111111111111"},
    }]})
}

async fn put(client: &Client, policy: &Value, expected: Option<&str>) -> Result<String, String> {
    let mut input = json!({"ResourceArn": TABLE, "Policy": policy.to_string()});
    if let Some(expected) = expected {
        input["ExpectedRevisionId"] = json!(expected);
    }
    let answer = client.call("PutResourcePolicy", input).await.map_err(|error| error.message)?;
    Ok(answer["RevisionId"].as_str().unwrap().to_owned())
}

#[test]
fn a_policy_is_kept_in_one_form_and_changes_its_revision_only_with_its_meaning() {
    run(|client| async move {
        client.songs().await;
        let about = json!({"ResourceArn": TABLE});
        assert_eq!(
            client.call("GetResourcePolicy", about.clone()).await.unwrap_err().to_string(),
            format!("PolicyNotFoundException: Resource-based policy not found for the provided ResourceArn: {TABLE}")
        );
        let first = put(&client, &policy("dynamodb:GetItem"), Some("NO_POLICY")).await.unwrap();
        let kept = client.ok("GetResourcePolicy", about.clone()).await;
        assert_eq!(kept["RevisionId"], first);
        assert_eq!(
            kept["Policy"],
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\
             \"arn:aws:iam::111111111111:root\"},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"*\"}]}"
        );
        let again: Value = serde_json::from_str(kept["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(put(&client, &again, None).await.unwrap(), first);
        let second = put(&client, &policy("dynamodb:PutItem"), Some(&first)).await.unwrap();
        assert!(second > first);
        assert_eq!(
            put(&client, &policy("dynamodb:Query"), Some(&first)).await.unwrap_err(),
            format!(
                "Resource-based policy not found for the provided ResourceArn: Requested update for policy with \
                 revision id {first}, but the policy associated to target table songs has revision id {second}."
            )
        );
        let gone = client.ok("DeleteResourcePolicy", about.clone()).await;
        assert_eq!(gone["RevisionId"], second);
        assert_eq!(client.call("GetResourcePolicy", about).await.unwrap_err().code, "PolicyNotFoundException");
    });
}

#[test]
fn what_is_no_policy_is_refused() {
    run(|client| async move {
        client.songs().await;
        let mut nobody = policy("dynamodb:GetItem");
        nobody["Statement"][0]["Principal"] = json!("somebody");
        let mut everyone = policy("dynamodb:GetItem");
        everyone["Statement"][0]["Principal"] = json!("*");
        let mut long = policy("dynamodb:GetItem");
        long["Statement"][0]["Sid"] = json!("a".repeat(20_480));
        let invalid = "One or more parameter values were invalid:";
        for (policy, words) in [
            (nobody, "Invalid principal in policy document.".to_owned()),
            (
                everyone,
                "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to \
                 ensure least-privilege form of access"
                    .to_owned(),
            ),
            (long, format!("{invalid} Maximum policy size of 20480 bytes exceeded")),
            (
                json!({"Statement": []}),
                format!("{invalid} Invalid policy document: Could not parse the policy: Statement is empty!"),
            ),
        ] {
            assert_eq!(put(&client, &policy, None).await.unwrap_err(), words);
        }
        let index = json!({"ResourceArn": format!("{TABLE}/index/by-title")});
        assert_eq!(
            client.refused("GetResourcePolicy", index).await,
            format!(
                "{invalid} Invalid resource arn provided, only table or stream is accepted. Provided resource arn: \
                 {TABLE}/index/by-title"
            )
        );
    });
}

/// Who judges is not part of this room: only that the policy comes with the question, and that a table's
/// ARN leads to its account.
#[test]
fn the_arn_of_a_table_leads_to_the_account_that_owns_it() {
    run(|client| async move {
        client.songs().await;
        client.put(song("Nina", "Sinnerman")).await;
        let stranger = Caller::Root { account: "111111111111".to_owned() };
        let scope = Scope::new(&client.0, "us-east-1", stranger);
        let get = |table: &str| json!({"TableName": table, "Key": song("Nina", "Sinnerman")});
        let found = aws_api::invoke(&client.0, scope.clone(), "dynamodb", "GetItem", get(TABLE)).await.unwrap();
        assert_eq!(found["Item"], song("Nina", "Sinnerman"));
        let missed = aws_api::invoke(&client.0, scope, "dynamodb", "GetItem", get("songs")).await.unwrap_err();
        assert_eq!(missed.code, "ResourceNotFoundException");
    });
}
