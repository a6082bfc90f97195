'use strict';

const { inspect, format, formatWithOptions } = require('internal/inspect');
const { invalidArgType, nodeError } = require('internal/errors');
const loop = require('internal/loop');

const customPromisify = Symbol.for('nodejs.util.promisify.custom');

function promisify(original) {
  if (typeof original !== 'function') throw invalidArgType('original', 'of type function', original);
  if (original[customPromisify]) return original[customPromisify];
  const promised = function (...args) {
    return new Promise((resolve, reject) => {
      original.call(this, ...args, (error, ...values) => {
        if (error) reject(error);
        else resolve(values[0]);
      });
    });
  };
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original));
  return Object.defineProperties(promised, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = customPromisify;

function callbackify(original) {
  return function (...args) {
    const callback = args.pop();
    original.apply(this, args).then(
      (value) => loop.nextTick(callback, null, value),
      (reason) => loop.nextTick(callback, reason || nodeError(Error, 'ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value', { reason })),
    );
  };
}

function inherits(constructor, parent) {
  Object.defineProperty(constructor, 'super_', { value: parent, configurable: true, writable: true });
  Object.setPrototypeOf(constructor.prototype, parent.prototype);
}

function deprecate(callback, message, code) {
  let warned = false;
  return function (...args) {
    if (!warned) {
      warned = true;
      require('process').emitWarning(message, 'DeprecationWarning', code);
    }
    return new.target ? Reflect.construct(callback, args, new.target) : callback.apply(this, args);
  };
}

function debuglog(section) {
  const enabled = () => new RegExp(`(^|,)${section}(,|$)`, 'i').test(require('process').env.NODE_DEBUG ?? '');
  const log = (...args) => {
    if (enabled()) require('internal/log').raw(`${section.toUpperCase()} 2: ${format(...args)}`);
  };
  return Object.defineProperty(log, 'enabled', { get: enabled });
}

const brand = (value) => Object.prototype.toString.call(value).slice(8, -1);
const typedArray = Object.getPrototypeOf(Uint8Array);
const isKind = (...kinds) => (value) => kinds.includes(brand(value));
const isInstance = (type) => (value) => value instanceof type;

const types = {
  isAnyArrayBuffer: isKind('ArrayBuffer', 'SharedArrayBuffer'),
  isArrayBuffer: isInstance(ArrayBuffer),
  isArrayBufferView: (value) => ArrayBuffer.isView(value),
  isAsyncFunction: isKind('AsyncFunction', 'AsyncGeneratorFunction'),
  isBigInt64Array: isInstance(BigInt64Array),
  isBigUint64Array: isInstance(BigUint64Array),
  isBooleanObject: isInstance(Boolean),
  isBoxedPrimitive: (value) => [Number, String, Boolean].some((type) => value instanceof type),
  isDataView: isInstance(DataView),
  isDate: isInstance(Date),
  isExternal: () => false,
  isFloat32Array: isInstance(Float32Array),
  isFloat64Array: isInstance(Float64Array),
  isGeneratorFunction: isKind('GeneratorFunction', 'AsyncGeneratorFunction'),
  isGeneratorObject: isKind('Generator', 'AsyncGenerator'),
  isInt8Array: isInstance(Int8Array),
  isInt16Array: isInstance(Int16Array),
  isInt32Array: isInstance(Int32Array),
  isMap: isInstance(Map),
  isMapIterator: isKind('Map Iterator'),
  isModuleNamespaceObject: isKind('Module'),
  isNativeError: (value) => Error.isError?.(value) ?? value instanceof Error,
  isNumberObject: isInstance(Number),
  isPromise: isInstance(Promise),
  isProxy: () => false,
  isRegExp: isInstance(RegExp),
  isSet: isInstance(Set),
  isSetIterator: isKind('Set Iterator'),
  isSharedArrayBuffer: isKind('SharedArrayBuffer'),
  isStringObject: isInstance(String),
  isSymbolObject: (value) => typeof value === 'object' && brand(value) === 'Symbol',
  isTypedArray: isInstance(typedArray),
  isUint8Array: isInstance(Uint8Array),
  isUint8ClampedArray: isInstance(Uint8ClampedArray),
  isUint16Array: isInstance(Uint16Array),
  isUint32Array: isInstance(Uint32Array),
  isWeakMap: isInstance(WeakMap),
  isWeakSet: isInstance(WeakSet),
};

const isType = (type) => (value) => typeof value === type;

module.exports = {
  inspect,
  format,
  formatWithOptions,
  promisify,
  callbackify,
  inherits,
  deprecate,
  debuglog,
  debug: debuglog,
  types,
  isDeepStrictEqual: (a, b) => require('internal/equal').isDeepEqual(a, b, true),
  stripVTControlCharacters: (text) => text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, ''),
  toUSVString: (text) => String(text).toWellFormed(),
  styleText: (_format, text) => text,
  getSystemErrorName: (code) => `UNKNOWN_${code}`,
  aborted: (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  parseEnv: (text) => Object.fromEntries(text.split('\n').map((line) => /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line)).filter(Boolean).map(([, name, value]) => [name, value.replace(/^(["'`])(.*)\1$/, '$2')])),
  get TextEncoder() {
    return globalThis.TextEncoder;
  },
  get TextDecoder() {
    return globalThis.TextDecoder;
  },
  isArray: Array.isArray,
  isBoolean: isType('boolean'),
  isString: isType('string'),
  isNumber: isType('number'),
  isFunction: isType('function'),
  isUndefined: isType('undefined'),
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isObject: (value) => value !== null && typeof value === 'object',
  isPrimitive: (value) => value === null || (typeof value !== 'object' && typeof value !== 'function'),
  isRegExp: types.isRegExp,
  isDate: types.isDate,
  isError: (value) => value instanceof Error,
  isBuffer: (value) => require('buffer').Buffer.isBuffer(value),
};
