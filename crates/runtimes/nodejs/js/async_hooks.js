'use strict';

const context = require('internal/async_context');

class AsyncLocalStorage {
  getStore() {
    return context.get().get(this);
  }
  run(store, callback, ...args) {
    return context.run(new Map(context.get()).set(this, store), () => callback(...args));
  }
  exit(callback, ...args) {
    const without = new Map(context.get());
    without.delete(this);
    return context.run(without, () => callback(...args));
  }
  enterWith(store) {
    context.set(new Map(context.get()).set(this, store));
  }
  disable() {
    const without = new Map(context.get());
    without.delete(this);
    context.set(without);
  }
  static bind(callback) {
    return context.bind(callback);
  }
  static snapshot() {
    const saved = context.get();
    return (callback, ...args) => context.run(saved, () => callback(...args));
  }
}

class AsyncResource {
  constructor(type) {
    this.type = type;
    this._context = context.get();
  }
  runInAsyncScope(callback, self, ...args) {
    return context.run(this._context, () => callback.apply(self, args));
  }
  bind(callback) {
    return (...args) => this.runInAsyncScope(callback, undefined, ...args);
  }
  static bind(callback) {
    return context.bind(callback);
  }
  emitDestroy() {
    return this;
  }
  asyncId() {
    return 1;
  }
  triggerAsyncId() {
    return 0;
  }
}

module.exports = {
  AsyncLocalStorage,
  AsyncResource,
  createHook: () => ({
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  }),
  executionAsyncId: () => 1,
  executionAsyncResource: () => ({}),
  triggerAsyncId: () => 0,
};
