import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.BY_CUSTOMER;

/**
 * Does to the second table what was done to the first. A record may come twice, so each step gives
 * the same result however often it is taken.
 */
const follow = async ({ eventName, dynamodb: { OldImage, NewImage } }) => {
  const before = OldImage && unmarshall(OldImage);
  const after = NewImage && unmarshall(NewImage);
  console.log(eventName, (after ?? before).id);
  if (before && before.customer !== after?.customer) {
    const { customer, id } = before;
    await database.send(new DeleteCommand({ TableName, Key: { customer, id } }));
  }
  if (after) await database.send(new PutCommand({ TableName, Item: after }));
};

/** Takes the records in order; after a failure Lambda tries again from the one that failed. */
export const handler = async ({ Records }) => {
  for (const record of Records) {
    try {
      await follow(record);
    } catch (error) {
      console.error(error);
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
};
