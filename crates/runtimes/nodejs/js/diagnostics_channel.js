'use strict';

const channels = new Map();

class Channel {
  constructor(name) {
    this.name = name;
    this._subscribers = [];
  }
  get hasSubscribers() {
    return this._subscribers.length > 0;
  }
  subscribe(callback) {
    this._subscribers.push(callback);
  }
  unsubscribe(callback) {
    const before = this._subscribers.length;
    this._subscribers = this._subscribers.filter((one) => one !== callback);
    return this._subscribers.length < before;
  }
  publish(message) {
    for (const callback of this._subscribers) callback(message, this.name);
  }
  runStores(_message, callback, self, ...args) {
    return callback.apply(self, args);
  }
}

exports.Channel = Channel;
exports.channel = (name) => {
  if (!channels.has(name)) channels.set(name, new Channel(name));
  return channels.get(name);
};
exports.hasSubscribers = (name) => channels.get(name)?.hasSubscribers ?? false;
exports.subscribe = (name, callback) => exports.channel(name).subscribe(callback);
exports.unsubscribe = (name, callback) => exports.channel(name).unsubscribe(callback);
exports.tracingChannel = (name) => Object.fromEntries(['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((part) => [part, exports.channel(`tracing:${name}:${part}`)]));
