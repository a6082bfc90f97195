// Lambda's bootstrap: loads the handler, then speaks the Runtime API for ever.
'use strict';

const http = require('internal/http');
const loader = require('internal/loader');
const log = require('internal/log');
const loop = require('internal/loop');
const process = require('process');
const util = require('util');

let base;
let current = null;

class RuntimeError extends Error {
  constructor(type, message) {
    super(message);
    Object.defineProperty(this, 'name', { value: `Runtime.${type}`, configurable: true, writable: true });
    Object.defineProperty(this, 'stack', {
      value: this.stack.replace(/^Error/, this.name),
      configurable: true,
      writable: true,
    });
  }
}

/** Why the handler's file could not be loaded, as Lambda says it. */
function loadError(type, cause) {
  const error = new RuntimeError(type, String(cause));
  Object.defineProperty(error, 'stack', {
    value: String(cause.stack).replace(/^/, `${error.name}: `),
    configurable: true,
    writable: true,
  });
  return error;
}

exports.start = () => {
  const seed = native.random(16);
  seedMathRandom(seed);
  process._start(native.environment());
  log.configure(process.env);
  base = `http://${process.env.AWS_LAMBDA_RUNTIME_API ?? '127.0.0.1:9001'}/2018-06-01/runtime`;
  exports.installAwslambda();
  run();
};

async function run() {
  let handler;
  try {
    handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? '/var/task', process.env._HANDLER ?? '');
  } catch (error) {
    exports.fatal(error, 'Uncaught Exception');
    return;
  }
  for (;;) {
    const { head, body } = await http.runtimeCall(`GET ${base}/invocation/next`);
    await invoke(handler, http.headersOf(head), body);
  }
}

/** xoshiro128**: the engine's own state would be the same in every copy of the image. */
function seedMathRandom(seed) {
  const s = new Uint32Array(seed.buffer.slice(0));
  const rotate = (x, k) => (x << k) | (x >>> (32 - k));
  const next = () => {
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    return result;
  };
  const { random } = {
    random() {
      return ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
    },
  };
  Object.defineProperty(Math, 'random', { value: random, configurable: true, writable: true });
}

async function loadHandler(root, name) {
  const match = /^(.*\/)?([^/]*)$/.exec(name);
  const parts = /^([^.]*)\.(.+)$/.exec(match[2]);
  if (parts === null || name.includes('..')) throw new RuntimeError('MalformedHandlerName', parts === null
    ? 'Bad handler' : `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  const [, file, path] = parts;
  const module = await loadUserModule(root, `${match[1] ?? ''}${file}`);
  let handler = module;
  for (const key of path.split('.')) handler = handler?.[key];
  if (handler === undefined || handler === null) {
    throw new RuntimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') throw new RuntimeError('HandlerNotFound', `${name} is not a function`);
  return handler;
}

async function loadUserModule(root, file) {
  try {
    return await loader.loadHandlerModule(root, file);
  } catch (error) {
    if (error instanceof SyntaxError) throw loadError('UserCodeSyntaxError', error);
    if (error?.code === 'MODULE_NOT_FOUND') throw loadError('ImportModuleError', error);
    throw error;
  }
}

function invocationContext(headers) {
  const env = process._variables;
  const deadline = Number(headers.get('lambda-runtime-deadline-ms'));
  const parse = (name) => (headers.has(name) ? JSON.parse(headers.get(name)) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse('lambda-runtime-client-context'),
    identity: parse('lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    awsRequestId: headers.get('lambda-runtime-aws-request-id'),
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - Date.now())),
  };
}

/** Runs the handler once; resolves when its answer has been accepted. */
function invoke(handler, headers, body) {
  const id = headers.get('lambda-runtime-aws-request-id');
  const trace = headers.get('lambda-runtime-trace-id');
  if (trace) process._variables._X_AMZN_TRACE_ID = trace;
  else delete process._variables._X_AMZN_TRACE_ID;
  log.setRequestId(id);
  return new Promise((resolve) => {
    const invocation = { id, answered: false, resolve };
    current = invocation;
    // A handler that leaves nothing to wait for has no answer: that is null.
    whenEmpty(() => succeed(invocation, null));
    try {
      const context = invocationContext(headers);
      addLegacyMethods(invocation, context);
      const event = native.parseJson(body);
      if (handler[STREAMING]) {
        stream(invocation, handler, event, context);
        return;
      }
      const result = handler(event, context, (error, value) => finish(invocation, context, error, value));
      if (typeof result?.then === 'function') {
        result.then((value) => succeed(invocation, value), (error) => fail(invocation, error));
      }
    } catch (error) {
      fail(invocation, error);
    }
  });
}

function whenEmpty(action) {
  forgetListeners();
  loop.whenEmpty(action);
}

/** What the function does at its end is done at the end of an invocation, and once. */
function forgetListeners() {
  if (process.listenerCount('beforeExit') > 0) process.removeAllListeners('beforeExit');
}

function addLegacyMethods(invocation, context) {
  context.done = (error, value) => finish(invocation, context, error, value);
  context.succeed = (value) => succeed(invocation, value);
  context.fail = (error) => fail(invocation, error ?? 'handled');
}

/** The callback was called: the answer leaves now, or when nothing is left to wait for. */
function finish(invocation, context, error, value) {
  const answer = () => {
    if (error !== undefined && error !== null) fail(invocation, error);
    else succeed(invocation, value);
  };
  if (context.callbackWaitsForEmptyEventLoop) whenEmpty(() => setImmediate(answer));
  else answer();
}

function succeed(invocation, value) {
  if (invocation.answered) return;
  let body;
  try {
    body = JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    fail(invocation, new RuntimeError('MarshalError', 'Unable to stringify response body'));
    return;
  }
  answer(invocation, 'response', body, 'Content-Type:application/json');
}

function fail(invocation, error) {
  if (invocation.answered) return;
  logError('Invoke Error', error);
  postError(invocation, error);
}

function postError(invocation, error) {
  const payload = errorPayload(error);
  post(invocation, 'error', JSON.stringify(payload), errorHeaders(payload));
}

function errorHeaders(payload) {
  return [
    ['Content-Type', 'application/json'],
    ['Lambda-Runtime-Function-Error-Type', payload.errorType],
  ];
}

function post(invocation, kind, body, headers) {
  const url = `${base}/invocation/${invocation.id}/${kind}`;
  settle(invocation, http.request({ method: 'POST', url, headers, body, background: true }));
}

/** The way of most answers: JSON, and a header that is known. */
function answer(invocation, kind, body, header) {
  settle(invocation, http.runtimeCall(`POST ${base}/invocation/${invocation.id}/${kind}\n${header}`, body));
}

function settle(invocation, taken) {
  invocation.answered = true;
  loop.whenEmpty(null);
  forgetListeners();
  taken.then(() => {
    if (current === invocation) current = null;
    invocation.resolve();
  }, (error) => log.write('ERROR', ['The Runtime API did not take the answer:', error]));
}

/** What a failed invocation answers. */
function errorPayload(error) {
  if (util.types.isNativeError(error) || (error?.name && error?.message && error?.stack)) {
    return {
      errorType: String(error.name).replaceAll('\x7F', '%7F'),
      errorMessage: String(error.message).replaceAll('\x7F', '%7F'),
      trace: String(error.stack).replaceAll('\x7F', '%7F').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** How the log shows a failed invocation: in JSON, an error is the whole message. */
function logError(label, error) {
  log.write('ERROR', log.isJson() ? [error] : [label, loggedError(error)]);
}

function loggedError(error) {
  const expand = (_key, value) => {
    if (!(value instanceof Error)) return value;
    const shown = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
    if (typeof value.stack === 'string') shown.stack = value.stack.split('\n');
    return shown;
  };
  try {
    return `\t${JSON.stringify(error, expand)}`;
  } catch {
    return `\t${JSON.stringify(errorPayload(error))}`;
  }
}

/** Nothing caught it: the answer is the error, and the process ends. */
exports.fatal = (error, label) => {
  logError(label, error);
  const payload = errorPayload(error);
  const path = current === null ? 'init/error' : `invocation/${current.id}/error`;
  const status = current === null ? 1 : 129;
  const end = () => native.exit(status);
  http.request({
    method: 'POST', url: `${base}/${path}`, headers: errorHeaders(payload), body: JSON.stringify(payload), background: true,
  }).then(end, end);
};

exports.unhandledRejection = (reason, promise) => {
  const error = new RuntimeError('UnhandledPromiseRejection', String(reason));
  Object.assign(error, { reason, promise });
  if (reason instanceof Error) {
    Object.defineProperty(error, 'stack', {
      value: [`${error.name}: ${error.message}`, ...error.stack.split('\n').slice(1)].join('\n'),
      configurable: true,
      writable: true,
    });
  }
  exports.fatal(error, 'Unhandled Promise Rejection');
};

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Response streaming; the whole answer is sent when the stream ends. */
function stream(invocation, handler, event, context) {
  const { Writable } = require('stream');
  const chunks = [];
  let contentType = 'application/octet-stream';
  const output = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  output.setContentType = (type) => {
    contentType = type;
  };
  output._onBeforeFirstWrite = (write) => {
    const first = output.write.bind(output);
    output.write = (...args) => {
      output.write = first;
      write((bytes) => chunks.push(Buffer.from(bytes)));
      return first(...args);
    };
  };
  output.on('finish', () => {
    if (invocation.answered) return;
    post(invocation, 'response', Buffer.concat(chunks), [
      ['Content-Type', contentType],
      ['Lambda-Runtime-Function-Response-Mode', 'streaming'],
    ]);
  });
  const done = Promise.resolve(handler(event, output, context));
  done.then(() => output.writableEnded || whenEmpty(() => output.end()), (error) => fail(invocation, error));
}

exports.installAwslambda = () => {
  const from = (stream, prelude) => {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream._onBeforeFirstWrite((write) => {
      write(JSON.stringify(prelude));
      write(new Uint8Array(8));
    });
    return stream;
  };
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = options?.highWaterMark ?? true;
      return handler;
    },
    HttpResponseStream: { from },
  };
};
