'use strict';

const { Buffer } = require('buffer');
const { HASHES, algorithmOf, asBuffer, bytesOf } = require('internal/crypto/bytes');
const ciphers = require('internal/crypto/ciphers');
const keys = require('internal/crypto/keys');
const { CryptoKey, subtle } = require('internal/crypto/subtle');
const { nodeError, notSupported } = require('internal/errors');
const loop = require('internal/loop');

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

function scryptSync(password, salt, length, options = {}) {
  const { N = options.cost ?? 16384, r = options.blockSize ?? 8, p = options.parallelization ?? 1 } = options;
  return asBuffer(native.scrypt(Buffer.from(bytesOf(password)), Buffer.from(bytesOf(salt)), Math.log2(N), r, p, length));
}

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
  Cipheriv: ciphers.Cipheriv,
  Decipheriv: ciphers.Decipheriv,
  getCipherInfo: ciphers.getCipherInfo,
  KeyObject: keys.KeyObject,
  Sign: keys.Sign,
  Verify: keys.Verify,
  constants: keys.constants,
  sign: (...args) => (typeof args[3] === 'function' ? later(() => keys.sign(...args.slice(0, 3)), args[3]) : keys.sign(...args)),
  verify: (...args) => (typeof args[4] === 'function' ? later(() => keys.verify(...args.slice(0, 4)), args[4]) : keys.verify(...args)),
  generateKeyPairSync: keys.generateKeyPairSync,
  createPublicKey: keys.createPublicKey,
  createPrivateKey: keys.createPrivateKey,
  createSecretKey: keys.createSecretKey,
  publicEncrypt: keys.publicEncrypt,
  privateDecrypt: keys.privateDecrypt,
  CryptoKey,
  createHash: (algorithm) => new Hash(algorithm),
  createHmac: (algorithm, key) => new Hmac(algorithm, key),
  createCipheriv: (...args) => new ciphers.Cipheriv(...args),
  createDecipheriv: (...args) => new ciphers.Decipheriv(...args),
  createSign: (algorithm) => new keys.Sign(algorithm),
  createVerify: (algorithm) => new keys.Verify(algorithm),
  generateKeyPair: (...args) => later(() => keys.generateKeyPairSync(...args.slice(0, -1)), (error, made) => args.at(-1)(error, made?.publicKey, made?.privateKey)),
  hash: (algorithm, data, encoding = 'hex') => new Hash(algorithm).update(data).digest(encoding),
  getHashes: () => [...HASHES],
  getCiphers: () => [...ciphers.NAMES],
  getCurves: () => ['prime256v1'],
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
  scryptSync,
  scrypt: (...args) => later(() => scryptSync(...args.slice(0, -1)), args.at(-1)),
  hkdfSync,
  hkdf: (...args) => later(() => hkdfSync(...args.slice(0, -1)), args.at(-1)),
};

for (const name of ['createECDH', 'createDiffieHellman', 'generateKeySync', 'privateEncrypt', 'publicDecrypt', 'X509Certificate']) {
  module.exports[name] = () => {
    throw notSupported(`crypto.${name}`);
  };
}
