import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { answer, database, parse } from './http.mjs';

const { SESSIONS, FAREWELLS } = process.env;

/** DynamoDB counts expiry in whole seconds. */
const seconds = () => Math.floor(Date.now() / 1000);

const routes = {
  'POST /sessions': async (event) => {
    const { user, minutes = 30 } = parse(event);
    if (!user) return answer(400, { message: 'A session needs a user.' });
    const session = { id: randomUUID(), user, expiresAt: seconds() + minutes * 60 };
    await database.send(new PutCommand({ TableName: SESSIONS, Item: session }));
    return answer(201, session);
  },

  // An expired item may still be there for a while: whoever reads it has to look at its time.
  'GET /sessions/{id}': async ({ pathParameters: { id } }) => {
    const { Item } = await database.send(new GetCommand({ TableName: SESSIONS, Key: { id } }));
    if (!Item) return answer(404, { message: 'There is no such session.' });
    return answer(200, { ...Item, isValid: Item.expiresAt > seconds() });
  },

  'DELETE /sessions/{id}': async ({ pathParameters: { id } }) => {
    await database.send(new DeleteCommand({ TableName: SESSIONS, Key: { id } }));
    return answer(204);
  },

  'GET /farewells': async () => {
    const { Items } = await database.send(new ScanCommand({ TableName: FAREWELLS }));
    return answer(200, Items);
  },
};

export const handler = (event) => routes[event.routeKey](event);
