//! Policies, tags, versions and the older listing.

use super::*;

fn policy(effect: &str, principal: &Value, action: &str) -> String {
    let statement = json!({
        "Effect": effect, "Principal": principal, "Action": action, "Resource": ["arn:aws:s3:::music", "arn:aws:s3:::music/*"]
    });
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

#[test]
fn a_bucket_has_a_policy_that_is_not_public_unless_it_may_be() {
    run(|client| async move {
        let music = json!({"Bucket": "music"});
        client.call("CreateBucket", music.clone()).await.unwrap();
        assert_eq!(client.code("GetBucketPolicy", music.clone()).await, "NoSuchBucketPolicy");
        let put = |policy: String| json!({"Bucket": "music", "Policy": policy});
        let public = put(policy("Allow", &json!("*"), "s3:GetObject"));
        let refused = client.call("PutBucketPolicy", public.clone()).await.unwrap_err();
        assert!(refused.message.ends_with("by the BlockPublicPolicy setting in S3 Block Public Access."), "{refused}");
        assert_eq!(client.code("PutBucketPolicy", put("{".to_owned())).await, "MalformedPolicy");

        let block = client.call("GetPublicAccessBlock", music.clone()).await.unwrap();
        assert_eq!(block["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"], true);
        client.call("DeletePublicAccessBlock", music.clone()).await.unwrap();
        assert_eq!(client.code("GetPublicAccessBlock", music.clone()).await, "NoSuchPublicAccessBlockConfiguration");
        client.call("PutBucketPolicy", public.clone()).await.unwrap();
        let status = client.call("GetBucketPolicyStatus", music.clone()).await.unwrap();
        assert_eq!(status["PolicyStatus"]["IsPublic"], true);

        let sent = client.send("GET", "/music?policy", &[], "").await;
        assert_eq!(sent.body(), public["Policy"].as_str().unwrap());
        client.call("DeleteBucketPolicy", music.clone()).await.unwrap();
        assert_eq!(client.code("GetBucketPolicyStatus", music).await, "NoSuchBucketPolicy");
    });
}

#[test]
fn buckets_and_objects_have_tags() {
    run(|client| async move {
        let music = json!({"Bucket": "music"});
        client.call("CreateBucket", music.clone()).await.unwrap();
        assert_eq!(client.code("GetBucketTagging", music.clone()).await, "NoSuchTagSet");
        let tags = json!([{"Key": "team", "Value": "music"}]);
        let put = json!({"Bucket": "music", "Tagging": {"TagSet": tags}});
        client.call("PutBucketTagging", put).await.unwrap();
        assert_eq!(client.call("GetBucketTagging", music).await.unwrap()["TagSet"], tags);

        let song = json!({"Bucket": "music", "Key": "song"});
        assert_eq!(client.code("GetObjectTagging", song.clone()).await, "NoSuchKey");
        let put = [("x-amz-tagging", "mood=calm")];
        assert_eq!(client.send("PUT", "/music/song", &put, "la").await.status(), StatusCode::OK);
        let told = client.call("GetObjectTagging", song.clone()).await.unwrap();
        assert_eq!(told["TagSet"], json!([{"Key": "mood", "Value": "calm"}]));
        assert_eq!(client.send("GET", "/music/song", &[], "").await.headers()["x-amz-tagging-count"], "1");
        client.call("CopyObject", json!({"Bucket": "music", "Key": "b", "CopySource": "music/song"})).await.unwrap();
        let body = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
        assert_eq!(client.send("PUT", "/music/song?tagging", &[], body).await.status(), StatusCode::OK);
        let told = client.call("GetObjectTagging", song.clone()).await.unwrap();
        assert_eq!(told["TagSet"][0]["Key"], "a");
        client.call("DeleteObjectTagging", song.clone()).await.unwrap();
        assert_eq!(client.call("GetObjectTagging", song.clone()).await.unwrap()["TagSet"], json!([]));
        assert_eq!(client.call("GetObject", song).await.unwrap()["Body"], "bGE=");
        let copied = client.call("GetObjectTagging", json!({"Bucket": "music", "Key": "b"})).await.unwrap();
        assert_eq!(copied["TagSet"][0]["Key"], "mood");
    });
}

#[test]
fn versions_can_be_suspended_only() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let sent = client.send("GET", "/music?versioning", &[], "").await;
        assert!(sent.body().ends_with(b"</VersioningConfiguration>"), "{:?}", sent.body());
        let body = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
        assert_eq!(client.send("PUT", "/music?versioning", &[], body).await.status(), StatusCode::OK);
        let told = client.call("GetBucketVersioning", json!({"Bucket": "music"})).await.unwrap();
        assert_eq!(told["Status"], "Suspended");
    });
}

#[test]
fn the_older_listing_goes_on_behind_a_marker() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        for key in ["a", "b/1", "b/2", "c", "d/1"] {
            client.call("PutObject", json!({"Bucket": "music", "Key": key, "Body": ""})).await.unwrap();
        }
        let all = client.call("ListObjects", json!({"Bucket": "music"})).await.unwrap();
        assert_eq!((all["Contents"].as_array().unwrap().len(), &all["NextMarker"]), (5, &Value::Null));
        let (mut marker, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = json!({"Bucket": "music", "Delimiter": "/", "MaxKeys": 1, "Marker": marker});
            let page = client.call("ListObjects", page).await.unwrap();
            let keys = page["Contents"].as_array().unwrap().iter().map(|object| object["Key"].clone());
            let prefixes = page["CommonPrefixes"].as_array().unwrap().iter().map(|prefix| prefix["Prefix"].clone());
            seen.extend(keys.chain(prefixes));
            if page["IsTruncated"] == false {
                break;
            }
            marker = page["NextMarker"].clone();
        }
        assert_eq!(json!(seen), json!(["a", "b/", "c", "d/"]));
        let sent = client.send("GET", "/music?max-keys=1", &[], "").await;
        assert!(sent.body().starts_with(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult"), "{sent:?}");
    });
}

#[test]
fn templates_make_policies_of_buckets() {
    run(|client| async move {
        let context = |kind: &str| ResourceContext {
            kernel: client.kernel.clone(),
            account: client.scope.account.clone(),
            region: "us-east-1".to_owned(),
            caller: client.scope.caller.clone(),
            stack_name: "Music".to_owned(),
            stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/Music/1".to_owned(),
            logical_id: "Tapes".to_owned(),
            resource_type: kind.to_owned(),
        };
        let open = json!({"BlockPublicPolicy": false, "RestrictPublicBuckets": "false"});
        let bucket = json!({
            "BucketName": "music", "PublicAccessBlockConfiguration": open, "Tags": [{"Key": "a", "Value": "1"}],
            "VersioningConfiguration": {"Status": "Suspended"},
        });
        let buckets = client.kernel.resource_types.get("AWS::S3::Bucket").unwrap();
        buckets.create(&context("AWS::S3::Bucket"), &bucket).await.unwrap();
        let policies = client.kernel.resource_types.get("AWS::S3::BucketPolicy").unwrap();
        let context = context("AWS::S3::BucketPolicy");
        let document: Value = serde_json::from_str(&policy("Allow", &json!("*"), "s3:GetObject")).unwrap();
        let given = json!({"Bucket": "music", "PolicyDocument": document});
        assert_eq!(policies.create(&context, &given).await.unwrap().physical_id, "music");
        let music = json!({"Bucket": "music"});
        let kept = client.call("GetBucketPolicy", music.clone()).await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(kept["Policy"].as_str().unwrap()).unwrap(), document);
        assert_eq!(client.call("GetBucketTagging", music.clone()).await.unwrap()["TagSet"][0]["Value"], "1");
        policies.delete(&context, "music", &given).await.unwrap();
        assert_eq!(client.code("GetBucketPolicy", music).await, "NoSuchBucketPolicy");
    });
}
