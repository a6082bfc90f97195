import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

const database = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const lambda = new LambdaClient({});
const s3 = new S3Client({});
const { PAY_FUNCTION, TABLE_NAME, BUCKET_NAME } = process.env;

const routes = {
  /** `Event` instead of the default `RequestResponse`: Lambda keeps the event and answers at once with 202. */
  'POST /payments': async (event) => {
    const { id = randomUUID(), amount = 10, failures = 0 } = parse(event);
    const payment = { id, amount, failures };
    const { StatusCode } = await lambda.send(
      new InvokeCommand({ FunctionName: PAY_FUNCTION, InvocationType: 'Event', Payload: JSON.stringify(payment) }),
    );
    return answer(StatusCode, payment);
  },

  'GET /payments': async () => {
    const { Items } = await database.send(new ScanCommand({ TableName: TABLE_NAME }));
    return answer(200, Items);
  },

  /** The records that Lambda has put into the bucket. */
  'GET /failures': async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET_NAME }));
    const records = Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET_NAME, Key }));
      return { key: Key, ...JSON.parse(await Body.transformToString()) };
    });
    return answer(200, await Promise.all(records));
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
