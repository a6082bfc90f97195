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

/** The channels of what begins and ends. */
class TracingChannel {
  constructor(name) {
    for (const part of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) this[part] = exports.channel(`tracing:${name}:${part}`);
  }
  get hasSubscribers() {
    return Object.values(this).some((channel) => channel.hasSubscribers);
  }
  subscribe(handlers) {
    for (const [part, handler] of Object.entries(handlers)) this[part].subscribe(handler);
  }
  unsubscribe(handlers) {
    return Object.entries(handlers).map(([part, handler]) => this[part].unsubscribe(handler)).every(Boolean);
  }
  traceSync(run, context = {}, self = undefined, ...args) {
    this.start.publish(context);
    try {
      context.result = run.apply(self, args);
      return context.result;
    } catch (error) {
      context.error = error;
      this.error.publish(context);
      throw error;
    } finally {
      this.end.publish(context);
    }
  }
  tracePromise(run, context = {}, self = undefined, ...args) {
    const done = (part) => (value) => {
      context[part] = value;
      if (part === 'error') this.error.publish(context);
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
      if (part === 'error') throw value;
      return value;
    };
    return Promise.resolve(this.traceSync(run, context, self, ...args)).then(done('result'), done('error'));
  }
  traceCallback(run, position = -1, context = {}, self = undefined, ...args) {
    const callback = args.at(position);
    args.splice(position, 1, (error, result) => {
      Object.assign(context, error ? { error } : { result });
      if (error) this.error.publish(context);
      this.asyncStart.publish(context);
      callback.call(self, error, result);
      this.asyncEnd.publish(context);
    });
    return this.traceSync(run, context, self, ...args);
  }
}

exports.tracingChannel = (name) => new TracingChannel(name);
