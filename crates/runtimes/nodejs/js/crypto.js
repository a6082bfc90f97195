'use strict';

const { Buffer } = require('buffer');
const { invalidArgType, nodeError, notSupported } = require('internal/errors');
const loop = require('internal/loop');

const asBuffer = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);
const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

function algorithmOf(name) {
  const plain = String(name).toLowerCase().replace(/^rsa-/, '').replace('sha-', 'sha');
  if (!HASHES.includes(plain)) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' });
  return plain;
}

function bytesOf(data, encoding, name = 'data') {
  if (typeof data === 'string') return Buffer.from(data, encoding);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof KeyObject) return data._bytes;
  throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}

class KeyObject {
  constructor(type, bytes) {
    this.type = type;
    Object.defineProperty(this, '_bytes', { value: bytes });
  }
  get symmetricKeySize() {
    return this._bytes.length;
  }
  export() {
    return Buffer.from(this._bytes);
  }
}

class Digest {
  constructor(finish) {
    this._chunks = [];
    this._finish = finish;
    this._done = false;
  }
  update(data, encoding) {
    if (this._done) throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    this._chunks.push(Buffer.from(bytesOf(data, encoding)));
    return this;
  }
  digest(encoding) {
    if (this._done) throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    this._done = true;
    const result = asBuffer(this._finish(Buffer.concat(this._chunks)));
    return encoding === undefined || encoding === 'buffer' ? result : result.toString(encoding);
  }
  end(data) {
    if (data !== undefined) this.update(data);
    return this;
  }
  write(data) {
    this.update(data);
    return true;
  }
  read() {
    return this.digest();
  }
}

class Hash extends Digest {
  constructor(algorithm) {
    const name = algorithmOf(algorithm);
    super((bytes) => native.hash(name, bytes));
  }
  copy() {
    const copy = Object.create(Hash.prototype);
    return Object.assign(copy, this, { _chunks: [...this._chunks] });
  }
}

class Hmac extends Digest {
  constructor(algorithm, key) {
    const name = algorithmOf(algorithm);
    const secret = Buffer.from(bytesOf(key, 'utf8', 'key'));
    super((bytes) => native.hmac(name, secret, bytes));
  }
}

function randomBytes(size, callback) {
  const bytes = asBuffer(native.random(size));
  if (callback === undefined) return bytes;
  loop.nextTick(callback, null, bytes);
  return undefined;
}

function randomFillSync(target, offset = 0, size = target.byteLength - offset) {
  new Uint8Array(target.buffer ?? target, (target.byteOffset ?? 0) + offset, size).set(native.random(size));
  return target;
}

function randomInt(min, max, callback) {
  if (max === undefined || typeof max === 'function') return randomInt(0, min, max);
  const range = max - min;
  if (!(range > 0)) throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "max" is out of range. It must be greater than the value of "min" (${min}). Received ${max}`);
  const limit = 2 ** 48 - (2 ** 48 % range);
  let value;
  do value = asBuffer(native.random(6)).readUIntBE(0, 6); while (value >= limit);
  const result = min + (value % range);
  if (callback === undefined) return result;
  loop.nextTick(callback, null, result);
  return undefined;
}

function randomUUID() {
  const bytes = native.random(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return native.decode(bytes, 'hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function timingSafeEqual(a, b) {
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left.length !== right.length) {
    throw nodeError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
  }
  let different = 0;
  for (let index = 0; index < left.length; index += 1) different |= left[index] ^ right[index];
  return different === 0;
}

function pbkdf2Sync(password, salt, iterations, length, digest) {
  return asBuffer(native.pbkdf2(algorithmOf(digest), bytesOf(password), bytesOf(salt), iterations, length));
}

function later(compute, callback) {
  let result;
  try {
    result = compute();
  } catch (error) {
    loop.nextTick(callback, error);
    return;
  }
  loop.nextTick(callback, null, result);
}

function hkdfSync(digest, key, salt, info, length) {
  const name = algorithmOf(digest);
  const prk = native.hmac(name, Buffer.from(bytesOf(salt)), Buffer.from(bytesOf(key)));
  let block = Buffer.alloc(0);
  const blocks = [];
  for (let counter = 1; Buffer.concat(blocks).length < length; counter += 1) {
    block = asBuffer(native.hmac(name, prk, Buffer.concat([block, Buffer.from(bytesOf(info)), Buffer.of(counter)])));
    blocks.push(block);
  }
  return new Uint8Array(Buffer.concat(blocks)).slice(0, length).buffer;
}

// Web Crypto

class CryptoKey {
  constructor(algorithm, extractable, usages, bytes) {
    Object.assign(this, { type: 'secret', algorithm, extractable, usages });
    Object.defineProperty(this, '_bytes', { value: bytes });
  }
}

const nameOf = (algorithm) => (typeof algorithm === 'string' ? algorithm : algorithm.name);
const exact = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const hmacOf = (key, data) => native.hmac(algorithmOf(nameOf(key.algorithm.hash)), key._bytes, Buffer.from(bytesOf(data)));

function requireHmac(algorithm) {
  if (nameOf(algorithm).toUpperCase() !== 'HMAC') throw notSupported(`Web Crypto's ${nameOf(algorithm)}`);
}

const subtle = {
  digest: async (algorithm, data) => exact(native.hash(algorithmOf(nameOf(algorithm)), Buffer.from(bytesOf(data)))),
  async importKey(format, data, algorithm, extractable, usages) {
    requireHmac(algorithm);
    if (format !== 'raw') throw notSupported(`Web Crypto's key format ${format}`);
    return new CryptoKey({ name: 'HMAC', hash: { name: nameOf(algorithm.hash) } }, extractable, usages, Buffer.from(bytesOf(data)));
  },
  async exportKey(format, key) {
    if (format !== 'raw') throw notSupported(`Web Crypto's key format ${format}`);
    return exact(key._bytes);
  },
  async sign(algorithm, key, data) {
    requireHmac(algorithm);
    return exact(hmacOf(key, data));
  },
  async verify(algorithm, key, signature, data) {
    requireHmac(algorithm);
    const expected = hmacOf(key, data);
    const given = bytesOf(signature);
    return expected.length === given.length && timingSafeEqual(expected, given);
  },
};

const webcrypto = {
  subtle,
  randomUUID,
  getRandomValues(target) {
    if (target.byteLength > 65536) {
      throw new DOMException(`The requested length exceeds 65,536 bytes`, 'QuotaExceededError');
    }
    return randomFillSync(target);
  },
};

module.exports = {
  webcrypto,
  subtle,
  Hash,
  Hmac,
  KeyObject,
  constants: {},
  createHash: (algorithm) => new Hash(algorithm),
  createHmac: (algorithm, key) => new Hmac(algorithm, key),
  createSecretKey: (key, encoding) => new KeyObject('secret', Buffer.from(bytesOf(key, encoding))),
  hash: (algorithm, data, encoding = 'hex') => new Hash(algorithm).update(data).digest(encoding),
  getHashes: () => [...HASHES],
  getCiphers: () => [],
  getCurves: () => [],
  getRandomValues: webcrypto.getRandomValues,
  randomBytes,
  pseudoRandomBytes: randomBytes,
  randomFillSync,
  randomFill: (target, ...rest) => later(() => randomFillSync(target), rest.at(-1)),
  randomInt,
  randomUUID,
  timingSafeEqual,
  pbkdf2Sync,
  pbkdf2: (...args) => later(() => pbkdf2Sync(...args.slice(0, -1)), args.at(-1)),
  hkdfSync,
  hkdf: (...args) => later(() => hkdfSync(...args.slice(0, -1)), args.at(-1)),
};

for (const name of ['createCipheriv', 'createDecipheriv', 'createSign', 'createVerify', 'createPublicKey', 'createPrivateKey', 'createECDH', 'createDiffieHellman', 'generateKeyPair', 'generateKeyPairSync', 'generateKeySync', 'scrypt', 'scryptSync', 'sign', 'verify', 'publicEncrypt', 'privateDecrypt']) {
  module.exports[name] = () => {
    throw notSupported(`crypto.${name}`);
  };
}
