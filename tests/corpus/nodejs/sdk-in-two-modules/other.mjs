import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
export const put = new PutCommand({});
export const document = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export { PutItemCommand };
