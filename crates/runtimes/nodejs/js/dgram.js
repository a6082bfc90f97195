// Datagrams get lost, as they may: that is where traces go that are sent to a daemon.
'use strict';

const EventEmitter = require('events');
const { nextTick } = require('internal/loop');

class Socket extends EventEmitter {
  send(message, ...rest) {
    const callback = rest.at(-1);
    if (typeof callback === 'function') nextTick(callback, null, message.length);
  }
  bind(...args) {
    const callback = args.at(-1);
    if (typeof callback === 'function') this.once('listening', callback);
    nextTick(() => this.emit('listening'));
    return this;
  }
  connect(...args) {
    const callback = args.at(-1);
    if (typeof callback === 'function') nextTick(callback);
  }
  close(callback) {
    if (callback) this.once('close', callback);
    nextTick(() => this.emit('close'));
    return this;
  }
  address() {
    return { address: '0.0.0.0', family: 'IPv4', port: 0 };
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}
for (const name of ['setBroadcast', 'setTTL', 'setRecvBufferSize', 'setSendBufferSize']) Socket.prototype[name] = () => {};

exports.Socket = Socket;
exports.createSocket = () => new Socket();
