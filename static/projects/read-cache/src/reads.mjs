import { DaxDocument } from '@amazon-dax-sdk/lib-dax';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { answer, database, parse } from './http.mjs';

const { TABLE_NAME: TableName, CLUSTER } = process.env;

/** Two ways to the same table. */
const ways = {
  table: (input) => database.send(new GetCommand(input)),
  cluster: (input) => cluster.get(input),
};
const cluster = new DaxDocument({ endpoint: CLUSTER });

const routes = {
  'POST /products': async (event) => {
    const { count = 10 } = parse(event);
    for (let number = 1; number <= count; number += 1) {
      await put({ id: `p${number}`, price: 10 * number });
    }
    return answer(201, { count });
  },

  // Past the cluster: what it has cached is now old, until its five minutes are over.
  'PUT /products/{id}': async (event) => {
    const product = { ...parse(event), id: event.pathParameters.id };
    await put(product);
    return answer(200, product);
  },

  'POST /reads': async (event) => {
    const { through = 'table', id = 'p1', count = 20 } = parse(event);
    if (!ways[through]) return answer(400, { message: 'Reads go through the table or the cluster.' });
    return answer(200, await read(ways[through], id, count));
  },
};

export const handler = (event) => routes[event.routeKey](event);

const put = (Item) => database.send(new PutCommand({ TableName, Item }));

/** Reads one item again and again, and adds up what the table was charged for it. */
const read = async (get, id, count) => {
  let consumedUnits = 0;
  let item;
  for (let number = 0; number < count; number += 1) {
    const { Item, ConsumedCapacity } = await get({ TableName, Key: { id }, ReturnConsumedCapacity: 'TOTAL' });
    consumedUnits += ConsumedCapacity?.CapacityUnits ?? 0;
    item = Item;
  }
  return { count, consumedUnits, item };
};
