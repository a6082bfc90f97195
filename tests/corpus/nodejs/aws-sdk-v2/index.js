const AWS = require('aws-sdk');
AWS.config.update({ region: 'us-west-2' });
const docs = new AWS.DynamoDB.DocumentClient();
const lambda = new AWS.Lambda();
exports.handler = async () => {
  await docs.put({ TableName: 't', Item: { id: '1', skip: undefined, tags: docs.createSet(['a']) } }).promise();
  const got = await docs.get({ TableName: 't', Key: { id: '1' } }).promise();
  const scanned = await new Promise((resolve, reject) => docs.scan({ TableName: 't' }, (error, data) => (error ? reject(error) : resolve(data))));
  const raw = await new AWS.DynamoDB({ apiVersion: '2012-08-10' }).listTables().promise();
  const invoked = await lambda.invoke({ FunctionName: 'f', Payload: '{}' }).promise();
  const failed = await docs.put({ TableName: 't', Item: { id: '1' }, ConditionExpression: 'x' }).promise().catch((error) => [error.code, error.name, error.message, error.statusCode, error.retryable]);
  return { item: got.Item, scanned: scanned.Items, raw, payload: invoked.Payload, failed, converted: AWS.DynamoDB.Converter.unmarshall({ a: { N: '1' } }) };
};
