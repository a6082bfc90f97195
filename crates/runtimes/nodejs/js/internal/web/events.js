// Event, EventTarget, AbortController
'use strict';

class Event {
  constructor(type, { bubbles = false, cancelable = false, composed = false } = {}) {
    Object.assign(this, { type: String(type), bubbles, cancelable, composed, target: null, currentTarget: null });
    this.timeStamp = native.now() / 1000;
    this.defaultPrevented = false;
    Object.defineProperty(this, '_stopped', { value: false, writable: true });
  }
  preventDefault() {
    if (this.cancelable) this.defaultPrevented = true;
  }
  stopPropagation() {}
  stopImmediatePropagation() {
    this._stopped = true;
  }
}

class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

class EventTarget {
  #listeners = new Map();
  addEventListener(type, listener, options = {}) {
    if (listener === null || listener === undefined) return;
    const settings = typeof options === 'boolean' ? {} : options;
    const listeners = this.#listeners.get(type) ?? [];
    if (listeners.some((one) => one.listener === listener) || settings.signal?.aborted) return;
    this.#listeners.set(type, [...listeners, { listener, once: settings.once === true }]);
    settings.signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
  }
  removeEventListener(type, listener) {
    const listeners = this.#listeners.get(type) ?? [];
    this.#listeners.set(type, listeners.filter((one) => one.listener !== listener));
  }
  dispatchEvent(event) {
    event.target = this;
    event.currentTarget = this;
    const handler = this[`on${event.type}`];
    if (typeof handler === 'function') handler.call(this, event);
    for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
      if (event._stopped) break;
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

const create = Symbol('create');

class AbortSignal extends EventTarget {
  constructor(key) {
    if (key !== create) throw new TypeError('Illegal constructor');
    super();
    this.aborted = false;
    this.reason = undefined;
    this.onabort = null;
  }
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
  static abort(reason) {
    const signal = new AbortSignal(create);
    abort(signal, reason);
    return signal;
  }
  static timeout(delay) {
    const signal = new AbortSignal(create);
    setTimeout(() => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay).unref();
    return signal;
  }
  static any(signals) {
    const signal = new AbortSignal(create);
    for (const one of signals) {
      if (one.aborted) {
        abort(signal, one.reason);
        break;
      }
      one.addEventListener('abort', () => abort(signal, one.reason), { once: true });
    }
    return signal;
  }
}

function abort(signal, reason = new DOMException('This operation was aborted', 'AbortError')) {
  if (signal.aborted) return;
  signal.aborted = true;
  signal.reason = reason;
  signal.dispatchEvent(new Event('abort'));
}

class AbortController {
  constructor() {
    this.signal = new AbortSignal(create);
  }
  abort(reason) {
    abort(this.signal, reason);
  }
}

Object.assign(exports, { Event, CustomEvent, EventTarget, AbortSignal, AbortController });
