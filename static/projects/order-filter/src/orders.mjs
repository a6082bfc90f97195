import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const streams = new KinesisClient({});
const buckets = new S3Client({});
const { STREAM, SHIPMENTS, FAILED } = process.env;

const routes = {
  'POST /orders': async (event) => {
    const orders = [parse(event)].flat();
    const Records = orders.map((order) => ({ PartitionKey: 'orders', Data: Buffer.from(JSON.stringify(order)) }));
    await streams.send(new PutRecordsCommand({ StreamName: STREAM, Records }));
    return answer(202, { placed: orders.length });
  },

  'GET /shipments': async () => {
    const { Items } = await database.send(new ScanCommand({ TableName: SHIPMENTS }));
    return answer(200, Items.sort((a, b) => (a.id < b.id ? -1 : 1)));
  },

  'GET /failed': async () => {
    const { Contents = [] } = await buckets.send(new ListObjectsV2Command({ Bucket: FAILED }));
    return answer(200, await Promise.all(Contents.map(failure)));
  },
};

export const handler = (event) => routes[event.routeKey](event);

/** What Lambda has written about a batch that it gave up: why, how often it was tried, and the orders in it. */
const failure = async ({ Key }) => {
  const { Body } = await buckets.send(new GetObjectCommand({ Bucket: FAILED, Key }));
  const { requestContext, payload } = JSON.parse(await Body.transformToString());
  const { condition, approximateInvokeCount } = requestContext;
  const orders = payload.Records.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, 'base64')));
  return { condition, approximateInvokeCount, orders };
};

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
