import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CognitoIdentityProviderClient, AdminGetUserCommand, UserNotFoundException } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client, PutObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey } from '@aws-sdk/client-s3';
export const handler = async () => {
  const sqs = await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: 'https://sqs/q', MessageBody: 'hi' }));
  const sns = await new SNSClient({}).send(new PublishCommand({ TopicArn: 'arn:t', Message: 'm & n', MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } }));
  const bus = await new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 'd', Detail: '{}', Time: new Date(1000) }] }));
  const user = await new CognitoIdentityProviderClient({}).send(new AdminGetUserCommand({ UserPoolId: 'p', Username: 'u' }));
  const s3 = new S3Client({});
  const put = await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a b/c.txt', Body: 'content', ContentType: 'text/plain', Metadata: { k: 'v' } }));
  const got = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a b/c.txt' }));
  const text = await got.Body.transformToString();
  const list = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'a b/' }));
  const none = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'none' })).catch((error) => error);
  return { sqs: sqs.MessageId, sns: sns.MessageId, bus: bus.FailedEntryCount, created: user.UserCreateDate, isDate: user.UserCreateDate instanceof Date, etag: put.ETag, text, meta: got.Metadata, keys: list.Contents.map((o) => [o.Key, o.Size]), none: [none.name, none instanceof NoSuchKey] };
};
