//! The AWS managed policies that functions commonly have, as far as they concern services that
//! exist here. Others may be attached and grant nothing.

use serde_json::{Value, json};

/// The document of an AWS managed policy, by the last part of its ARN.
pub(crate) fn document(arn: &str) -> Option<Value> {
    const LOGS: &[&str] = &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    const STREAMS: &[&str] =
        &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
    const KINESIS: &[&str] = &[
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "kinesis:ListStreams",
        "kinesis:SubscribeToShard",
    ];
    const SQS: &[&str] = &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    let name = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy/")?.1.rsplit('/').next()?;
    let actions = match name {
        "AdministratorAccess" => vec!["*"],
        "AWSLambdaBasicExecutionRole" => LOGS.to_vec(),
        "AWSLambdaDynamoDBExecutionRole" => [STREAMS, LOGS].concat(),
        "AWSLambdaKinesisExecutionRole" => [KINESIS, LOGS].concat(),
        "AWSLambdaSQSQueueExecutionRole" => [SQS, LOGS].concat(),
        "AWSLambdaVPCAccessExecutionRole" => [LOGS, &["ec2:*NetworkInterface*"]].concat(),
        "AWSLambdaRole" => vec!["lambda:InvokeFunction"],
        "AWSLambda_FullAccess" | "AWSLambdaFullAccess" => {
            vec!["lambda:*", "logs:*", "cloudformation:Describe*", "iam:PassRole"]
        }
        "AWSXrayWriteOnlyAccess" | "AWSXRayDaemonWriteAccess" => vec!["xray:Put*", "xray:GetSampling*"],
        "AmazonDynamoDBFullAccess" | "AmazonDynamoDBFullAccess_v2" => vec!["dynamodb:*", "dax:*"],
        "AmazonDynamoDBReadOnlyAccess" => vec![
            "dynamodb:BatchGetItem",
            "dynamodb:Describe*",
            "dynamodb:GetItem",
            "dynamodb:List*",
            "dynamodb:PartiQLSelect",
            "dynamodb:Query",
            "dynamodb:Scan",
        ],
        "AmazonCognitoPowerUser" => vec!["cognito-identity:*", "cognito-idp:*", "cognito-sync:*"],
        "AmazonCognitoReadOnly" => {
            vec!["cognito-idp:Describe*", "cognito-idp:Get*", "cognito-idp:AdminGet*", "cognito-idp:List*"]
        }
        "AmazonAPIGatewayInvokeFullAccess" => vec!["execute-api:Invoke", "execute-api:ManageConnections"],
        "AmazonAPIGatewayAdministrator" => vec!["apigateway:*"],
        "AmazonAPIGatewayPushToCloudWatchLogs" => {
            [LOGS, &["logs:Describe*", "logs:GetLogEvents", "logs:FilterLogEvents"]].concat()
        }
        "CloudWatchLogsFullAccess" => vec!["logs:*"],
        _ => return None,
    };
    Some(json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}))
}
