'use strict';

const { invalidArgType, nodeError } = require('internal/errors');

class EventEmitter {
  constructor(options) {
    EventEmitter.init.call(this, options);
  }
  static init(options) {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
      this._events = Object.create(null);
    }
    this._maxListeners ??= undefined;
    if (options?.captureRejections) this._captureRejections = true;
  }
  setMaxListeners(count) {
    this._maxListeners = count;
    return this;
  }
  getMaxListeners() {
    return this._maxListeners ?? EventEmitter.defaultMaxListeners;
  }
  emit(type, ...args) {
    const listeners = this._events?.[type];
    if (listeners === undefined || listeners.length === 0) {
      if (type === 'error') throwUnhandled(args[0]);
      return false;
    }
    for (const listener of [...listeners]) {
      const result = listener.apply(this, args);
      if (this._captureRejections && typeof result?.then === 'function') {
        result.then(undefined, (error) => this.emit('error', error));
      }
    }
    return true;
  }
  addListener(type, listener) {
    return add(this, type, listener, false);
  }
  on(type, listener) {
    return add(this, type, listener, false);
  }
  prependListener(type, listener) {
    return add(this, type, listener, true);
  }
  once(type, listener) {
    return add(this, type, wrapOnce(this, type, listener), false);
  }
  prependOnceListener(type, listener) {
    return add(this, type, wrapOnce(this, type, listener), true);
  }
  removeListener(type, listener) {
    const listeners = this._events?.[type];
    if (listeners === undefined) return this;
    const index = listeners.findLastIndex((one) => one === listener || one.listener === listener);
    if (index < 0) return this;
    this._events[type] = listeners.toSpliced(index, 1);
    if (this._events[type].length === 0) delete this._events[type];
    if (this._events.removeListener !== undefined) this.emit('removeListener', type, listener);
    return this;
  }
  off(type, listener) {
    return this.removeListener(type, listener);
  }
  removeAllListeners(type) {
    if (type === undefined) this._events = Object.create(null);
    else if (this._events !== undefined) delete this._events[type];
    return this;
  }
  listeners(type) {
    return (this._events?.[type] ?? []).map((listener) => listener.listener ?? listener);
  }
  rawListeners(type) {
    return [...(this._events?.[type] ?? [])];
  }
  listenerCount(type, listener) {
    const listeners = this._events?.[type] ?? [];
    if (listener === undefined) return listeners.length;
    return listeners.filter((one) => one === listener || one.listener === listener).length;
  }
  eventNames() {
    return Reflect.ownKeys(this._events ?? {});
  }
}

/** `EventEmitter.call(this)` is how older classes inherit. */
const callable = new Proxy(EventEmitter, {
  apply(target, self, args) {
    target.init.apply(self, args);
  },
});
EventEmitter.prototype.constructor = callable;
EventEmitter.prototype._events = undefined;

function add(emitter, type, listener, first) {
  if (typeof listener !== 'function') throw invalidArgType('listener', 'of type function', listener);
  emitter._events ??= Object.create(null);
  if (emitter._events.newListener !== undefined) emitter.emit('newListener', type, listener.listener ?? listener);
  const listeners = emitter._events[type] ?? [];
  emitter._events[type] = first ? [listener, ...listeners] : [...listeners, listener];
  return emitter;
}

function wrapOnce(emitter, type, listener) {
  if (typeof listener !== 'function') throw invalidArgType('listener', 'of type function', listener);
  const once = function (...args) {
    emitter.removeListener(type, once);
    return listener.apply(this, args);
  };
  once.listener = listener;
  return once;
}

function throwUnhandled(error) {
  if (error instanceof Error) throw error;
  const { inspect } = require('util');
  throw nodeError(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${inspect(error)})`, { context: error });
}

function once(emitter, type, { signal } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    if (typeof emitter.addEventListener === 'function') {
      emitter.addEventListener(type, (event) => resolve([event]), { once: true });
      return;
    }
    const onError = (error) => {
      emitter.off(type, onEvent);
      reject(error);
    };
    const onEvent = (...args) => {
      emitter.off('error', onError);
      resolve(args);
    };
    emitter.once(type, onEvent);
    if (type !== 'error') emitter.once('error', onError);
    signal?.addEventListener('abort', () => onError(signal.reason), { once: true });
  });
}

/** An endless iterator of the events of one kind. */
function on(emitter, type, { signal } = {}) {
  const queue = [];
  const waiting = [];
  const push = (item) => (waiting.length > 0 ? waiting.shift()(item) : queue.push(item));
  const onEvent = (...args) => push({ value: args, done: false });
  const onError = (error) => push(Promise.reject(error));
  emitter.on(type, onEvent);
  if (type !== 'error') emitter.on('error', onError);
  signal?.addEventListener('abort', () => onError(signal.reason), { once: true });
  return {
    next: () => (queue.length > 0 ? Promise.resolve(queue.shift()) : new Promise((resolve) => waiting.push(resolve))),
    return() {
      emitter.off(type, onEvent);
      emitter.off('error', onError);
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

Object.assign(EventEmitter, {
  EventEmitter: callable,
  defaultMaxListeners: 10,
  errorMonitor: Symbol('events.errorMonitor'),
  captureRejectionSymbol: Symbol.for('nodejs.rejection'),
  once,
  on,
  listenerCount: (emitter, type) => emitter.listenerCount(type),
  getEventListeners: (emitter, type) => emitter.listeners?.(type) ?? [],
  setMaxListeners(count, ...emitters) {
    for (const emitter of emitters) emitter.setMaxListeners?.(count);
  },
});
module.exports = callable;
