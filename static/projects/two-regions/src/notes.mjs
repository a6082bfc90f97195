import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

const TableName = process.env.TABLE_NAME;
const regions = process.env.REGIONS.split(',');

/** One client for each region: the table has one name in all of them. */
const clients = Object.fromEntries(
  regions.map((region) => [region, DynamoDBDocumentClient.from(new DynamoDBClient({ region }))]),
);

const routes = {
  'PUT /regions/{region}/notes/{id}': async ({ pathParameters: { region, id }, ...event }) => {
    if (!clients[region]) return answer(404, { message: `The table has replicas in ${regions.join(' and ')}.` });
    const note = { ...parse(event), id, writtenIn: region, writtenAt: new Date().toISOString() };
    await clients[region].send(new PutCommand({ TableName, Item: note }));
    return answer(200, note);
  },

  // Side by side: until a write has been replicated the two differ.
  'GET /notes/{id}': async ({ pathParameters: { id } }) => {
    const read = async (region) => {
      const { Item } = await clients[region].send(new GetCommand({ TableName, Key: { id } }));
      return [region, Item ?? null];
    };
    return answer(200, Object.fromEntries(await Promise.all(regions.map(read))));
  },
};

export const handler = (event) => routes[event.routeKey](event);

const answer = (statusCode, body) => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The request's JSON; what cannot be read counts as empty. API Gateway encodes what it takes for binary. */
const parse = ({ body = '', isBase64Encoded }) => {
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body) ?? {};
  } catch {
    return {};
  }
};
