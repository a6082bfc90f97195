// Web Crypto.
'use strict';

const { Buffer } = require('buffer');
const { algorithmOf, asBuffer, bytesOf, exact } = require('internal/crypto/bytes');
const { Cipheriv, Decipheriv } = require('internal/crypto/ciphers');
const keys = require('internal/crypto/keys');
const { notSupported } = require('internal/errors');

class CryptoKey {
  constructor(object, algorithm, extractable, usages) {
    Object.assign(this, { type: object.type, extractable, algorithm, usages });
    Object.defineProperty(this, '_object', { value: object });
    Object.defineProperty(this, '_bytes', { value: object._bytes });
  }
}

Object.defineProperty(CryptoKey.prototype, Symbol.toStringTag, { value: 'CryptoKey', configurable: true });

const nameOf = (algorithm) => (typeof algorithm === 'string' ? algorithm : algorithm.name).toUpperCase();
const hashOf = (key, algorithm) => algorithmOf(nameOf(algorithm?.hash ?? key.algorithm.hash));
const bufferOf = (data) => Buffer.from(bytesOf(data));

/** How each algorithm signs. */
const SIGNERS = {
  HMAC: {
    sign: (key, _algorithm, data) => native.hmac(hashOf(key), key._bytes, data),
    verify: (key, _algorithm, signature, data) => Buffer.from(native.hmac(hashOf(key), key._bytes, data)).equals(signature),
  },
  'RSASSA-PKCS1-V1_5': pair(() => ({})),
  'RSA-PSS': pair((algorithm) => ({ padding: keys.constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength })),
  ECDSA: pair(() => ({ dsaEncoding: 'ieee-p1363' })),
};

function pair(options) {
  return {
    sign: (key, algorithm, data) => keys.sign(hashOf(key, algorithm), data, { key: key._object, ...options(algorithm) }),
    verify: (key, algorithm, signature, data) => keys.verify(hashOf(key, algorithm), data, { key: key._object, ...options(algorithm) }, signature),
  };
}

function signerOf(algorithm) {
  const signer = SIGNERS[nameOf(algorithm)];
  if (signer === undefined) throw notSupported(`Web Crypto's ${nameOf(algorithm)}`);
  return signer;
}

function cipherNameOf(algorithm, key) {
  const mode = /^AES-(GCM|CBC|CTR)$/.exec(nameOf(algorithm))?.[1].toLowerCase();
  if (mode === undefined) throw notSupported(`Web Crypto's ${nameOf(algorithm)}`);
  return `aes-${key._bytes.length * 8}-${mode}`;
}

const vectorOf = (algorithm) => bufferOf(algorithm.iv ?? algorithm.counter);
const described = (algorithm) => (typeof algorithm === 'string' ? { name: algorithm } : { ...algorithm, ...(algorithm.hash === undefined ? {} : { hash: { name: nameOf(algorithm.hash) } }) });

function objectOf(format, data) {
  if (format === 'raw') return keys.createSecretKey(bufferOf(data));
  if (format === 'jwk' && data.kty === 'oct') return keys.createSecretKey(Buffer.from(data.k, 'base64url'));
  if (format === 'jwk') return keys.keyOf({ key: data, format });
  return keys.keyOf({ key: bufferOf(data), format: 'der' });
}

async function deriveBits(algorithm, key, length) {
  const { hkdfSync, pbkdf2Sync } = require('crypto');
  const hash = nameOf(algorithm.hash);
  if (nameOf(algorithm) === 'PBKDF2') return exact(pbkdf2Sync(key._bytes, bufferOf(algorithm.salt), algorithm.iterations, length / 8, hash));
  if (nameOf(algorithm) === 'HKDF') return hkdfSync(hash, key._bytes, bufferOf(algorithm.salt), bufferOf(algorithm.info), length / 8);
  throw notSupported(`Web Crypto's ${nameOf(algorithm)}`);
}

const subtle = {
  digest: async (algorithm, data) => exact(native.hash(algorithmOf(nameOf(algorithm)), bufferOf(data))),
  async importKey(format, data, algorithm, extractable, usages) {
    return new CryptoKey(objectOf(format, data), described(algorithm), extractable, usages);
  },
  async exportKey(format, key) {
    if (!key.extractable) throw new DOMException('key is not extractable', 'InvalidAccessException');
    if (format === 'jwk') return { ...key._object.export({ format }), key_ops: key.usages, ext: true };
    return exact(Buffer.from(key._bytes));
  },
  async generateKey(algorithm, extractable, usages) {
    const name = nameOf(algorithm);
    if (/^AES-|^HMAC$/.test(name)) {
      const bits = algorithm.length ?? (/SHA-(384|512)/.test(nameOf(algorithm.hash)) ? 1024 : 512);
      return new CryptoKey(keys.createSecretKey(native.random(bits / 8)), described(algorithm), extractable, usages);
    }
    const made = keys.generateKeyPairSync(name.startsWith('RSA') ? 'rsa' : 'ec', { modulusLength: algorithm.modulusLength, namedCurve: algorithm.namedCurve });
    return {
      privateKey: new CryptoKey(made.privateKey, described(algorithm), extractable, usages.filter((usage) => usage !== 'verify')),
      publicKey: new CryptoKey(made.publicKey, described(algorithm), true, usages.filter((usage) => usage === 'verify')),
    };
  },
  async sign(algorithm, key, data) {
    return exact(asBuffer(signerOf(algorithm).sign(key, algorithm, bufferOf(data))));
  },
  async verify(algorithm, key, signature, data) {
    return signerOf(algorithm).verify(key, algorithm, bufferOf(signature), bufferOf(data));
  },
  async encrypt(algorithm, key, data) {
    const cipher = new Cipheriv(cipherNameOf(algorithm, key), key._bytes, vectorOf(algorithm));
    if (algorithm.additionalData !== undefined) cipher.setAAD(bufferOf(algorithm.additionalData));
    const parts = [cipher.update(bufferOf(data)), cipher.final()];
    if (nameOf(algorithm) === 'AES-GCM') parts.push(cipher.getAuthTag());
    return exact(Buffer.concat(parts));
  },
  async decrypt(algorithm, key, data) {
    const cipher = new Decipheriv(cipherNameOf(algorithm, key), key._bytes, vectorOf(algorithm));
    if (algorithm.additionalData !== undefined) cipher.setAAD(bufferOf(algorithm.additionalData));
    let bytes = bufferOf(data);
    if (nameOf(algorithm) === 'AES-GCM') {
      cipher.setAuthTag(bytes.subarray(-16));
      bytes = bytes.subarray(0, -16);
    }
    try {
      return exact(Buffer.concat([cipher.update(bytes), cipher.final()]));
    } catch {
      throw new DOMException('The operation failed for an operation-specific reason', 'OperationError');
    }
  },
  deriveBits,
  async deriveKey(algorithm, key, wanted, extractable, usages) {
    const bits = await deriveBits(algorithm, key, wanted.length ?? 512);
    return subtle.importKey('raw', bits, wanted, extractable, usages);
  },
};

exports.CryptoKey = CryptoKey;
exports.subtle = subtle;
