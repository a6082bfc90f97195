import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

/** The destination of what succeeded. It gets what went in, what came out, and how often it took. */
export const handler = async ({ requestContext, responsePayload }) => {
  const { id, paidAt } = responsePayload;
  console.log(`${id}: ${requestContext.condition} at attempt ${requestContext.approximateInvokeCount}`);
  await database.send(
    new UpdateCommand({
      TableName,
      Key: { id },
      UpdateExpression: 'SET #state = :paid, paidAt = :at',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':paid': 'paid', ':at': paidAt },
    }),
  );
};
