// fetch, Headers, Request, Response
'use strict';

const { Buffer } = require('buffer');
const http = require('internal/http');

const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

class Headers {
  #pairs = [];
  constructor(init) {
    if (init === undefined || init === null) return;
    const pairs = typeof init[Symbol.iterator] === 'function' ? init : Object.entries(init);
    for (const [name, value] of pairs) this.append(name, value);
  }
  append(name, value) {
    if (!NAME.test(name)) throw new TypeError(`Headers.append: ${name} is an invalid header name.`);
    this.#pairs.push([String(name).toLowerCase(), String(value).trim()]);
  }
  set(name, value) {
    const key = String(name).toLowerCase();
    const first = this.#pairs.findIndex(([one]) => one === key);
    if (first < 0) {
      this.append(name, value);
      return;
    }
    this.#pairs = this.#pairs.filter(([one], index) => one !== key || index === first);
    this.#pairs[first] = [key, String(value).trim()];
  }
  get(name) {
    const key = String(name).toLowerCase();
    const values = this.#pairs.filter(([one]) => one === key).map(([, value]) => value);
    return values.length === 0 ? null : values.join(', ');
  }
  getSetCookie() {
    return this.#pairs.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  }
  has(name) {
    return this.get(name) !== null;
  }
  delete(name) {
    const key = String(name).toLowerCase();
    this.#pairs = this.#pairs.filter(([one]) => one !== key);
  }
  forEach(callback, self) {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }
  * entries() {
    for (const name of [...new Set(this.#pairs.map(([one]) => one))].sort()) {
      if (name === 'set-cookie') for (const value of this.getSetCookie()) yield [name, value];
      else yield [name, this.get(name)];
    }
  }
  * keys() {
    for (const [name] of this.entries()) yield name;
  }
  * values() {
    for (const [, value] of this.entries()) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
    return `Headers ${inspect(Object.fromEntries(this), options)}`;
  }
}

/** The bytes of a body, a stream of them, and the type that it implies. */
function extractBody(body) {
  if (body === undefined || body === null) return { bytes: null };
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  if (body instanceof URLSearchParams) return { bytes: Buffer.from(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  if (body instanceof FormData) return body._encode();
  if (body instanceof Blob) return { bytes: body._bytes, type: body.type || undefined };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof ReadableStream || typeof body[Symbol.asyncIterator] === 'function') return { stream: body };
  return { bytes: Buffer.from(String(body)), type: 'text/plain;charset=UTF-8' };
}

async function readAll(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

class Body {
  #content;
  #used = false;
  #stream;
  constructor(body) {
    this.#content = extractBody(body);
  }
  get _type() {
    return this.#content.type;
  }
  get bodyUsed() {
    return this.#used;
  }
  get body() {
    const { bytes, stream } = this.#content;
    if (bytes === null) return null;
    this.#stream ??= stream ?? new ReadableStream({
      start: (controller) => {
        this.#used = true;
        if (bytes.length > 0) controller.enqueue(new Uint8Array(bytes));
        controller.close();
      },
    });
    return this.#stream;
  }
  async _consume() {
    if (this.#used && this.#stream === undefined) throw new TypeError('Body is unusable: Body has already been read');
    const { bytes, stream } = this.#content;
    if (this.#stream?.locked) throw new TypeError('Body is unusable: Body has already been read');
    if (bytes === null) return new Uint8Array(0);
    this.#used = true;
    return stream === undefined ? bytes : readAll(stream);
  }
  _copy() {
    if (this.#used) throw new TypeError('Response.clone: Body has already been consumed.');
    const { bytes, stream } = this.#content;
    if (stream === undefined) return bytes;
    const [left, right] = stream.tee();
    this.#content = { ...this.#content, stream: left };
    return right;
  }
  async text() {
    return new TextDecoder().decode(await this._consume());
  }
  async json() {
    return JSON.parse(await this.text());
  }
  async bytes() {
    return new Uint8Array(await this._consume());
  }
  async arrayBuffer() {
    return (await this.bytes()).buffer;
  }
  async blob() {
    return new Blob([await this._consume()], { type: this.headers.get('content-type') ?? '' });
  }
  async formData() {
    if (/urlencoded/.test(this.headers.get('content-type') ?? '')) {
      const form = new FormData();
      for (const [name, value] of new URLSearchParams(await this.text())) form.append(name, value);
      return form;
    }
    throw require('internal/errors').notSupported('formData() of a multipart body');
  }
}

class Request extends Body {
  constructor(input, init = {}) {
    const from = input instanceof Request ? input : undefined;
    const method = (init.method ?? from?.method ?? 'GET').toUpperCase();
    if (init.body != null && (method === 'GET' || method === 'HEAD')) {
      throw new TypeError('Request with GET/HEAD method cannot have body.');
    }
    super(init.body ?? from?._copy());
    this.url = from?.url ?? new URL(String(input)).href;
    this.method = method;
    this.headers = new Headers(init.headers ?? from?.headers);
    this.signal = init.signal ?? from?.signal ?? new AbortController().signal;
    this.redirect = init.redirect ?? from?.redirect ?? 'follow';
    this.credentials = 'same-origin';
    this.mode = 'cors';
    this.cache = 'default';
    if (this._type !== undefined && !this.headers.has('content-type')) this.headers.set('content-type', this._type);
  }
  clone() {
    return new Request(this);
  }
}

const NO_BODY = [101, 204, 205, 304];

class Response extends Body {
  constructor(body, init = {}) {
    const status = init.status ?? 200;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    }
    if (body != null && NO_BODY.includes(status)) throw new TypeError(`Response constructor: Invalid response status code ${status}`);
    super(body);
    this.status = status;
    this.statusText = init.statusText ?? '';
    this.headers = new Headers(init.headers);
    this.url = '';
    this.redirected = false;
    this.type = 'default';
    if (this._type !== undefined && !this.headers.has('content-type')) this.headers.set('content-type', this._type);
  }
  get ok() {
    return this.status >= 200 && this.status <= 299;
  }
  clone() {
    const copy = new Response(this._copy(), this);
    copy.url = this.url;
    return copy;
  }
  static json(value, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    return new Response(JSON.stringify(value), { ...init, headers });
  }
  static error() {
    const response = new Response(null);
    return Object.assign(response, { type: 'error', status: 0 });
  }
  static redirect(url, status = 302) {
    return new Response(null, { status, headers: { location: String(new URL(url)) } });
  }
}

const STATUS_TEXTS = require('internal/status');

async function send(request, url, method, body, hops) {
  const headers = [...request.headers];
  if (!request.headers.has('user-agent')) headers.push(['user-agent', 'node']);
  if (!request.headers.has('accept')) headers.push(['accept', '*/*']);
  const answer = await http.request({ method, url, headers, body, signal: request.signal });
  const location = answer.headers.find(([name]) => name === 'location')?.[1];
  if ([301, 302, 303, 307, 308].includes(answer.status) && location !== undefined && request.redirect !== 'manual') {
    if (request.redirect === 'error') throw new Error('unexpected redirect');
    if (hops >= 20) throw new Error('redirect count exceeded');
    const next = new URL(location, url).href;
    const toGet = answer.status === 303 || (answer.status < 303 && method === 'POST');
    return send(request, next, toGet ? 'GET' : method, toGet ? undefined : body, hops + 1);
  }
  return { ...answer, url, redirected: hops > 0 };
}

/** A body arrives as its sender meant it. */
function decompress(answer) {
  const encoding = answer.headers.find(([name]) => name === 'content-encoding')?.[1];
  if (encoding !== 'gzip' && encoding !== 'deflate') return;
  answer.body = require('zlib').unzipSync(answer.body);
}

exports.fetch = async function fetch(input, init) {
  const request = new Request(input, init);
  const url = request.url.replace(/#.*$/, '');
  if (!/^https?:/.test(url)) throw new TypeError('fetch failed', { cause: new Error('unknown scheme') });
  request.signal.throwIfAborted();
  const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await request._consume();
  let answer;
  try {
    answer = await send(request, url, request.method, body, 0);
  } catch (cause) {
    if (request.signal.aborted) throw request.signal.reason;
    throw new TypeError('fetch failed', { cause });
  }
  decompress(answer);
  const empty = NO_BODY.includes(answer.status) || request.method === 'HEAD';
  const response = new Response(empty ? null : answer.body, { status: answer.status, statusText: STATUS_TEXTS[answer.status], headers: answer.headers });
  return Object.assign(response, { url: answer.url, redirected: answer.redirected, type: 'basic' });
};

Object.assign(exports, { Headers, Request, Response });
