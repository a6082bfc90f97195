import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { database } from './http.mjs';

const TableName = process.env.FAREWELLS;

/** Whether the record says that DynamoDB removed the item because its time was over. */
const expired = ({ userIdentity }) =>
  userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com';

/** Writes down who left, and whether they left by themselves. */
export const handler = async ({ Records }) => {
  for (const record of Records) {
    const { id, user } = unmarshall(record.dynamodb.OldImage);
    const how = expired(record) ? 'expired' : 'signed out';
    console.log(user, how);
    await database.send(new PutCommand({ TableName, Item: { id, user, how, at: new Date().toISOString() } }));
  }
};
