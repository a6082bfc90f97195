// Bytes in inputs and outputs.
'use strict';

const isBytes = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

function asBytes(value) {
  if (typeof value === 'string') return native.encode(value.toWellFormed(), 'utf8');
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The bytes of an answer, with the methods that the SDK gives them. */
class BlobAdapter extends Uint8Array {
  static fromString(text, encoding = 'utf-8') {
    return Object.setPrototypeOf(native.encode(text.toWellFormed(), encoding === 'base64' ? 'base64' : 'utf8'), BlobAdapter.prototype);
  }
  static mutate(bytes) {
    return Object.setPrototypeOf(bytes, BlobAdapter.prototype);
  }
  transformToString(encoding = 'utf-8') {
    return native.decode(this, encoding === 'base64' || encoding === 'hex' ? encoding : 'utf8');
  }
}

exports.isBytes = isBytes;
exports.asBytes = asBytes;
exports.BlobAdapter = BlobAdapter;
exports.toBase64 = (value) => native.decode(asBytes(value), 'base64');
exports.fromBase64 = (text) => native.encode(text, 'base64');
