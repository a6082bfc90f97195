// Keys, signatures, and what RSA encrypts.
'use strict';

const { Buffer } = require('buffer');
const { algorithmOf, asBuffer, bytesOf } = require('internal/crypto/bytes');
const { invalidArgType, nodeError, notSupported } = require('internal/errors');
const { Writable } = require('stream');

const constants = {
  RSA_PKCS1_PADDING: 1, RSA_NO_PADDING: 3, RSA_PKCS1_OAEP_PADDING: 4, RSA_PKCS1_PSS_PADDING: 6,
  RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_MAX_SIGN: -2, RSA_PSS_SALTLEN_AUTO: -2,
};
const SIZES = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

class KeyObject {
  constructor(type, bytes, described) {
    this.type = type;
    Object.defineProperty(this, '_bytes', { value: bytes });
    Object.defineProperty(this, '_key', { value: described });
  }
  static from(key) {
    return key._object;
  }
  get symmetricKeySize() {
    return this.type === 'secret' ? this._bytes.length : undefined;
  }
  get asymmetricKeyType() {
    return this._key?.kind;
  }
  get asymmetricKeyDetails() {
    if (this._key === undefined) return undefined;
    return this._key.kind === 'rsa' ? { modulusLength: this._key.bits, publicExponent: 65537n } : { namedCurve: 'prime256v1' };
  }
  equals(other) {
    return this.type === other.type && Buffer.from(this._bytes).equals(other._bytes);
  }
  export(options = {}) {
    if (options.format === 'jwk') return this._jwk();
    if (this.type === 'secret') return Buffer.from(this._bytes);
    const der = Buffer.from(this._bytes);
    if (options.format === 'der') return der;
    return pemOf(this.type === 'private' ? 'PRIVATE KEY' : 'PUBLIC KEY', der);
  }
  _jwk() {
    const text = (bytes) => Buffer.from(bytes).toString('base64url');
    if (this.type === 'secret') return { kty: 'oct', k: text(this._bytes) };
    const parts = Object.fromEntries(Object.entries(native.keyParts(this._bytes)).map(([name, bytes]) => [name, text(bytes)]));
    if (this._key.kind === 'rsa') return { kty: 'RSA', ...parts };
    const { x, y, ...secret } = parts;
    return { kty: 'EC', x, y, crv: 'P-256', ...secret };
  }
}

const pemOf = (label, der) => `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

/** The DER in a PEM; of a certificate, that of its public key. */
function derOf(pem) {
  const [, label, body] = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END/.exec(pem) ?? [];
  if (label === undefined) throw decoderError();
  if (label.includes('ENCRYPTED') || body.includes('Proc-Type')) throw notSupported('an encrypted private key');
  const der = Buffer.from(body, 'base64');
  return label === 'CERTIFICATE' ? publicKeyOf(der) : der;
}

function decoderError() {
  return Object.assign(new Error('error:1E08010C:DECODER routines::unsupported'), { library: 'DECODER routines', reason: 'unsupported', code: 'ERR_OSSL_UNSUPPORTED' });
}

/** One element of DER: its tag, where its content is, and where the next one begins. */
function element(der, at) {
  let length = der[at + 1];
  let start = at + 2;
  if (length > 127) {
    const size = length - 128;
    length = der.readUIntBE(start, size);
    start += size;
  }
  return { tag: der[at], start, end: start + length };
}

/** The seventh element of a certificate's body, or the sixth if it tells no version (RFC 5280). */
function publicKeyOf(certificate) {
  const body = element(certificate, element(certificate, 0).start);
  let at = body.start;
  const skipped = element(certificate, at).tag === 0xa0 ? 6 : 5;
  for (let index = 0; index < skipped; index += 1) at = element(certificate, at).end;
  return certificate.subarray(at, element(certificate, at).end);
}

function fromJwk(jwk) {
  if (jwk.kty === 'EC' && jwk.crv !== 'P-256') throw notSupported(`the curve ${jwk.crv}`);
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') throw notSupported(`a key of type ${jwk.kty}`);
  const names = ['n', 'e', 'd', 'p', 'q', 'x', 'y'].filter((name) => typeof jwk[name] === 'string');
  return native.keyFromParts(Object.fromEntries(names.map((name) => [name, new Uint8Array(Buffer.from(jwk[name], 'base64url'))])));
}

/** Whatever stands for a key: PEM, DER, JWK, an object with one of them, or a key. */
function keyOf(given, wanted) {
  if (given instanceof KeyObject) return wanted === 'public' && given.type === 'private' ? publicOf(given) : given;
  const isOptions = given !== null && typeof given === 'object' && 'key' in given;
  const value = isOptions ? given.key : given;
  if (value instanceof KeyObject) return keyOf(value, wanted);
  let der;
  if (isOptions && given.format === 'jwk') der = fromJwk(value);
  else if (typeof value === 'string') der = derOf(value);
  else {
    const bytes = Buffer.from(bytesOf(value, undefined, 'key'));
    der = given.format === 'der' || bytes[0] === 0x30 ? bytes : derOf(bytes.toString('latin1'));
  }
  const described = describe(der);
  if (wanted === 'private' && !described.isPrivate) throw decoderError();
  const key = new KeyObject(described.isPrivate ? 'private' : 'public', described.der, described);
  return wanted === 'public' ? keyOf(key, wanted) : key;
}

function describe(der) {
  try {
    return native.describeKey(new Uint8Array(der));
  } catch {
    throw decoderError();
  }
}

const publicOf = (key) => new KeyObject('public', key._key.public, { ...key._key, isPrivate: false });

/** The salt of PSS, or nothing for PKCS #1. */
function saltOf(options, hash, key) {
  if (options?.padding !== constants.RSA_PKCS1_PSS_PADDING) return undefined;
  const { saltLength = constants.RSA_PSS_SALTLEN_DIGEST } = options;
  if (saltLength >= 0) return saltLength;
  return saltLength === constants.RSA_PSS_SALTLEN_DIGEST ? SIZES[hash] : Math.ceil((key._key.bits - 1) / 8) - SIZES[hash] - 2;
}

/** The DER of the two numbers of a signature, and back. */
function toDer(signature) {
  const half = signature.length / 2;
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map((number) => {
    let start = 0;
    while (start < number.length - 1 && number[start] === 0) start += 1;
    const bytes = Buffer.from(number.subarray(start));
    const positive = bytes[0] > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  });
  const content = Buffer.concat(numbers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function fromDer(signature) {
  const der = Buffer.from(signature);
  let at = element(der, 0).start;
  return Buffer.concat([0, 1].map(() => {
    const { start, end } = element(der, at);
    at = end;
    const number = der.subarray(start, end);
    return Buffer.concat([Buffer.alloc(32), number]).subarray(-32);
  }));
}

const optionsOf = (given) => (given !== null && typeof given === 'object' && !(given instanceof KeyObject) && !ArrayBuffer.isView(given) ? given : {});

function sign(algorithm, data, given, encoding) {
  const key = keyOf(given, 'private');
  const options = optionsOf(given);
  const hash = algorithmOf(algorithm ?? 'sha256');
  const signature = asBuffer(native.sign(key._bytes, hash, saltOf(options, hash, key), Buffer.from(bytesOf(data))));
  const result = key.asymmetricKeyType === 'ec' && options.dsaEncoding !== 'ieee-p1363' ? toDer(signature) : signature;
  return encoding === undefined || encoding === 'buffer' ? result : result.toString(encoding);
}

function verify(algorithm, data, given, signature, encoding) {
  const key = keyOf(given, 'public');
  const options = optionsOf(given);
  const hash = algorithmOf(algorithm ?? 'sha256');
  let bytes = Buffer.from(bytesOf(signature, encoding));
  try {
    if (key.asymmetricKeyType === 'ec' && options.dsaEncoding !== 'ieee-p1363') bytes = fromDer(bytes);
  } catch {
    return false;
  }
  return native.verify(key._bytes, hash, saltOf(options, hash, key), Buffer.from(bytesOf(data)), bytes);
}

class Collector extends Writable {
  constructor(algorithm) {
    super({ write: (chunk, _encoding, done) => {
      this.update(chunk);
      done();
    } });
    try {
      this._algorithm = algorithmOf(algorithm);
    } catch {
      throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
    }
    this._chunks = [];
  }
  update(data, encoding) {
    this._chunks.push(Buffer.from(bytesOf(data, encoding)));
    return this;
  }
}

class Sign extends Collector {
  sign(key, encoding) {
    return sign(this._algorithm, Buffer.concat(this._chunks), key, encoding);
  }
}

class Verify extends Collector {
  verify(key, signature, encoding) {
    return verify(this._algorithm, Buffer.concat(this._chunks), key, signature, encoding);
  }
}

/** The hash of OAEP, or nothing for PKCS #1. */
function oaepOf(given, byDefault) {
  const { padding = byDefault, oaepHash = 'sha1' } = optionsOf(given);
  return padding === constants.RSA_PKCS1_PADDING ? undefined : oaepHash;
}

function generateKeyPairSync(type, options = {}) {
  if (type !== 'rsa' && type !== 'ec') throw notSupported(`a key pair of type ${type}`);
  if (type === 'ec' && !/^(P-256|prime256v1|secp256r1)$/.test(options.namedCurve)) throw notSupported(`the curve ${options.namedCurve}`);
  const privateKey = keyOf(Buffer.from(native.generateKey(type === 'rsa' ? options.modulusLength : 0)), 'private');
  const encoded = (key, encoding) => (encoding === undefined ? key : key.export(encoding));
  return { privateKey: encoded(privateKey, options.privateKeyEncoding), publicKey: encoded(publicOf(privateKey), options.publicKeyEncoding) };
}

module.exports = {
  KeyObject,
  Sign,
  Verify,
  constants,
  keyOf,
  sign,
  verify,
  generateKeyPairSync,
  createPublicKey: (given) => keyOf(given, 'public'),
  createPrivateKey: (given) => keyOf(given, 'private'),
  createSecretKey(key, encoding) {
    if (typeof key !== 'string' && !ArrayBuffer.isView(key) && !(key instanceof ArrayBuffer)) {
      throw invalidArgType('key', 'of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView', key);
    }
    const bytes = Buffer.from(bytesOf(key, encoding));
    if (bytes.length === 0) throw nodeError(RangeError, 'ERR_OUT_OF_RANGE', 'The value of "key.byteLength" is out of range. It must be > 0. Received 0');
    return new KeyObject('secret', bytes);
  },
  publicEncrypt: (key, data) => asBuffer(native.rsaEncrypt(keyOf(key, 'public')._bytes, oaepOf(key, constants.RSA_PKCS1_OAEP_PADDING), Buffer.from(bytesOf(data)))),
  privateDecrypt: (key, data) => asBuffer(native.rsaDecrypt(keyOf(key, 'private')._bytes, oaepOf(key, constants.RSA_PKCS1_OAEP_PADDING), Buffer.from(bytesOf(data)))),
};
