import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.SHIPMENTS;

/** Ships an order that has somewhere to go. A record may come twice: the second time changes nothing. */
const ship = async ({ id, amount, to }) => {
  if (!to) throw new Error(`Order ${id} has no address.`);
  await database.send(new PutCommand({ TableName, Item: { id, amount, to } }));
};

/** Takes the records in order; Lambda tries again from the first one that is reported, not from the start. */
export const handler = async ({ Records }) => {
  const orders = Records.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, 'base64')));
  console.log('batch', orders.map(({ id }) => id).join(' '));
  for (const [place, order] of orders.entries()) {
    try {
      await ship(order);
    } catch (error) {
      console.error(error.message);
      return { batchItemFailures: [{ itemIdentifier: Records[place].kinesis.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};
