import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument, DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand, QueryCommand, BatchWriteCommand, BatchGetCommand, TransactWriteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
const client = DynamoDBDocumentClient.from(new DynamoDB({ region: 'eu-west-1' }), { marshallOptions: { removeUndefinedValues: true } });
export const handler = async () => {
  await client.send(new PutCommand({ TableName: 't', Item: { id: 'a', n: 1.5, ok: true, none: null, list: [1, 'x', { deep: undefined }], tags: new Set(['p', 'q']), bytes: new Uint8Array([255]) }, ConditionExpression: 'attribute_not_exists(id)' }));
  const got = await client.send(new GetCommand({ TableName: 't', Key: { id: 'a' } }));
  const updated = await client.send(new UpdateCommand({ TableName: 't', Key: { id: 'a' }, UpdateExpression: 'SET #n = :n', ExpressionAttributeNames: { '#n': 'n' }, ExpressionAttributeValues: { ':n': 2 }, ReturnValues: 'ALL_NEW' }));
  const queried = await client.send(new QueryCommand({ TableName: 't', KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': 'a' } }));
  await client.send(new BatchWriteCommand({ RequestItems: { t: [{ PutRequest: { Item: { id: 'b' } } }, { DeleteRequest: { Key: { id: 'c' } } }] } }));
  const batch = await client.send(new BatchGetCommand({ RequestItems: { t: { Keys: [{ id: 'a' }] } } }));
  await client.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName: 't', Item: { id: 'd' } } }, { Update: { TableName: 't', Key: { id: 'a' }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': 1 } } }] }));
  const pages = [];
  for await (const page of paginateScan({ client, pageSize: 1 }, { TableName: 't' })) pages.push(page.Items);
  const full = DynamoDBDocument.from(new DynamoDB({}));
  const direct = await full.get({ TableName: 't', Key: { id: 'z' } });
  const wrong = await client.send(new PutCommand({ TableName: 't', Item: { id: 'x', when: new Date(0) } })).catch((error) => error.message);
  return { item: got.Item, tags: [...got.Item.tags], updated: updated.Attributes, queried: queried.Items, last: queried.LastEvaluatedKey, batch: batch.Responses, pages, direct: direct.Item ?? 'no item', wrong };
};
