// aws-sdk, version 2: callbacks, `.promise()`, one object for everything.
'use strict';

const EventEmitter = require('events');
const { convertToAttr, convertToNative, marshall, unmarshall } = require('internal/aws/attributes');
const { partsOf } = require('internal/aws/client');
const { translate } = require('internal/aws/documents');
const services = require('internal/aws/services');

class Config {
  constructor(options) {
    this.maxRetries = undefined;
    this.update(options);
  }
  update(options = {}) {
    Object.assign(this, options);
  }
  getCredentials(callback) {
    callback(null, this.credentials ?? new Credentials());
  }
  setPromisesDependency() {}
  loadFromPath() {
    throw require('internal/errors').notSupported('AWS.config.loadFromPath');
  }
}

class Credentials {
  constructor(accessKeyId, secretAccessKey, sessionToken) {
    const own = typeof accessKeyId === 'object' ? accessKeyId : { accessKeyId, secretAccessKey, sessionToken };
    Object.assign(this, own);
    this.expired = false;
  }
  get(callback) {
    callback(null);
  }
  getPromise() {
    return Promise.resolve();
  }
}

const config = new Config();

class Endpoint {
  constructor(url) {
    const parsed = new URL(url.includes('://') ? url : `https://${url}`);
    Object.assign(this, { href: parsed.href, host: parsed.host, hostname: parsed.hostname, protocol: parsed.protocol, port: Number(parsed.port) || 443, path: parsed.pathname });
  }
}

/** One call: it is sent by `promise`, by `send`, or by the callback that came along. */
class Request extends EventEmitter {
  constructor(service, operation, params, send) {
    super();
    Object.assign(this, { service, operation, params, _send: send, _abort: new AbortController() });
    this.httpRequest = { headers: {} };
  }
  promise() {
    return this._send(this.params, this._abort.signal).then((data) => {
      this.emit('success', { data });
      this.emit('complete', { data });
      return data;
    }, (error) => {
      if (this.listenerCount('error') > 0) this.emit('error', error);
      this.emit('complete', { error });
      throw error;
    });
  }
  send(callback = () => {}) {
    this.promise().then((data) => callback.call({ data, request: this }, null, data), (error) => callback.call({ error, request: this }, error, null))
      .catch((error) => setImmediate(() => {
        throw error;
      }));
    return this;
  }
  abort() {
    this._abort.abort();
  }
  createReadStream() {
    const { PassThrough } = require('stream');
    const stream = new PassThrough();
    this.promise().then(({ Body }) => stream.end(Body), (error) => stream.destroy(error));
    return stream;
  }
  /** Calls back for each page; a callback that gives `false` ends it. */
  eachPage(callback) {
    const next = (params) => {
      this._send(params, this._abort.signal).then((data) => {
        if (callback(null, data, () => {}) === false) return;
        const token = this.service._nextPage(this.operation, data);
        if (token === undefined) callback(null, null);
        else next({ ...params, ...token });
      }, (error) => callback(error, null));
    };
    next(this.params);
  }
}

/** Errors of version 2 say `code` where version 3 says `name`. */
function asV2Error(error) {
  const statusCode = error.$metadata?.httpStatusCode;
  return Object.assign(error, {
    code: error.code ?? error.name,
    statusCode,
    requestId: error.$metadata?.requestId,
    time: new Date(),
    retryable: statusCode === undefined || statusCode >= 500,
  });
}

function withoutMetadata({ $metadata, ...data }) {
  return data;
}

class Service {
  constructor(options = {}) {
    const merged = { ...config, ...options };
    this.config = new Config(merged);
    const attempts = merged.maxRetries === undefined ? undefined : merged.maxRetries + 1;
    this._client = new this._parts.Client({
      ...(merged.region === undefined ? {} : { region: merged.region }),
      ...(merged.endpoint === undefined ? {} : { endpoint: merged.endpoint?.href ?? merged.endpoint }),
      ...(attempts === undefined ? {} : { maxAttempts: attempts }),
      ...(merged.s3ForcePathStyle ? { forcePathStyle: true } : {}),
    });
    this.endpoint = new Endpoint(typeof merged.endpoint === 'string' ? merged.endpoint : merged.endpoint?.href ?? `https://${this._parts.service.host}.${merged.region ?? process.env.AWS_REGION ?? 'us-east-1'}.amazonaws.com`);
  }
  makeRequest(operation, params, callback) {
    if (operation === 'upload' && this._parts.service.id === 'S3') return this._upload(params, callback);
    const [input, done] = typeof params === 'function' ? [{}, params] : [params ?? {}, callback];
    const Command = this._parts.command(operation[0].toUpperCase() + operation.slice(1));
    const send = async (given, abortSignal) => {
      try {
        const command = new Command(given);
        return this._output(operation, withoutMetadata(await this._client.send(command, { abortSignal })));
      } catch (error) {
        throw asV2Error(error);
      }
    };
    const request = new Request(this, operation, { ...this.config.params, ...input }, send);
    return done === undefined ? request : request.send(done);
  }
  /** Objects are put in one piece here, however large. */
  _upload(params, callback) {
    const put = this.makeRequest('putObject', params);
    const send = async () => {
      const { ETag } = await put.promise();
      return { ETag, Bucket: params.Bucket, Key: params.Key, key: params.Key, Location: `https://${params.Bucket}.s3.amazonaws.com/${params.Key}` };
    };
    const request = new Request(this, 'upload', params, send);
    return callback === undefined ? request : request.send(callback);
  }
  waitFor(state, params, callback) {
    const { waiter } = require('internal/aws/pagination');
    const name = state[0].toUpperCase() + state.slice(1);
    const send = (input) => waiter(name, this._parts.command)({ client: this._client, maxWaitTime: 600 }, input).then(({ reason }) => reason);
    const request = new Request(this, state, params, send);
    return callback === undefined ? request : request.send(callback);
  }
  _output(operation, data) {
    if (this._parts.service.id === 'Lambda' && operation === 'invoke' && data.Payload !== undefined) {
      return { ...data, Payload: data.Payload.transformToString() };
    }
    if (this._parts.service.id === 'S3' && operation === 'getObject') return bufferBody(data);
    return data;
  }
  _nextPage(_operation, data) {
    if (data.LastEvaluatedKey !== undefined) return { ExclusiveStartKey: data.LastEvaluatedKey };
    if (data.NextToken) return { NextToken: data.NextToken };
    if (data.NextContinuationToken) return { ContinuationToken: data.NextContinuationToken };
    return undefined;
  }
}

async function bufferBody(data) {
  return { ...data, Body: Buffer.from(await data.Body.transformToByteArray()) };
}

const classes = new Map();

function serviceClass(name) {
  let Type = classes.get(name);
  if (Type !== undefined) return Type;
  const service = services.byV2Name(name);
  Type = { [name]: class extends Service {} }[name];
  Object.defineProperty(Type.prototype, '_parts', { value: partsOf(service) });
  Object.setPrototypeOf(Type.prototype, new Proxy(Service.prototype, {
    get(target, key, receiver) {
      const known = Reflect.get(target, key, receiver);
      if (known !== undefined || typeof key !== 'string' || !/^[a-z]\w{2,}$/.test(key) || NOT_OPERATIONS.has(key)) return known;
      return (params, callback) => receiver.makeRequest(key, params, callback);
    },
  }));
  classes.set(name, Type);
  if (name === 'DynamoDB') Object.assign(Type, { DocumentClient, Converter });
  return Type;
}

const NOT_OPERATIONS = new Set(['then', 'catch', 'finally', 'constructor', 'inspect', 'length', 'name', 'prototype', 'toJSON']);

// DynamoDB.DocumentClient

const METHODS = {
  get: 'getItem', put: 'putItem', update: 'updateItem', delete: 'deleteItem', query: 'query', scan: 'scan',
  batchGet: 'batchGetItem', batchWrite: 'batchWriteItem', transactGet: 'transactGetItems', transactWrite: 'transactWriteItems',
};

/** A set of version 2: not a `Set`, but an object with its values. */
class DynamoDBSet {
  constructor(values) {
    this.wrapperName = 'Set';
    this.values = values;
    const [first] = values;
    this.type = typeof first === 'number' ? 'Number' : typeof first === 'string' ? 'String' : 'Binary';
  }
  toJSON() {
    return this.values;
  }
}

/** Version 2 drops what is undefined, and turns empty sets and instances of classes into what fits. */
const MARSHALL = { removeUndefinedValues: true, convertClassInstanceToMap: true, allowImpreciseNumbers: true };

function fromV2(value) {
  if (value instanceof DynamoDBSet) return new Set(value.values);
  if (Array.isArray(value)) return value.map(fromV2);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value) || value instanceof Set || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromV2(item)]));
}

function toV2(value) {
  if (value instanceof Set) return new DynamoDBSet([...value]);
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(toV2);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toV2(item)]));
}

const encoder = (options) => ({
  convert: (value) => convertToAttr(fromV2(value), options),
  convertMap: (map) => marshall(fromV2(map), options),
});
const decoder = { convert: (value) => toV2(convertToNative(value)), convertMap: (map) => toV2(unmarshall(map)) };

class DocumentClient {
  constructor(options = {}) {
    this.service = options.service ?? new (serviceClass('DynamoDB'))(options);
    this.options = options;
    this._marshall = { ...MARSHALL, convertEmptyValues: options.convertEmptyValues === true };
  }
  createSet(values) {
    return new DynamoDBSet([...values]);
  }
}

for (const [method, operation] of Object.entries(METHODS)) {
  DocumentClient.prototype[method] = function (params, callback) {
    const send = async (given) => {
      let input;
      try {
        input = translate(given, encoder(this._marshall));
      } catch (error) {
        throw asV2Error(error);
      }
      return translate(await this.service.makeRequest(operation, input).promise(), decoder);
    };
    const request = new Request(this.service, operation, { ...this.options.params, ...params }, send);
    return callback === undefined ? request : request.send(callback);
  };
}

const Converter = {
  input: (value, options) => convertToAttr(fromV2(value), { ...MARSHALL, ...options }),
  output: (value) => toV2(convertToNative(value)),
  marshall: (value, options) => marshall(fromV2(value), { ...MARSHALL, ...options }),
  unmarshall: (value) => toV2(unmarshall(value)),
};

const AWS = {
  config,
  Config,
  Credentials,
  EnvironmentCredentials: Credentials,
  SharedIniFileCredentials: Credentials,
  Endpoint,
  Request,
  Service,
  HttpOptions: {},
  VERSION: '2.1692.0',
  util: { uuid: { v4: () => require('crypto').randomUUID() }, date: { iso8601: (date = new Date()) => date.toISOString() } },
};
for (const name of services.v2Names) {
  Object.defineProperty(AWS, name, { enumerable: true, configurable: true, get: () => serviceClass(name) });
}
/** Every service has a class; those that are not in the table are not here. */
module.exports = new Proxy(AWS, {
  get: (target, name) => (name in target || typeof name !== 'string' || !/^[A-Z]\w*[a-z]\w*$|^[A-Z]{2}[A-Z\d]*$/.test(name) ? target[name] : serviceClass(name)),
});
