import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { PutItemCommand, put } from './other.mjs';
export const handler = async () => ({
  commands: [new GetCommand({}), new PutItemCommand({}), put].map((command) => command.constructor.name),
  client: DynamoDBDocumentClient.from(new DynamoDBClient({})).constructor.name,
});
