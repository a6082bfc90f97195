//! Exports and imports by roles: whoever asks for one needs rights in S3, also after a restart.
#![allow(clippy::unwrap_used, reason = "a test says so by failing")]

mod support;

use std::{rc::Rc, time::Duration};

use bytes::Bytes;
use cloud::Cloud;
use kernel::{Caller, Kernel, MemoryBackend, Scope, testing};
use serde_json::{Value, json};
use support::open;

const ARN: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/songs";

/// A cloud with a bucket called `tapes`, a table and a role.
struct Studio {
    kernel: Kernel,
    cloud: Rc<Cloud>,
}

impl Studio {
    async fn open(kernel: Kernel) -> Self {
        let cloud = open(&kernel).await;
        Self { kernel, cloud }
    }

    async fn furnish(&self) {
        self.root("s3", "CreateBucket", json!({"Bucket": "tapes"})).await;
        self.root("dynamodb", "CreateTable", table("songs")).await;
        let recovery = json!({"PointInTimeRecoveryEnabled": true});
        let recovery = json!({"TableName": "songs", "PointInTimeRecoverySpecification": recovery});
        self.root("dynamodb", "UpdateContinuousBackups", recovery).await;
        let trust = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]});
        let role = json!({"RoleName": "archivist", "AssumeRolePolicyDocument": trust.to_string()});
        self.root("iam", "CreateRole", role).await;
    }

    /// Lets the role do `actions`.
    async fn allow(&self, actions: &[&str]) {
        let rights = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
        let policy = json!({"Version": "2012-10-17", "Statement": [rights]}).to_string();
        let input = json!({"RoleName": "archivist", "PolicyName": "rights", "PolicyDocument": policy});
        self.root("iam", "PutRolePolicy", input).await;
    }

    async fn root(&self, service: &str, operation: &str, input: Value) -> Value {
        aws_api::invoke(&self.kernel, Scope::root(&self.kernel), service, operation, input).await.unwrap()
    }

    /// Calls DynamoDB as the role.
    async fn ask(&self, operation: &str, input: Value) -> Value {
        let caller = Caller::RoleSession {
            role_arn: "arn:aws:iam::123456789012:role/archivist".to_owned(),
            session_name: "night".to_owned(),
            session_policy: None,
        };
        let scope = Scope::new(&self.kernel, "us-east-1", caller);
        aws_api::invoke(&self.kernel, scope, "dynamodb", operation, input).await.unwrap()
    }

    /// Begins an export as the role; its ARN.
    async fn export(&self) -> Value {
        let begun = self.ask("ExportTableToPointInTime", json!({"TableArn": ARN, "S3Bucket": "tapes"})).await;
        begun["ExportDescription"]["ExportArn"].clone()
    }

    /// What became of an export.
    async fn exported(&self, arn: &Value) -> Value {
        self.kernel.clock.sleep(Duration::from_secs(5)).await;
        self.root("dynamodb", "DescribeExport", json!({"ExportArn": arn})).await["ExportDescription"].clone()
    }

    /// What became of an import that the role asks for.
    async fn import(&self, table_name: &str) -> Value {
        let input = json!({
            "S3BucketSource": {"S3Bucket": "tapes", "S3KeyPrefix": "in/"},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": table(table_name),
        });
        let begun = self.ask("ImportTable", input).await;
        self.kernel.clock.sleep(Duration::from_secs(5)).await;
        let arn = json!({"ImportArn": begun["ImportTableDescription"]["ImportArn"]});
        self.root("dynamodb", "DescribeImport", arn).await["ImportTableDescription"].clone()
    }
}

fn table(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "title", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
    })
}

#[test]
fn a_role_without_rights_in_s3_exports_and_imports_nothing() {
    testing::run(|kernel| async move {
        let studio = Studio::open(kernel).await;
        studio.furnish().await;
        studio.allow(&["dynamodb:*"]).await;
        let failed = studio.exported(&studio.export().await).await;
        assert_eq!((&failed["ExportStatus"], &failed["FailureCode"]), (&json!("FAILED"), &json!("S3AccessDenied")));
        let message = failed["FailureMessage"].as_str().unwrap();
        assert!(
            message.contains("archivist/night is not authorized to perform: s3:PutObject on resource"),
            "{message}"
        );
        let failed = studio.import("copies").await;
        assert_eq!((&failed["ImportStatus"], &failed["FailureCode"]), (&json!("FAILED"), &json!("S3AccessDenied")));
        let message = failed["FailureMessage"].as_str().unwrap();
        assert!(message.contains("s3:ListBucket"), "{message}");

        studio.allow(&["dynamodb:*", "s3:ListBucket"]).await;
        let object = json!({"Bucket": "tapes", "Key": "in/a", "Body": "e30="});
        studio.root("s3", "PutObject", object).await;
        let failed = studio.import("others").await;
        assert!(failed["FailureMessage"].as_str().unwrap().contains("s3:GetObject"), "{failed}");

        studio.allow(&["dynamodb:*", "s3:PutObject"]).await;
        assert_eq!(studio.exported(&studio.export().await).await["ExportStatus"], "COMPLETED");
    });
}

#[test]
fn a_job_that_goes_on_after_a_restart_has_the_rights_of_its_caller() {
    for (actions, status) in [(&["dynamodb:*"][..], "FAILED"), (&["dynamodb:*", "s3:PutObject"][..], "COMPLETED")] {
        let backend = Rc::new(MemoryBackend::default());
        testing::run_on(backend.clone(), move |kernel| async move {
            let studio = Studio::open(kernel).await;
            studio.furnish().await;
            studio.allow(actions).await;
            let slow = Bytes::from(json!({"table_ms": 60_000}).to_string());
            let mut slow = http::Request::post("http://samlet.internal/dynamodb").body(slow).unwrap();
            slow.extensions_mut().insert(Scope::root(&studio.kernel));
            assert!(studio.cloud.handle(slow).await.status().is_success());
            studio.export().await;
        });
        testing::run_on(backend, move |kernel| async move {
            let studio = Studio::open(kernel).await;
            let listed = studio.root("dynamodb", "ListExports", json!({})).await;
            let summary = &listed["ExportSummaries"][0];
            assert_eq!(summary["ExportStatus"], "IN_PROGRESS");
            assert_eq!(studio.exported(&summary["ExportArn"]).await["ExportStatus"], status);
        });
    }
}
