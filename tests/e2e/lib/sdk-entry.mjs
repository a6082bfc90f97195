// What the tests call inside the page: the real clients, as an application would bundle them.
export * as cognito from "@aws-sdk/client-cognito-identity-provider";
export * as dynamodb from "@aws-sdk/client-dynamodb";
export * as document from "@aws-sdk/lib-dynamodb";
export * as iam from "@aws-sdk/client-iam";
export * as lambda from "@aws-sdk/client-lambda";
export * as identity from "amazon-cognito-identity-js";
