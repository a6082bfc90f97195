// What the SDK stand-ins know of each service: its names, its host and its protocol. Operations are not
// listed here where the protocol does not need it: any `XyzCommand` is sent, and the service answers.
'use strict';

const json10 = (target) => ({ protocol: 'json', version: '1.0', target });
const json11 = (target) => ({ protocol: 'json', version: '1.1', target });
const query = (version) => ({ protocol: 'query', version });

/** By the name of the package: `@aws-sdk/client-NAME`. */
const SERVICES = {
  'api-gateway': { id: 'APIGateway', host: 'apigateway', protocol: 'rest' },
  'apigatewaymanagementapi': { id: 'ApiGatewayManagementApi', host: 'execute-api', protocol: 'rest' },
  'athena': { id: 'Athena', host: 'athena', ...json11('AmazonAthena') },
  'cloudformation': { id: 'CloudFormation', host: 'cloudformation', ...query('2010-05-15') },
  'cloudwatch': { id: 'CloudWatch', host: 'monitoring', ...query('2010-08-01') },
  'cloudwatch-logs': { id: 'CloudWatchLogs', host: 'logs', ...json11('Logs_20140328') },
  'codedeploy': { id: 'CodeDeploy', host: 'codedeploy', ...json11('CodeDeploy_20141006') },
  'cognito-identity': { id: 'CognitoIdentity', host: 'cognito-identity', ...json11('AWSCognitoIdentityService') },
  'cognito-identity-provider': { id: 'CognitoIdentityProvider', host: 'cognito-idp', ...json11('AWSCognitoIdentityProviderService') },
  'comprehend': { id: 'Comprehend', host: 'comprehend', ...json11('Comprehend_20171127') },
  'dynamodb': { id: 'DynamoDB', host: 'dynamodb', ...json10('DynamoDB_20120810') },
  'dynamodb-streams': { id: 'DynamoDBStreams', host: 'streams.dynamodb', ...json10('DynamoDBStreams_20120810') },
  'ecs': { id: 'ECS', host: 'ecs', ...json11('AmazonEC2ContainerServiceV20141113') },
  'eventbridge': { id: 'EventBridge', host: 'events', ...json11('AWSEvents') },
  'firehose': { id: 'Firehose', host: 'firehose', ...json11('Firehose_20150804') },
  'iam': { id: 'IAM', host: 'iam', global: true, ...query('2010-05-08') },
  'kinesis': { id: 'Kinesis', host: 'kinesis', ...json11('Kinesis_20131202'), blobs: ['Data'] },
  'kms': { id: 'KMS', host: 'kms', ...json11('TrentService'), blobs: ['CiphertextBlob', 'Plaintext', 'Signature', 'Mac', 'PublicKey'] },
  'lambda': { id: 'Lambda', host: 'lambda', protocol: 'rest' },
  'rekognition': { id: 'Rekognition', host: 'rekognition', ...json11('RekognitionService') },
  's3': { id: 'S3', host: 's3', protocol: 's3' },
  'secrets-manager': { id: 'SecretsManager', host: 'secretsmanager', ...json11('secretsmanager'), blobs: ['SecretBinary'] },
  'ses': { id: 'SES', host: 'email', ...query('2010-12-01') },
  'sesv2': { id: 'SESv2', host: 'email', protocol: 'rest' },
  'sfn': { id: 'SFN', host: 'states', ...json10('AWSStepFunctions') },
  'sns': { id: 'SNS', host: 'sns', ...query('2010-03-31') },
  'sqs': { id: 'SQS', host: 'sqs', ...json10('AmazonSQS') },
  'ssm': { id: 'SSM', host: 'ssm', ...json11('AmazonSSM') },
  'sts': { id: 'STS', host: 'sts', ...query('2011-06-15') },
  'textract': { id: 'Textract', host: 'textract', ...json11('Textract') },
  'translate': { id: 'Translate', host: 'translate', ...json11('AWSShineFrontendService_20170701') },
};

for (const service of Object.values(SERVICES)) service.attributes = service.id.startsWith('DynamoDB');

/** The services' names in version 2 of the SDK, where they differ. */
const V2_NAMES = {
  CognitoIdentityServiceProvider: 'CognitoIdentityProvider',
  StepFunctions: 'SFN',
  CloudWatchEvents: 'EventBridge',
};

const byId = new Map(Object.values(SERVICES).map((service) => [service.id, service]));

/** Services that are not in the table, by the names of their packages: their clients can be made, and what they send nobody answers. */
const elsewhere = new Map();

function serviceElsewhere(name) {
  let service = elsewhere.get(name);
  if (service === undefined) {
    const id = name.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
    service = { id, host: name, isElsewhere: true, ...json11(id) };
    elsewhere.set(name, service);
  }
  return service;
}

exports.byPackage = (name) => (Object.hasOwn(SERVICES, name) ? SERVICES[name] : serviceElsewhere(name));
exports.byV2Name = (name) => byId.get(V2_NAMES[name] ?? name) ?? serviceElsewhere(name.toLowerCase());
exports.v2Names = [...byId.keys(), ...Object.keys(V2_NAMES)];
