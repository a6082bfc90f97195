import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { answer, parse } from './http.mjs';

const TableName = process.env.TABLE_NAME;
const THROTTLED = 'ProvisionedThroughputExceededException';

// The SDK would try again, and the caller would only notice that it takes long. Here we want to see it.
const database = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 1 }));

const routes = {
  'POST /writes': (event) => {
    const { count = 100, kilobytes = 1 } = parse(event);
    const text = 'x'.repeat(Math.max(1, kilobytes * 1024 - 100));
    return load(count, (id) => new PutCommand({ TableName, Item: { id, text }, ReturnConsumedCapacity: 'TOTAL' }));
  },

  'POST /reads': (event) => {
    const { count = 100, consistent = false } = parse(event);
    return load(
      count,
      (id) => new GetCommand({ TableName, Key: { id }, ConsistentRead: consistent, ReturnConsumedCapacity: 'TOTAL' }),
    );
  },
};

export const handler = (event) => routes[event.routeKey](event);

/** Sends `count` commands one after the other and counts what became of them. */
const load = async (count, command) => {
  const seen = { done: 0, throttled: 0, consumedUnits: 0 };
  for (let number = 0; number < count; number += 1) {
    try {
      const { ConsumedCapacity } = await database.send(command(`item-${number}`));
      seen.done += 1;
      seen.consumedUnits += ConsumedCapacity.CapacityUnits;
    } catch (error) {
      if (error.name !== THROTTLED) throw error;
      seen.throttled += 1;
    }
  }
  return answer(200, seen);
};
