// The one way out: an HTTP call that the host makes.
'use strict';

const loop = require('internal/loop');

const pending = new Map();

/**
 * Makes an HTTP call. `headers` is a list of pairs; the body is a Uint8Array, a string or nothing.
 * The answer is `{ status, headers, body }`. A call with `background` does not keep the loop alive.
 */
exports.request = ({ method = 'GET', url, headers = [], body, signal, background = false }) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const bytes = typeof body === 'string' ? native.encode(body.toWellFormed(), 'utf8') : body;
    const lines = headers.map(([name, value]) => `${name}:${String(value).replace(/[\r\n]+/g, ' ')}`);
    const id = native.httpStart([`${method} ${encodeURI(url).replace(/%25/g, '%')}`, ...lines].join('\n'), bytes);
    const call = { resolve, reject, background };
    pending.set(id, call);
    if (!background) loop.hold();
    signal?.addEventListener('abort', () => {
      if (forget(id) !== undefined) reject(signal.reason);
    });
  });

/**
 * A call of the Runtime API, which every invocation makes twice: its head is sent, and comes back, as it is. It does not
 * keep the loop alive. The body is a well-formed string.
 */
exports.runtimeCall = (head, body) =>
  new Promise((resolve, reject) => {
    const id = body === undefined ? native.httpStart(head, undefined) : native.httpPost(head, body);
    pending.set(id, { resolve, reject, background: true, raw: true });
  });

function forget(id) {
  const call = pending.get(id);
  if (call === undefined) return undefined;
  pending.delete(id);
  if (!call.background) loop.release();
  return call;
}

/** Called by the host with the answer. */
exports.done = (id, ok, head, body) => {
  const call = forget(id);
  if (call === undefined) return;
  if (!ok) {
    call.reject(Object.assign(new Error(head), { code: 'ECONNREFUSED' }));
    return;
  }
  if (call.raw) {
    call.resolve({ head, body });
    return;
  }
  const [status, ...lines] = head.split('\n');
  call.resolve({ status: Number(status), headers: lines.map(header), body });
};

function header(line) {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1)];
}

/** The headers of a head that came back as it is. */
exports.headersOf = (head) => new Map(head.split('\n').slice(1).map(header));
