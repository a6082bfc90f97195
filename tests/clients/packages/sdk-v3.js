const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } = require('@aws-sdk/lib-dynamodb');

const client = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(client);

exports.handler = async ({ TableName }) => {
  await documents.send(new PutCommand({ TableName, Item: { id: 'a', count: 1, set: new Set(['x']), deep: [1, 'two', null] } }));
  const { Item } = await documents.send(new GetCommand({ TableName, Key: { id: 'a' } }));
  const query = { TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'a' } };
  const { Count } = await documents.send(new QueryCommand(query));
  const error = await client.send(new GetItemCommand({ TableName: 'none', Key: { id: { S: 'a' } } })).catch(({ name }) => name);
  return { count: Item.count, set: [...Item.set], deep: Item.deep, found: Count, error };
};
