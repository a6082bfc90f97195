//! Objects in parts.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

/// The fewest bytes of a part that is not the last.
const LEAST: usize = 5 << 20;

impl Client {
    async fn begin(&self, members: Value) -> String {
        let mut input = json!({"Bucket": "music", "Key": "tape"});
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.call("CreateMultipartUpload", input).await.unwrap()["UploadId"].as_str().unwrap().to_owned()
    }

    /// Uploads a part; what a completion says of it.
    async fn part(&self, id: &str, number: u32, body: &[u8]) -> Value {
        let body = STANDARD.encode(body);
        let input = json!({"Bucket": "music", "Key": "tape", "UploadId": id, "PartNumber": number, "Body": body});
        let mut part = self.call("UploadPart", input).await.unwrap();
        part["PartNumber"] = json!(number);
        part
    }
}

fn complete(id: &str, parts: &[Value]) -> Value {
    json!({"Bucket": "music", "Key": "tape", "UploadId": id, "MultipartUpload": {"Parts": parts}})
}

#[test]
fn parts_are_put_together_also_after_a_restart() {
    let backend = Rc::new(MemoryBackend::default());
    run_on(backend.clone(), |client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let id = client.begin(json!({"ContentType": "audio/x", "Metadata": {"mood": "calm"}, "Tagging": "a=1"})).await;
        client.part(&id, 1, &vec![b'a'; LEAST]).await;
        client.part(&id, 7, b"wrong").await;
        client.part(&id, 7, b"end").await;
        // What nobody completes is nowhere to be seen.
        assert_eq!(client.code("GetObject", json!({"Bucket": "music", "Key": "tape"})).await, "NoSuchKey");
    });
    run_on(backend.clone(), |client| async move {
        let listed = client.call("ListMultipartUploads", json!({"Bucket": "music"})).await.unwrap();
        let id = listed["Uploads"][0]["UploadId"].as_str().unwrap();
        let named = json!({"Bucket": "music", "Key": "tape", "UploadId": id});
        let parts = client.call("ListParts", named).await.unwrap();
        let parts = parts["Parts"].as_array().unwrap();
        assert_eq!((parts[0]["Size"].as_u64(), parts[1]["PartNumber"].as_u64()), (Some(LEAST as u64), Some(7)));
        let done = client.call("CompleteMultipartUpload", complete(id, parts)).await.unwrap();
        // Of the MD5s of both parts.
        assert_eq!(done["ETag"], "\"cc8f6f16b44b75adde6349ab98aee432-2\"");
        assert_eq!(client.code("CompleteMultipartUpload", complete(id, parts)).await, "NoSuchUpload");
    });
    run_on(backend, |client| async move {
        let uploads = client.call("ListMultipartUploads", json!({"Bucket": "music"})).await.unwrap();
        assert_eq!(uploads["Uploads"], json!([]));
        let end = json!({"Bucket": "music", "Key": "tape", "Range": "bytes=-5"});
        let end = client.call("GetObject", end).await.unwrap();
        assert_eq!((&end["Body"], &end["TagCount"]), (&json!(STANDARD.encode("aaend")), &json!(1)));
        assert_eq!((&end["ContentType"], &end["Metadata"]["mood"]), (&json!("audio/x"), &json!("calm")));
        let second = json!({"Bucket": "music", "Key": "tape", "PartNumber": 2});
        let second = client.call("GetObject", second).await.unwrap();
        assert_eq!((&second["Body"], &second["PartsCount"]), (&json!(STANDARD.encode("end")), &json!(2)));
        let third = json!({"Bucket": "music", "Key": "tape", "PartNumber": 3});
        assert_eq!(client.code("HeadObject", third).await, "InvalidPartNumber");
    });
}

#[test]
fn parts_must_be_there_in_order_and_large_enough() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let id = client.begin(json!({})).await;
        let (first, second) = (client.part(&id, 1, b"a").await, client.part(&id, 2, b"b").await);
        let code = async |parts: &[&Value]| {
            let parts: Vec<Value> = parts.iter().map(|part| (*part).clone()).collect();
            client.code("CompleteMultipartUpload", complete(&id, &parts)).await
        };
        assert_eq!(code(&[]).await, "MalformedXML");
        assert_eq!(code(&[&second, &first]).await, "InvalidPartOrder");
        assert_eq!(code(&[&first, &second]).await, "EntityTooSmall");
        let other = json!({"PartNumber": 2, "ETag": first["ETag"]});
        assert_eq!(code(&[&first, &other]).await, "InvalidPart");
        let part = json!({"Bucket": "music", "Key": "tape", "UploadId": id, "PartNumber": 10_001, "Body": ""});
        assert_eq!(client.code("UploadPart", part).await, "InvalidArgument");
        // An upload belongs to its key.
        let elsewhere = json!({"Bucket": "music", "Key": "other", "UploadId": id});
        assert_eq!(client.code("AbortMultipartUpload", elsewhere).await, "NoSuchUpload");
        let own = json!({"Bucket": "music", "Key": "tape", "UploadId": id});
        client.call("AbortMultipartUpload", own.clone()).await.unwrap();
        assert_eq!(client.code("ListParts", own).await, "NoSuchUpload");
    });
}

#[test]
fn a_checksum_may_be_one_of_checksums() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let id = client.begin(json!({"ChecksumAlgorithm": "CRC32"})).await;
        let part = client.part(&id, 1, b"123456789").await;
        assert_eq!(part["ChecksumCRC32"], "y/Q5Jg==");
        let unsaid = json!({"PartNumber": 1, "ETag": part["ETag"]});
        assert_eq!(client.code("CompleteMultipartUpload", complete(&id, &[unsaid])).await, "InvalidRequest");
        let done = client.call("CompleteMultipartUpload", complete(&id, &[part])).await.unwrap();
        assert_eq!(done["ChecksumType"], "COMPOSITE");
        assert!(done["ChecksumCRC32"].as_str().unwrap().ends_with("-1"), "{done}");

        let id = client.begin(json!({"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"})).await;
        let part = client.part(&id, 1, b"123456789").await;
        let mut whole = complete(&id, &[part]);
        whole["ChecksumCRC32"] = json!("AAAAAA==");
        assert_eq!(client.code("CompleteMultipartUpload", whole.clone()).await, "BadDigest");
        whole["ChecksumCRC32"] = json!("y/Q5Jg==");
        assert_eq!(client.call("CompleteMultipartUpload", whole).await.unwrap()["ChecksumType"], "FULL_OBJECT");
        let sha = json!({"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT", "Bucket": "music", "Key": "k"});
        assert_eq!(client.code("CreateMultipartUpload", sha).await, "InvalidRequest");
    });
}

#[test]
fn a_part_may_be_copied() {
    run(|client| async move {
        client.call("CreateBucket", json!({"Bucket": "music"})).await.unwrap();
        let put = json!({"Bucket": "music", "Key": "a", "Body": STANDARD.encode("0123456789")});
        client.call("PutObject", put).await.unwrap();
        let id = client.begin(json!({})).await;
        let copy = json!({"Bucket": "music", "Key": "tape", "UploadId": id, "PartNumber": 1, "CopySource": "music/a", "CopySourceRange": "bytes=2-4"});
        let part = client.call("UploadPartCopy", copy).await.unwrap()["CopyPartResult"].clone();
        let part = json!({"PartNumber": 1, "ETag": part["ETag"]});
        client.call("CompleteMultipartUpload", complete(&id, &[part])).await.unwrap();
        let got = client.call("GetObject", json!({"Bucket": "music", "Key": "tape"})).await.unwrap();
        assert_eq!(got["Body"], STANDARD.encode("234"));
    });
}
