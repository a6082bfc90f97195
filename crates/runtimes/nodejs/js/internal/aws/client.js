// Clients and commands of version 3 of the AWS SDK, made from the table of services.
'use strict';

const http = require('internal/http');
const { exceptionsOf } = require('internal/aws/errors');
const { MiddlewareStack } = require('internal/aws/middleware');
const protocols = require('internal/aws/protocols');
const { sign } = require('internal/aws/sign');
const { env } = require('process');

const RETRYABLE = new Set([
  'BandwidthLimitExceeded', 'EC2ThrottledException', 'LimitExceededException', 'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException',
  'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException',
  'TransactionInProgressException', 'RequestTimeout', 'RequestTimeoutException', 'InternalServerError',
]);
const RETRYABLE_STATUS = new Set([500, 502, 503, 504]);

const provider = (value) => (typeof value === 'function' ? value : async () => value);

function regionOf(config) {
  const region = config.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined) throw new Error('Region is missing');
  return region;
}

const environmentCredentials = async () => ({
  accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY, sessionToken: env.AWS_SESSION_TOKEN,
});

/** The URL that requests go to, without a slash at its end. */
async function endpointOf(service, config) {
  let { endpoint } = config;
  if (typeof endpoint === 'function') endpoint = await endpoint();
  const own = env[`AWS_ENDPOINT_URL_${service.id.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`];
  endpoint ??= own ?? env.AWS_ENDPOINT_URL;
  if (endpoint !== undefined && endpoint !== '') {
    if (typeof endpoint === 'string') return (endpoint.includes('://') ? endpoint : `https://${endpoint}`).replace(/\/+$/, '');
    if (endpoint.url !== undefined) return String(endpoint.url).replace(/\/+$/, '');
    const port = endpoint.port === undefined ? '' : `:${endpoint.port}`;
    return `${endpoint.protocol}//${endpoint.hostname}${port}${endpoint.path ?? ''}`.replace(/\/+$/, '');
  }
  if (service.global) return `https://${service.host}.amazonaws.com`;
  return `https://${service.host}.${await provider(config._region)()}.amazonaws.com`;
}

class Client {
  constructor(config = {}) {
    const region = provider(config.region === undefined ? async () => regionOf({}) : config.region);
    this.config = {
      maxAttempts: async () => Number(env.AWS_MAX_ATTEMPTS ?? 3),
      requestHandler: { handle: () => {}, destroy: () => {}, metadata: { handlerProtocol: 'http/1.1' } },
      apiVersion: this._service.version,
      serviceId: this._service.id,
      logger: config.logger,
      ...config,
      _region: region,
      region,
      credentials: provider(config.credentials ?? environmentCredentials),
    };
    Object.defineProperty(this, '_signs', { value: config.credentials !== undefined });
    if (config.maxAttempts !== undefined) this.config.maxAttempts = provider(config.maxAttempts);
    Object.defineProperty(this.config, '_region', { enumerable: false });
    this.middlewareStack = new MiddlewareStack();
  }
  send(command, optionsOrCallback, callback) {
    const options = typeof optionsOrCallback === 'function' ? {} : optionsOrCallback ?? {};
    const done = typeof optionsOrCallback === 'function' ? optionsOrCallback : callback;
    const result = run(this, command, options);
    if (done === undefined) return result;
    result.then((output) => done(null, output), (error) => done(error));
    return undefined;
  }
  destroy() {}
}

class Command {
  constructor(input = {}) {
    this.input = input;
    this.middlewareStack = new MiddlewareStack();
  }
}

async function run(client, command, options) {
  const service = client._service;
  if (typeof command?._operation !== 'string') throw new TypeError('command.resolveMiddleware is not a function');
  const name = command._operation;
  const context = { clientName: `${service.id}Client`, commandName: command.constructor.name, logger: client.config.logger, dynamoDbDocumentClientOptions: undefined };
  const handler = async ({ input }) => {
    const wire = command._encode === undefined ? input : command._encode(input);
    const output = await attempt(client, name, wire, options);
    return { response: {}, output: command._decode === undefined ? output : command._decode(output) };
  };
  const stack = client.middlewareStack.concat(command.middlewareStack);
  const { output } = await stack.resolve(handler, context)({ input: command.input, request: { headers: {} } });
  return output;
}

/** Sends until it works, or until retrying makes no more sense. */
async function attempt(client, operation, input, { abortSignal }) {
  const service = client._service;
  const protocol = protocols[service.protocol];
  const request = protocol.request(service, operation, input, client.config);
  const base = await endpointOf(service, client.config);
  const attempts = Math.max(1, await client.config.maxAttempts());
  let delayed = 0;
  for (let count = 1; ; count += 1) {
    const error = await trySend(client, operation, request, base, { attempts: count, totalRetryDelay: delayed, abortSignal });
    if (error.output !== undefined) return error.output;
    const { failure } = error;
    const status = failure.$metadata?.httpStatusCode;
    const again = count < attempts && failure.name !== 'AbortError' && (status === undefined || RETRYABLE_STATUS.has(status) || RETRYABLE.has(failure.name));
    if (!again) throw failure;
    const delay = Math.floor(Math.random() * Math.min(20000, 100 * 2 ** (count - 1)));
    delayed += delay;
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

/** The services whose name in a signature is not their host. */
const SIGNING_NAMES = { 'streams.dynamodb': 'dynamodb', monitoring: 'cloudwatch', email: 'ses' };

async function signed(client, request) {
  if (!client._signs) return request;
  const { host } = client._service;
  const region = await provider(client.config._region)();
  const headers = sign(request, await client.config.credentials(), { service: SIGNING_NAMES[host] ?? host, region });
  return { ...request, headers };
}

async function trySend(client, operation, request, base, { attempts, totalRetryDelay, abortSignal }) {
  const service = client._service;
  const protocol = protocols[service.protocol];
  let answer;
  try {
    const { method, headers, body } = request;
    const url = (request.base?.(base) ?? base) + request.path;
    answer = await http.request({ ...await signed(client, { method, url, headers, body }), signal: abortSignal });
  } catch (error) {
    return { failure: Object.assign(error, { $metadata: { attempts, totalRetryDelay } }) };
  }
  answer.headers = new Map(answer.headers);
  const $metadata = {
    httpStatusCode: answer.status,
    requestId: answer.headers.get('x-amzn-requestid') ?? answer.headers.get('x-amz-request-id'),
    extendedRequestId: answer.headers.get('x-amz-id-2'),
    cfId: undefined,
    attempts,
    totalRetryDelay,
  };
  if (answer.status >= 300) return { failure: client._exceptions.create(protocol.error(answer), answer, $metadata) };
  return { output: { $metadata, ...protocol.output(service, operation, answer) } };
}

const cache = new Map();

/** The parts of a service's package: its client, its exceptions, and a command for each operation. */
exports.partsOf = (service) => {
  let parts = cache.get(service.id);
  if (parts !== undefined) return parts;
  const exceptions = exceptionsOf(service);
  const className = `${service.id}Client`;
  const ServiceClient = { [className]: class extends Client {} }[className];
  Object.defineProperties(ServiceClient.prototype, { _service: { value: service }, _exceptions: { value: exceptions } });
  const commands = new Map();
  const command = (operation) => {
    let type = commands.get(operation);
    if (type === undefined) {
      const name = `${operation}Command`;
      type = { [name]: class extends Command {} }[name];
      Object.defineProperty(type.prototype, '_operation', { value: operation });
      commands.set(operation, type);
    }
    return type;
  };
  parts = { service, exceptions, Client: ServiceClient, command, Aggregated: aggregated(service, ServiceClient, command) };
  cache.set(service.id, parts);
  return parts;
};

/** `new DynamoDB({}).putItem({…})`: a client with a method for each operation. */
function aggregated(service, ServiceClient, command) {
  const Aggregated = { [service.id]: class extends ServiceClient {} }[service.id];
  const methods = new Proxy(ServiceClient.prototype, {
    get(target, name, receiver) {
      const known = Reflect.get(target, name, receiver);
      if (known !== undefined || typeof name !== 'string' || !/^[a-z]\w{2,}$/.test(name) || NOT_OPERATIONS.has(name)) return known;
      const Type = command(name[0].toUpperCase() + name.slice(1));
      return (input, ...rest) => receiver.send(new Type(input), ...rest);
    },
  });
  Object.setPrototypeOf(Aggregated.prototype, methods);
  return Aggregated;
}

const NOT_OPERATIONS = new Set(['then', 'catch', 'finally', 'constructor', 'inspect', 'length', 'name', 'prototype', 'toJSON']);

exports.Client = Client;
exports.Command = Command;
exports.environmentCredentials = environmentCredentials;
