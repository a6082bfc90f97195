import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const { ORDERS, BY_CUSTOMER } = process.env;

/** Orders are written to one table and read from the other, which follows it. */
const routes = {
  'POST /orders': async (event) => {
    const { customer, amount } = parse(event);
    if (!customer || !(amount > 0)) return answer(400, { message: 'An order needs a customer and an amount.' });
    const order = { id: randomUUID(), customer, amount, placedAt: new Date().toISOString() };
    await database.send(new PutCommand({ TableName: ORDERS, Item: order }));
    return answer(201, order);
  },

  'DELETE /orders/{id}': async ({ pathParameters }) => {
    await database.send(new DeleteCommand({ TableName: ORDERS, Key: { id: pathParameters.id } }));
    return answer(204);
  },

  'GET /customers/{customer}/orders': async ({ pathParameters }) => {
    const { Items } = await database.send(
      new QueryCommand({
        TableName: BY_CUSTOMER,
        KeyConditionExpression: 'customer = :customer',
        ExpressionAttributeValues: { ':customer': pathParameters.customer },
      }),
    );
    return answer(200, { orders: Items, total: Items.reduce((sum, { amount }) => sum + amount, 0) });
  },
};

export const handler = (event) => routes[event.routeKey](event);

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** The request's JSON; what cannot be read counts as empty. API Gateway encodes what it takes for binary. */
const parse = ({ body = '', isBase64Encoded }) => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body) ?? {};
  } catch {
    return {};
  }
};
