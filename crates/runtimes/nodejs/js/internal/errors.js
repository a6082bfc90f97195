// Errors that look as they do in V8: `stack` begins with the message, and the engine's own messages
// have the words that people search for.
'use strict';

const REWRITES = [
  [/^cannot read property '(.*)' of (undefined|null)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (undefined|null)$/, "Cannot set properties of $2 (setting '$1')"],
  [/^'(.*)' is not defined$/, '$1 is not defined'],
  [/^(.*) is not initialized$/, "Cannot access '$1' before initialization"],
  [/^'(.*)' is read-only$/, 'Assignment to constant variable.'],
  [/^value is not iterable$/, 'object is not iterable (cannot read property Symbol(Symbol.iterator))'],
  [/^cannot convert to object$/, 'Cannot convert undefined or null to object'],
  [/^circular reference$/, 'Converting circular structure to JSON'],
  [/^class constructors must be invoked with 'new'$/, "Class constructor cannot be invoked without 'new'"],
  [/^object is not extensible$/, 'Cannot add property, object is not extensible'],
  [/^cannot convert symbol to string$/, 'Cannot convert a Symbol value to a string'],
  [/^BigInt are forbidden in JSON.stringify$/, 'Do not know how to serialize a BigInt'],
  [/^cannot convert BigInt to number$/, 'Cannot mix BigInt and other types, use explicit conversions'],
  [/^invalid array length$/, 'Invalid array length'],
  [/^invalid date$|^Date value is NaN$/i, 'Invalid time value'],
  [/^unexpected token in expression: '(.*)'$/, "Unexpected token '$1'"],
  [/^unexpected token: '(.*)'$/, "Unexpected token '$1'"],
];

const ENGINE_ERRORS = new Set([TypeError, ReferenceError, RangeError, SyntaxError].map((type) => type.prototype));

function rewrite(message) {
  for (const [pattern, replacement] of REWRITES) {
    if (pattern.test(message)) return message.replace(pattern, replacement);
  }
  return message;
}

/** The column of a position in its file: the first line of a CommonJS module begins with a wrapper. */
function columnOf(site) {
  const inWrapper = site.getLineNumber() === 1 && site.getFileName()?.startsWith('/');
  return Math.max(1, site.getColumnNumber() - (inWrapper ? native.wrapperLength : 0));
}

/** Where the callee is written: the engine's position may be that of the last argument. */
function calleeStart(line, position) {
  const after = /^[\w$.?]*/.exec(line.slice(position))[0];
  if (line[position + after.length] === '(') return position;
  let depth = 0;
  for (let index = position - 1; index >= 0; index -= 1) {
    if (line[index] === ')') depth += 1;
    else if (line[index] === '(') {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return position;
}

/** The callee of a call that failed, read from the source at the position of the error. */
function callee(site) {
  const file = site?.getFileName()?.replace(/^file:\/\//, '');
  if (!file?.startsWith('/')) return undefined;
  const line = native.readText(file)?.split('\n')[site.getLineNumber() - 1];
  if (line === undefined) return undefined;
  const start = calleeStart(line, columnOf(site) - 1);
  const before = /[\w$.\]?]*$/.exec(line.slice(0, start))[0];
  const after = /^[\w$.?]*/.exec(line.slice(start))[0];
  const text = (before + after).replace(/^\.+|[.?]+$/g, '');
  return /^[A-Za-z_$]/.test(text) ? text : undefined;
}

/** The runtime's own functions are compiled without their file's name. */
function isInternal(site) {
  return !site.isNative() && !site.getFileName();
}

/** Without the runtime's own frames, what called them, and the constructors of the error's class. */
function visibleSites(error, sites) {
  const visible = sites.filter((site) => !isInternal(site));
  while (visible.length > 0 && visible.at(-1).isNative()) visible.pop();
  while (visible.length > 0 && isConstructorOf(error, visible[0].getFunction())) visible.shift();
  return visible;
}

function isConstructorOf(error, called) {
  for (let at = Object.getPrototypeOf(error); at !== null && at !== Error.prototype; at = Object.getPrototypeOf(at)) {
    if (Object.getOwnPropertyDescriptor(at, 'constructor')?.value === called) return true;
  }
  return false;
}

function formatSite(site) {
  const name = site.getFunctionName();
  const file = site.getFileName();
  if (site.isNative() || !file) return `    at ${name || '<anonymous>'} (<anonymous>)`;
  const line = site.getLineNumber();
  const place = line > 0 ? `${file}:${line}:${columnOf(site)}` : file;
  return name && name !== '<eval>' ? `    at ${name} (${place})` : `    at ${place}`;
}

function header(error) {
  const name = error.name === undefined ? 'Error' : String(error.name);
  const message = error.message === undefined ? '' : String(error.message);
  if (name === '') return message;
  return message === '' ? name : `${name}: ${message}`;
}

function prepare(error, sites) {
  if (!(error instanceof Error) && typeof error?.message !== 'string') {
    return sites.map(formatSite).join('\n');
  }
  const visible = visibleSites(error, sites);
  if (ENGINE_ERRORS.has(Object.getPrototypeOf(error)) && Object.hasOwn(error, 'message')) {
    const message = error.message;
    let better = rewrite(message);
    if (message === 'not a function' || message === 'not a constructor') {
      const text = callee(visible[0]);
      if (text !== undefined) better = `${text} is ${message}`;
    }
    if (better !== message) error.message = better;
  }
  return [header(error), ...visible.slice(0, Error.stackTraceLimit).map(formatSite)].join('\n');
}

/** The methods of V8's call sites that the engine's do not have. */
function completeCallSites() {
  let prototype;
  Error.prepareStackTrace = (_error, sites) => {
    prototype = Object.getPrototypeOf(sites[0]);
  };
  void new Error('probe').stack;
  const absent = {
    getThis: () => undefined,
    getTypeName: () => null,
    getMethodName: () => null,
    getEvalOrigin: () => undefined,
    getScriptNameOrSourceURL() {
      return this.getFileName();
    },
    isToplevel: () => true,
    isEval: () => false,
    isAsync: () => false,
    isPromiseAll: () => false,
    toString() {
      return formatSite(this).trim().slice(3);
    },
  };
  for (const [name, value] of Object.entries(absent)) {
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}

exports.install = () => {
  completeCallSites();
  Error.prepareStackTrace = prepare;
  require('internal/json').install();
};

/** Makes a class of errors with a `code`, as Node's own errors have it. */
exports.nodeError = (Base, code, message, properties) => {
  const error = new Base(message);
  Object.defineProperty(error, 'stack', {
    value: error.stack.replace(/^\w+/, `${error.name} [${code}]`),
    configurable: true,
    writable: true,
  });
  return Object.assign(error, { code }, properties);
};

/** How Node describes a value of the wrong type. */
exports.describeReceived = (value) => {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === 'function') return ` Received function ${value.name}`;
  if (typeof value === 'object') {
    return value.constructor?.name ? ` Received an instance of ${value.constructor.name}` : ' Received an object';
  }
  const shown = typeof value === 'string' ? `'${value.length > 28 ? `${value.slice(0, 25)}...` : value}'` : String(value);
  return ` Received type ${typeof value} (${shown})`;
};

/** The error for an argument of the wrong type. */
exports.invalidArgType = (name, expected, value) =>
  exports.nodeError(TypeError, 'ERR_INVALID_ARG_TYPE',
    `The "${name}" argument must be ${expected}.${exports.describeReceived(value)}`);

/** An honest answer for a part of Node that this runtime does not have. */
exports.notSupported = (what) =>
  exports.nodeError(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    `${what} is not available in this runtime`);
