const AWS = require('aws-sdk');

const documents = new AWS.DynamoDB.DocumentClient();

exports.handler = async ({ TableName }) => {
  await documents.put({ TableName, Item: { id: 'a', count: 1, set: documents.createSet(['x']), deep: [1, 'two', null] } }).promise();
  const { Item } = await documents.get({ TableName, Key: { id: 'a' } }).promise();
  const query = { TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'a' } };
  const { Count } = await documents.query(query).promise();
  const error = await documents.get({ TableName: 'none', Key: { id: 'a' } }).promise().catch(({ code }) => code);
  return { count: Item.count, set: Item.set.values, deep: Item.deep, found: Count, error };
};
