import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

/** The to-dos of one user, oldest first. */
export const list = async (owner) => {
  const { Items } = await table.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: '#owner = :owner',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':owner': owner },
    }),
  );
  return Items.sort((a, b) => a.createdAt.localeCompare(b.createdAt));
};

export const get = async (owner, id) => {
  const { Item } = await table.send(new GetCommand({ TableName, Key: { owner, id } }));
  return Item;
};

export const put = (todo) => table.send(new PutCommand({ TableName, Item: todo }));

/** Changes the title, or whether it is done; undefined when the user has no such to-do. */
export const update = async (owner, id, { title, done }) => {
  const current = await get(owner, id);
  if (!current) return undefined;
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName,
      Key: { owner, id },
      UpdateExpression: 'SET title = :title, done = :done',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':title': title ?? current.title, ':done': done ?? current.done },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes;
};

export const remove = (owner, id) => table.send(new DeleteCommand({ TableName, Key: { owner, id } }));
