import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

/** All to-dos, oldest first. */
export const list = async () => {
  const { Items } = await table.send(new ScanCommand({ TableName }));
  return Items.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
};

export const get = async (id) => {
  const { Item } = await table.send(new GetCommand({ TableName, Key: { id } }));
  return Item;
};

export const put = (todo) => table.send(new PutCommand({ TableName, Item: todo }));

/** Changes the title, or whether it is done; undefined when there is no such to-do. */
export const update = async (id, { title, done }) => {
  const current = await get(id);
  if (!current) return undefined;
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName,
      Key: { id },
      UpdateExpression: 'SET title = :title, done = :done',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':title': title ?? current.title, ':done': done ?? current.done },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes;
};

export const remove = (id) => table.send(new DeleteCommand({ TableName, Key: { id } }));
