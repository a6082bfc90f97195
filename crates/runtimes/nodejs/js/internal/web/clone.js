// structuredClone
'use strict';

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function cloneError(value) {
  throw new DOMException(`${typeof value === 'symbol' ? String(value) : value} could not be cloned.`, 'DataCloneError');
}

function clone(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') cloneError(value);
  if (value === null || typeof value !== 'object') return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(cloneView(value, seen));
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return keep(Object(value.valueOf()));
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, item] of value) copy.set(clone(key, seen), clone(item, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const item of value) copy.add(clone(item, seen));
    return copy;
  }
  if (value instanceof Error) return cloneOfError(value, keep, seen);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
    cloneError(Object.prototype.toString.call(value).replace('[object ', '#<').replace(']', '>'));
  }
  const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
  return copy;
}

function cloneView(view, seen) {
  const buffer = clone(view.buffer, seen);
  if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength);
  const Type = globalThis[view[Symbol.toStringTag]];
  return new Type(buffer, view.byteOffset, view.length);
}

function cloneOfError(value, keep, seen) {
  const copy = keep(new (ERRORS[value.name] ?? Error)(value.message));
  const hidden = { configurable: true, writable: true };
  Object.defineProperty(copy, 'stack', { value: value.stack, ...hidden });
  if (Object.hasOwn(value, 'cause')) Object.defineProperty(copy, 'cause', { value: clone(value.cause, seen), ...hidden });
  return copy;
}

exports.structuredClone = function structuredClone(value) {
  if (arguments.length === 0) throw new TypeError("The \"value\" argument must be specified");
  return clone(value, new Map());
};
