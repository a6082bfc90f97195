// Sockets that connect to nobody: functions reach AWS by HTTP, and nothing else.
'use strict';

const { nextTick } = require('internal/loop');
const { notSupported } = require('internal/errors');
const { Duplex } = require('stream');

class Socket extends Duplex {
  constructor(options) {
    super({ ...options, read() {}, write: (_chunk, _encoding, done) => done(notSupported('a socket')) });
    Object.assign(this, { connecting: false, bytesRead: 0, bytesWritten: 0, pending: true });
  }
  connect(...args) {
    const { port, host, path } = addressOf(args);
    if (typeof args.at(-1) === 'function') this.once('connect', args.at(-1));
    this.connecting = true;
    const where = path ?? `${host ?? 'localhost'}:${port}`;
    const error = Object.assign(new Error(`connect ECONNREFUSED ${where}`), { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: host ?? path, port: Number(port) });
    nextTick(() => this.destroy(error));
    return this;
  }
  address() {
    return {};
  }
  setEncoding(encoding) {
    return super.setEncoding(encoding);
  }
}
for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
  Socket.prototype[name] = function () {
    return this;
  };
}

function addressOf([first, second]) {
  if (first !== null && typeof first === 'object') return first;
  return Number.isNaN(Number(first)) ? { path: first } : { port: first, host: typeof second === 'string' ? second : undefined };
}

const connect = (...args) => new Socket().connect(...args);

exports.Socket = exports.Stream = Socket;
exports.connect = exports.createConnection = connect;
exports.Server = class Server extends require('events') {
  listen() {
    throw notSupported('listening on a port');
  }
  close() {
    return this;
  }
};
exports.createServer = () => new exports.Server();
exports.isIPv4 = (text) => /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text);
exports.isIPv6 = (text) => /^[\da-f:]+(\.\d+){0,3}$/i.test(text) && text.includes(':');
exports.isIP = (text) => (exports.isIPv4(text) ? 4 : exports.isIPv6(text) ? 6 : 0);
exports.setDefaultAutoSelectFamily = () => {};
exports.getDefaultAutoSelectFamily = () => true;
