const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const lib = require('@aws-sdk/lib-dynamodb');
exports.handler = async () => ({ own: DynamoDBClient, builtin: typeof lib.GetCommand });
