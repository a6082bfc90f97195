import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.TABLE_NAME;

/**
 * Pays, unless the bank is down: it is for the first so many attempts as the payment's `failures` says.
 * What is thrown here nobody sees: Lambda tries again after one minute, then after two more.
 */
export const handler = async ({ id, amount, failures }, { awsRequestId }) => {
  const { Attributes } = await database.send(
    new UpdateCommand({
      TableName,
      Key: { id },
      UpdateExpression: 'SET amount = :amount, #state = :trying ADD attempts :one',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':amount': amount, ':trying': 'trying', ':one': 1 },
      ReturnValues: 'ALL_NEW',
    }),
  );
  // The request id is the same at each attempt: with it a payment can be kept from being made twice.
  console.log(`attempt ${Attributes.attempts} of request ${awsRequestId}`);
  if (Attributes.attempts <= failures) throw new Error('The bank does not answer');
  return { id, amount, paidAt: new Date().toISOString() };
};
