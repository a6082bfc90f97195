// What the parts of `crypto` have in common.
'use strict';

const { Buffer } = require('buffer');
const { invalidArgType } = require('internal/errors');

const HASHES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** The name of a hash as the Rust side knows it. */
function algorithmOf(name) {
  const plain = String(name).toLowerCase().replace(/^rsa-/, '').replace('sha-', 'sha');
  if (!HASHES.includes(plain)) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' });
  return plain;
}

function bytesOf(data, encoding, name = 'data') {
  if (typeof data === 'string') return Buffer.from(data, encoding);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data?._bytes !== undefined) return data._bytes;
  throw invalidArgType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}

exports.HASHES = HASHES;
exports.algorithmOf = algorithmOf;
exports.bytesOf = bytesOf;
exports.asBuffer = (bytes) => Object.setPrototypeOf(bytes, Buffer.prototype);
/** The buffer of some bytes, and of nothing else. */
exports.exact = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
