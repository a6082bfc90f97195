import { DynamoDBClient, PutItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async () => {
  const put = await client.send(new PutItemCommand({ TableName: 't', Item: { id: { S: '1' }, bin: { B: new Uint8Array([1, 2]) }, skip: undefined } }));
  const got = await client.send(new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }));
  return { put, item: got.Item, bytes: got.Item.bin.B instanceof Uint8Array, region: await client.config.region() };
};
