'use strict';

const { Buffer } = require('buffer');
const EventEmitter = require('events');
const { notSupported, nodeError } = require('internal/errors');
const { request: send } = require('internal/http');
const STATUS_CODES = require('internal/status');
const { Readable, Writable } = require('stream');

class IncomingMessage extends Readable {
  constructor(socket) {
    super({ read() {} });
    Object.assign(this, {
      socket, connection: socket, httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1, complete: false,
      headers: {}, rawHeaders: [], trailers: {}, rawTrailers: [], method: null, url: '', statusCode: null, statusMessage: null,
    });
  }
  _setHeaders(pairs) {
    for (const [name, value] of pairs) {
      this.rawHeaders.push(name, value);
      this._addHeaderLine(name, value, this.headers);
    }
  }
  /** Adapters of frameworks know these two. */
  _addHeaderLines(flat) {
    for (let index = 0; index < flat.length; index += 2) this._setHeaders([[flat[index], flat[index + 1]]]);
  }
  _addHeaderLine(name, value, headers) {
    const key = name.toLowerCase();
    if (key === 'set-cookie') (headers[key] ??= []).push(value);
    else headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  setTimeout() {
    return this;
  }
}

/** Headers that are set one by one, and sent together. */
class OutgoingMessage extends Writable {
  constructor(options) {
    super(options);
    this._headers = new Map();
    this.headersSent = false;
    this.finished = false;
  }
  setHeader(name, value) {
    if (this.headersSent) throw nodeError(Error, 'ERR_HTTP_HEADERS_SENT', 'Cannot set headers after they are sent to the client');
    this._headers.set(String(name).toLowerCase(), [name, value]);
    return this;
  }
  appendHeader(name, value) {
    const before = this.getHeader(name);
    return this.setHeader(name, before === undefined ? value : [before, value].flat());
  }
  setHeaders(headers) {
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }
  getHeader(name) {
    return this._headers.get(String(name).toLowerCase())?.[1];
  }
  getHeaders() {
    return Object.fromEntries([...this._headers].map(([key, [, value]]) => [key, value]));
  }
  getHeaderNames() {
    return [...this._headers.keys()];
  }
  hasHeader(name) {
    return this._headers.has(String(name).toLowerCase());
  }
  removeHeader(name) {
    this._headers.delete(String(name).toLowerCase());
  }
  flushHeaders() {}
  setTimeout() {
    return this;
  }
}

/** A request that is sent, whole, when it has ended. */
class ClientRequest extends OutgoingMessage {
  constructor(options, url) {
    super({
      autoDestroy: false,
      write: (chunk, encoding, done) => {
        this._chunks.push(Buffer.from(chunk, encoding === 'buffer' ? undefined : encoding));
        done();
      },
      final: (done) => {
        this._send();
        done();
      },
    });
    this._chunks = [];
    this._url = url;
    this.method = (options.method ?? 'GET').toUpperCase();
    this.path = url.pathname + url.search;
    this.host = url.hostname;
    this.protocol = url.protocol;
    this.aborted = false;
    this._abort = new AbortController();
    options.signal?.addEventListener('abort', () => this.destroy(options.signal.reason));
    const headers = Array.isArray(options.headers) ? options.headers : Object.entries(options.headers ?? {});
    for (const [name, value] of headers) if (value !== undefined) this.setHeader(name, value);
    if (options.auth) this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    if (options.timeout) this.setTimeout(options.timeout);
    this.socket = Object.assign(new EventEmitter(), { connecting: false, setKeepAlive() {}, setTimeout() {}, setNoDelay() {}, unref() {}, ref() {}, destroy: () => this.destroy() });
    setImmediate(() => this.emit('socket', this.socket));
  }
  _send() {
    this.headersSent = true;
    const headers = [...this._headers.values()].flatMap(([name, value]) => [value].flat().map((item) => [name, item]))
      .filter(([name]) => !/^(connection|transfer-encoding|expect)$/i.test(name));
    const body = this._chunks.length === 0 ? undefined : Buffer.concat(this._chunks);
    send({ method: this.method, url: this._url.href, headers, body, signal: this._abort.signal }).then((answer) => {
      clearTimeout(this._timer);
      const response = new IncomingMessage(this.socket);
      Object.assign(response, { statusCode: answer.status, statusMessage: STATUS_CODES[answer.status] ?? '', req: this });
      response._setHeaders(answer.headers);
      if (answer.body.length > 0) response.push(Buffer.from(answer.body));
      response.complete = true;
      response.push(null);
      response.once('close', () => this.destroy());
      if (!this.emit('response', response)) response.resume();
    }, (error) => {
      if (!this.aborted) this.destroy(Object.assign(error, { code: error.code ?? 'ECONNRESET' }));
    });
  }
  _destroy(error, done) {
    this.aborted = true;
    clearTimeout(this._timer);
    if (!this.writableFinished || error) this._abort.abort(error ?? undefined);
    done(error);
  }
  abort() {
    this.destroy();
  }
  setTimeout(delay, callback) {
    if (callback) this.once('timeout', callback);
    clearTimeout(this._timer);
    if (delay > 0) {
      this._timer = setTimeout(() => this.emit('timeout'), delay);
      this._timer.unref();
    }
    return this;
  }
  setNoDelay() {}
  setSocketKeepAlive() {}
}

/** `request(url, options, callback)`, where each may be missing. */
function requestWith(protocol, args) {
  const callback = typeof args.at(-1) === 'function' ? args.pop() : undefined;
  const [first, second] = args;
  const fromUrl = typeof first === 'string' || first instanceof URL ? new URL(String(first)) : undefined;
  const options = fromUrl === undefined ? first : second ?? {};
  const url = fromUrl ?? urlOf(protocol, options);
  if (fromUrl !== undefined && options.path !== undefined) url.href = url.origin + options.path;
  const request = new ClientRequest(options, url);
  if (callback) request.once('response', callback);
  return request;
}

function urlOf(defaultProtocol, options) {
  const protocol = options.protocol ?? defaultProtocol;
  const host = options.hostname ?? String(options.host ?? 'localhost').replace(/:\d+$/, '');
  const given = options.port ?? /:(\d+)$/.exec(options.host ?? '')?.[1];
  return new URL(`${protocol}//${host}${given ? `:${given}` : ''}${options.path ?? '/'}`);
}

/** A response of a server that is none: adapters for frameworks give it a socket that collects it. */
class ServerResponse extends OutgoingMessage {
  constructor(request) {
    super();
    Object.assign(this, { req: request, statusCode: 200, statusMessage: undefined, sendDate: true, shouldKeepAlive: false });
  }
  _write(chunk, encoding, done) {
    this.headersSent = true;
    this._sendHeader();
    this.socket?.write(chunk, encoding);
    done();
  }
  _final(done) {
    this.headersSent = true;
    this._sendHeader();
    done();
  }
  /** Adapters that want no header text begin with an empty one. */
  _sendHeader() {
    if (this._header !== undefined) return;
    const lines = [...this._headers.values()].flatMap(([name, value]) => [value].flat().map((item) => `${name}: ${item}\r\n`));
    this._header = `HTTP/1.1 ${this.statusCode} ${this.statusMessage ?? STATUS_CODES[this.statusCode] ?? ''}\r\n${lines.join('')}\r\n`;
    this.socket?.write(this._header, 'latin1');
  }
  writeHead(status, reasonOrHeaders, headers) {
    this.statusCode = status;
    const given = typeof reasonOrHeaders === 'string' ? headers : reasonOrHeaders;
    if (typeof reasonOrHeaders === 'string') this.statusMessage = reasonOrHeaders;
    const pairs = Array.isArray(given) ? given : Object.entries(given ?? {});
    for (const [name, value] of pairs) this.setHeader(name, value);
    return this;
  }
  writeContinue() {}
  assignSocket(socket) {
    this.socket = this.connection = socket;
  }
  detachSocket() {
    this.socket = null;
  }
}

class Agent extends EventEmitter {
  constructor(options = {}) {
    super();
    Object.assign(this, { options, keepAlive: options.keepAlive ?? false, maxSockets: options.maxSockets ?? Infinity, sockets: {}, freeSockets: {}, requests: {} });
  }
  destroy() {}
  getName() {
    return '';
  }
}

class Server extends EventEmitter {
  constructor(options, listener) {
    super();
    const handler = typeof options === 'function' ? options : listener;
    if (handler) this.on('request', handler);
  }
  listen() {
    throw notSupported('listening on a port');
  }
  close(callback) {
    if (callback) setImmediate(callback);
    return this;
  }
  address() {
    return null;
  }
}

/** The exports of `http` or `https`. */
function makeModule(protocol) {
  const request = (...args) => requestWith(protocol, args);
  return {
    request,
    get: (...args) => request(...args).end(),
    Agent,
    globalAgent: new Agent(),
    ClientRequest,
    IncomingMessage,
    OutgoingMessage,
    Server,
    ServerResponse,
    createServer: (options, listener) => new Server(options, listener),
    METHODS: ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
    STATUS_CODES,
    maxHeaderSize: 16384,
    validateHeaderName() {},
    validateHeaderValue() {},
  };
}

module.exports = makeModule('http:');
Object.defineProperty(module.exports, '_make', { value: makeModule });
