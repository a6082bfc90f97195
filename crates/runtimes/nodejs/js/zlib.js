'use strict';

const { Buffer } = require('buffer');
const { notSupported } = require('internal/errors');
const { nextTick } = require('internal/loop');
const { Transform } = require('stream');

const asBytes = (data) => (typeof data === 'string' ? Buffer.from(data) : ArrayBuffer.isView(data)
  ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));
const levelOf = (options) => (options?.level === undefined || options.level < 0 ? 6 : options.level);

function dataError(message) {
  return Object.assign(new Error(message), { errno: -3, code: 'Z_DATA_ERROR' });
}

function inflate(bytes, zlib, message) {
  try {
    return native.inflate(bytes, zlib);
  } catch {
    throw dataError(message);
  }
}

/** The length of a gzip header, with its optional parts. */
function headerLength(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw dataError('incorrect header check');
  const flags = bytes[3];
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + bytes[at] + bytes[at + 1] * 256;
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1;
  return (flags & 2) !== 0 ? at + 2 : at;
}

function gzip(bytes, options) {
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(native.crc32(bytes), 0);
  tail.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), native.deflate(bytes, levelOf(options), false), tail]);
}

const gunzip = (bytes) => inflate(bytes.subarray(headerLength(bytes)), false, 'invalid block type');

const methods = {
  gzip,
  gunzip,
  deflate: (bytes, options) => native.deflate(bytes, levelOf(options), true),
  inflate: (bytes) => inflate(bytes, true, 'incorrect header check'),
  deflateRaw: (bytes, options) => native.deflate(bytes, levelOf(options), false),
  inflateRaw: (bytes) => inflate(bytes, false, 'invalid block type'),
  unzip: (bytes) => (bytes[0] === 0x1f ? gunzip(bytes) : inflate(bytes, true, 'incorrect header check')),
};

/** A stream that works on the whole when all of it is there. */
function streamOf(run, options) {
  const chunks = [];
  return new Transform({
    transform(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
    flush(done) {
      try {
        done(null, Buffer.from(run(Buffer.concat(chunks), options)));
      } catch (error) {
        done(error);
      }
    },
  });
}

for (const [name, run] of Object.entries(methods)) {
  const runSync = (data, options) => Buffer.from(run(asBytes(data), options));
  exports[`${name}Sync`] = runSync;
  exports[name] = (data, options, callback) => {
    const done = callback ?? options;
    let result;
    try {
      result = runSync(data, callback === undefined ? undefined : options);
    } catch (error) {
      nextTick(done, error);
      return;
    }
    nextTick(done, null, result);
  };
  exports[`create${name[0].toUpperCase()}${name.slice(1)}`] = (options) => streamOf(run, options);
}
for (const name of ['brotliCompress', 'brotliDecompress', 'brotliCompressSync', 'brotliDecompressSync', 'createBrotliCompress', 'createBrotliDecompress']) {
  exports[name] = () => {
    throw notSupported(`zlib.${name}`);
  };
}
exports.crc32 = (data) => native.crc32(asBytes(data));
exports.constants = {
  Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1,
  Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, BROTLI_OPERATION_FLUSH: 1, BROTLI_PARAM_QUALITY: 1,
};
Object.assign(exports, exports.constants);
