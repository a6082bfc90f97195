'use strict';

const { invalidArgType, nodeError } = require('internal/errors');
const { inspect } = require('internal/inspect');

const ENCODINGS = {
  utf8: 'utf8', 'utf-8': 'utf8', hex: 'hex', base64: 'base64', base64url: 'base64url', latin1: 'latin1', binary: 'latin1',
  ascii: 'ascii', utf16le: 'utf16le', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le',
};

const MAX_LENGTH = 2 ** 31 - 1;

function encodingOf(name = 'utf8') {
  const encoding = ENCODINGS[String(name).toLowerCase()];
  if (encoding === undefined) throw nodeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${name}`);
  return encoding;
}

const asBuffer = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);
const encode = (text, encoding) => native.encode(text.toWellFormed(), encodingOf(encoding || undefined));

function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return asBuffer(encode(value, encodingOrOffset));
  if (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object SharedArrayBuffer]') {
    return asBuffer(new Uint8Array(value, encodingOrOffset, length));
  }
  if (value === null || typeof value !== 'object') {
    throw invalidArgType('first', 'of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object', value);
  }
  if (ArrayBuffer.isView(value)) return asBuffer(new Uint8Array(value));
  const primitive = value.valueOf?.();
  if (primitive !== value && primitive !== null && primitive !== undefined) return from(primitive, encodingOrOffset, length);
  if (value.type === 'Buffer' && Array.isArray(value.data)) return asBuffer(Uint8Array.from(value.data));
  if (typeof value.length === 'number') return asBuffer(Uint8Array.from(value));
  throw invalidArgType('first', 'of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object', value);
}

class Buffer extends Uint8Array {
  static from(value, encodingOrOffset, length) {
    return from(value, encodingOrOffset, length);
  }
  static of(...items) {
    return from(items);
  }
  static alloc(size, fill, encoding) {
    checkSize(size);
    const buffer = asBuffer(new Uint8Array(size));
    return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
  }
  static allocUnsafe(size) {
    return Buffer.alloc(size);
  }
  static allocUnsafeSlow(size) {
    return Buffer.alloc(size);
  }
  static isBuffer(value) {
    return value instanceof Buffer;
  }
  static isEncoding(name) {
    return typeof name === 'string' && ENCODINGS[name.toLowerCase()] !== undefined;
  }
  static byteLength(value, encoding) {
    if (typeof value === 'string') return encode(value, encoding).length;
    return value.byteLength;
  }
  static concat(list, total = list.reduce((sum, item) => sum + item.length, 0)) {
    const buffer = Buffer.alloc(total);
    let offset = 0;
    for (const item of list) {
      if (offset >= total) break;
      buffer.set(item.length > total - offset ? item.subarray(0, total - offset) : item, offset);
      offset += item.length;
    }
    return buffer;
  }
  static compare(a, b) {
    const length = Math.min(a.length, b.length);
    for (let index = 0; index < length; index += 1) {
      if (a[index] !== b[index]) return a[index] < b[index] ? -1 : 1;
    }
    return Math.sign(a.length - b.length);
  }
  get parent() {
    return this.buffer;
  }
  get offset() {
    return this.byteOffset;
  }
  toString(encoding, start = 0, end = this.length) {
    const kind = encodingOf(encoding || undefined);
    const bytes = start <= 0 && end >= this.length ? this : this.subarray(start, end);
    return native.decode(bytes, kind);
  }
  toLocaleString(encoding, start, end) {
    return this.toString(encoding, start, end);
  }
  toJSON() {
    return { type: 'Buffer', data: Array.from(this) };
  }
  equals(other) {
    return Buffer.compare(this, other) === 0;
  }
  compare(target, targetStart = 0, targetEnd = target.length, start = 0, end = this.length) {
    return Buffer.compare(this.subarray(start, end), target.subarray(targetStart, targetEnd));
  }
  subarray(start, end) {
    return asBuffer(Uint8Array.prototype.subarray.call(this, start, end));
  }
  slice(start, end) {
    return this.subarray(start, end);
  }
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = Uint8Array.prototype.subarray.call(this, start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }
  fill(value, start = 0, end = this.length, encoding = 'utf8') {
    let [from, to, kind] = [start, end, encoding];
    if (typeof start === 'string') [from, to, kind] = [0, this.length, start];
    else if (typeof end === 'string') [to, kind] = [this.length, end];
    if (typeof value === 'number') return super.fill(value & 255, from, to);
    const pattern = typeof value === 'string' ? encode(value, kind) : value;
    if (pattern.length === 0) return super.fill(0, from, to);
    for (let index = from; index < to; index += 1) this[index] = pattern[(index - from) % pattern.length];
    return this;
  }
  write(text, offset = 0, length = this.length, encoding = 'utf8') {
    let [at, room, kind] = [offset, length, encoding];
    if (typeof offset === 'string') [at, room, kind] = [0, this.length, offset];
    else if (typeof length === 'string') [room, kind] = [this.length, length];
    const bytes = encode(text, kind);
    const count = Math.max(0, Math.min(bytes.length, room, this.length - at));
    this.set(bytes.subarray(0, count), at);
    return count;
  }
  indexOf(value, offset, encoding) {
    return find(this, value, offset, encoding, false);
  }
  lastIndexOf(value, offset, encoding) {
    return find(this, value, offset, encoding, true);
  }
  includes(value, offset, encoding) {
    return this.indexOf(value, offset, encoding) >= 0;
  }
  swap16() {
    return swap(this, 2);
  }
  swap32() {
    return swap(this, 4);
  }
  swap64() {
    return swap(this, 8);
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options) {
    const shown = native.decode(this.subarray(0, 50), 'hex').replace(/(..)(?=.)/g, '$1 ');
    const rest = this.length - 50;
    const more = rest > 0 ? ` ... ${rest} more byte${rest > 1 ? 's' : ''}` : '';
    const extra = Object.keys(this).slice(this.length).map((key) => `, ${key}: ${inspect(this[key], options)}`).join('');
    return `<${this.constructor.name}${shown === '' ? '' : ` ${shown}`}${more}${extra}>`;
  }
}

function checkSize(size) {
  if (typeof size !== 'number') throw invalidArgType('size', 'of type number', size);
  if (!(size >= 0 && size <= MAX_LENGTH)) {
    throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "size" is out of range. It must be >= 0 && <= ${MAX_LENGTH}. Received ${size}`);
  }
}

function find(buffer, value, offset, encoding, backwards) {
  if (typeof offset === 'string') return find(buffer, value, undefined, offset, backwards);
  if (typeof value === 'number') {
    const method = backwards ? 'lastIndexOf' : 'indexOf';
    const args = offset === undefined ? [value & 255] : [value & 255, offset];
    return Uint8Array.prototype[method].apply(buffer, args);
  }
  const wanted = typeof value === 'string' ? encode(value, encoding) : value;
  const last = buffer.length - wanted.length;
  let at = offset === undefined ? (backwards ? last : 0) : Number(offset) || 0;
  if (at < 0) at += buffer.length;
  at = backwards ? Math.min(at, last) : Math.max(at, 0);
  for (; at >= 0 && at <= last; at += backwards ? -1 : 1) {
    let matched = 0;
    while (matched < wanted.length && buffer[at + matched] === wanted[matched]) matched += 1;
    if (matched === wanted.length) return at;
  }
  return -1;
}

function swap(buffer, size) {
  if (buffer.length % size !== 0) {
    throw nodeError(RangeError, 'ERR_INVALID_BUFFER_SIZE', `Buffer size must be a multiple of ${size * 8}-bits`);
  }
  for (let start = 0; start < buffer.length; start += size) Uint8Array.prototype.subarray.call(buffer, start, start + size).reverse();
  return buffer;
}

/** The reading and writing methods are the DataView's, under Node's names. */
function defineNumber(name, method, size, endian) {
  const view = (buffer) => new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const check = (buffer, offset) => {
    if (!Number.isInteger(offset)) throw invalidArgType('offset', 'of type number', offset);
    if (offset < 0 || offset > buffer.length - size) {
      throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "offset" is out of range. It must be >= 0 and <= ${buffer.length - size}. Received ${offset}`);
    }
  };
  const read = function (offset = 0) {
    check(this, offset);
    return view(this)[`get${method}`](offset, endian === 'LE');
  };
  const write = function (value, offset = 0) {
    check(this, offset);
    view(this)[`set${method}`](offset, value, endian === 'LE');
    return offset + size;
  };
  for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
    Buffer.prototype[`read${alias}${endian}`] = read;
    Buffer.prototype[`write${alias}${endian}`] = write;
  }
}

defineNumber('UInt8', 'Uint8', 1, '');
defineNumber('Int8', 'Int8', 1, '');
for (const endian of ['LE', 'BE']) {
  defineNumber('UInt16', 'Uint16', 2, endian);
  defineNumber('Int16', 'Int16', 2, endian);
  defineNumber('UInt32', 'Uint32', 4, endian);
  defineNumber('Int32', 'Int32', 4, endian);
  defineNumber('BigUInt64', 'BigUint64', 8, endian);
  defineNumber('BigInt64', 'BigInt64', 8, endian);
  defineNumber('Float', 'Float32', 4, endian);
  defineNumber('Double', 'Float64', 8, endian);
  for (const signed of [false, true]) defineVariable(signed, endian);
}

/** Integers of one to six bytes. */
function defineVariable(signed, endian) {
  const order = (offset, length) => Array.from({ length }, (_, index) => offset + (endian === 'BE' ? index : length - 1 - index));
  const read = function (offset, length) {
    const value = order(offset, length).reduce((sum, index) => sum * 256 + this[index], 0);
    return signed && value >= 2 ** (8 * length - 1) ? value - 2 ** (8 * length) : value;
  };
  const write = function (value, offset, length) {
    let rest = value < 0 ? value + 2 ** (8 * length) : value;
    for (const index of order(offset, length).reverse()) {
      this[index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return offset + length;
  };
  for (const name of signed ? ['Int'] : ['UInt', 'Uint']) {
    Buffer.prototype[`read${name}${endian}`] = read;
    Buffer.prototype[`write${name}${endian}`] = write;
  }
}

Buffer.poolSize = 8192;
Buffer.copyBytesFrom = (view, offset = 0, length = view.length - offset) => {
  const part = view.subarray(offset, offset + length);
  return Buffer.from(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
};
// Packages that wrap Buffer copy what they can enumerate.
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow', 'byteLength', 'compare', 'concat', 'from', 'isBuffer', 'isEncoding', 'of']) {
  Object.defineProperty(Buffer, name, { enumerable: true });
}

/** `Buffer(…)` without `new` is old, and still met. */
const callable = new Proxy(Buffer, {
  apply: (_target, _self, [value, ...rest]) => (typeof value === 'number' ? Buffer.alloc(value) : from(value, ...rest)),
  construct(target, [value, ...rest], newTarget) {
    if (newTarget !== callable) return Reflect.construct(target, [value, ...rest], newTarget);
    return typeof value === 'number' ? Buffer.alloc(value) : from(value, ...rest);
  },
});
Object.defineProperty(Buffer.prototype, 'constructor', { value: callable, configurable: true, writable: true });

module.exports = {
  Buffer: callable,
  SlowBuffer: callable,
  INSPECT_MAX_BYTES: 50,
  kMaxLength: MAX_LENGTH,
  constants: { MAX_LENGTH, MAX_STRING_LENGTH: 536870888 },
  isUtf8: (bytes) => native.isUtf8(new Uint8Array(bytes.buffer ?? bytes)),
  isAscii: (bytes) => new Uint8Array(bytes.buffer ?? bytes).every((byte) => byte < 128),
  transcode: (bytes, from_, to) => from(bytes.toString(from_), to),
  atob: (text) => globalThis.atob(text),
  btoa: (text) => globalThis.btoa(text),
  get Blob() {
    return globalThis.Blob;
  },
  get File() {
    return globalThis.File;
  },
};
