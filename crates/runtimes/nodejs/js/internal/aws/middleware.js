// The middleware stack, for the tracers and loggers that hook into a client.
'use strict';

const STEPS = ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'];
const PRIORITIES = ['high', 'normal', 'low'];

class MiddlewareStack {
  constructor(entries = []) {
    this._entries = [...entries];
  }
  add(middleware, options = {}) {
    const entry = { middleware, step: 'initialize', priority: 'normal', ...options };
    const known = this._entries.findIndex((one) => one.name !== undefined && one.name === entry.name);
    if (known < 0) this._entries.push(entry);
    else if (options.override) this._entries[known] = entry;
    else throw new Error(`Duplicate middleware name '${entry.name}'`);
  }
  addRelativeTo(middleware, { toMiddleware, relation, ...options }) {
    const target = this._entries.findIndex((entry) => entry.name === toMiddleware);
    const step = this._entries[target]?.step ?? 'build';
    const entry = { middleware, step, priority: 'normal', ...options };
    if (target < 0) this._entries.push(entry);
    else this._entries.splice(relation === 'before' ? target : target + 1, 0, entry);
  }
  use(plugin) {
    plugin.applyToStack(this);
  }
  remove(wanted) {
    const before = this._entries.length;
    this._entries = this._entries.filter(({ name, middleware }) => name !== wanted && middleware !== wanted);
    return this._entries.length < before;
  }
  removeByTag(tag) {
    const before = this._entries.length;
    this._entries = this._entries.filter(({ tags }) => !tags?.includes(tag));
    return this._entries.length < before;
  }
  concat(other) {
    return new MiddlewareStack([...this._entries, ...other._entries]);
  }
  clone() {
    return new MiddlewareStack(this._entries);
  }
  identify() {
    return this._entries.map(({ name, step }) => `${name ?? 'anonymous'} - ${step}`);
  }
  resolve(handler, context) {
    const ordered = STEPS.flatMap((step) => PRIORITIES.flatMap((priority) => this._entries.filter((entry) => entry.step === step && entry.priority === priority)));
    return ordered.reduceRight((next, { middleware }) => middleware(next, context), handler);
  }
}

exports.MiddlewareStack = MiddlewareStack;
