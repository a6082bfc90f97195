// AES: `createCipheriv` and `createDecipheriv`.
'use strict';

const { Buffer } = require('buffer');
const { asBuffer, bytesOf } = require('internal/crypto/bytes');
const { nodeError } = require('internal/errors');
const { Transform } = require('stream');

const BLOCK = 16;
const TAG = 16;

function cipherOf(name) {
  const [, bits, mode] = /^(?:id-)?aes-?(128|192|256)-(cbc|ctr|ecb|gcm)$/i.exec(name) ?? [];
  if (bits === undefined) throw nodeError(Error, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
  return { keyLength: Number(bits) / 8, mode: mode.toLowerCase() };
}

/** The counter of CTR after some blocks. */
function advanced(counter, blocks) {
  const next = Buffer.from(counter);
  let carry = blocks;
  for (let index = BLOCK - 1; index >= 0 && carry > 0; index -= 1) {
    carry += next[index];
    next[index] = carry % 256;
    carry = Math.floor(carry / 256);
  }
  return next;
}

class Cipher extends Transform {
  constructor(name, key, iv, options, encrypts) {
    super({
      transform: (chunk, encoding, done) => done(null, this.update(chunk, encoding)),
      flush: (done) => {
        try {
          done(null, this.final());
        } catch (error) {
          done(error);
        }
      },
    });
    const { keyLength, mode } = cipherOf(name);
    this._key = Buffer.from(bytesOf(key, 'utf8', 'key'));
    this._iv = iv === null ? Buffer.alloc(0) : Buffer.from(bytesOf(iv, 'utf8', 'iv'));
    if (this._key.length !== keyLength) throw nodeError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
    const fits = mode === 'ecb' ? this._iv.length === 0 : mode === 'gcm' ? this._iv.length > 0 : this._iv.length === BLOCK;
    if (!fits) throw nodeError(TypeError, 'ERR_CRYPTO_INVALID_IV', 'Invalid initialization vector');
    Object.assign(this, { _mode: mode, _encrypts: encrypts, _padding: true, _done: false, _tagLength: options?.authTagLength ?? TAG });
    /** What waits for the rest of its block; in GCM everything. */
    this._held = Buffer.alloc(0);
    this._given = 0;
    this._associated = Buffer.alloc(0);
  }
  setAutoPadding(padding = true) {
    this._padding = padding;
    return this;
  }
  setAAD(bytes) {
    this._associated = Buffer.concat([this._associated, Buffer.from(bytesOf(bytes))]);
    return this;
  }
  getAuthTag() {
    if (this._tag === undefined) throw nodeError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Invalid state for operation getAuthTag');
    return this._tag;
  }
  setAuthTag(tag, encoding) {
    this._tag = Buffer.from(bytesOf(tag, encoding));
    return this;
  }
  update(data, inputEncoding, outputEncoding) {
    if (this._done) throw nodeError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Unsupported state');
    const input = Buffer.from(bytesOf(data, inputEncoding));
    return this._out(this[`_${this._mode}`](input), outputEncoding);
  }
  final(outputEncoding) {
    if (this._done) throw nodeError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Unsupported state');
    this._done = true;
    return this._out(this._mode === 'gcm' ? this._finishGcm() : this._mode === 'ctr' ? Buffer.alloc(0) : this._finishBlocks(), outputEncoding);
  }
  _out(bytes, encoding) {
    if (encoding === undefined || encoding === 'buffer' || encoding === null) return bytes;
    // Text that a chunk divides waits for the next one.
    this._decoder ??= new (require('string_decoder').StringDecoder)(encoding);
    return this._decoder.write(bytes) + (this._done ? this._decoder.end() : '');
  }
  _aes(mode, iv, data) {
    return asBuffer(native.aes(mode, this._encrypts, this._key, iv, data));
  }
  _ctr(input) {
    const skipped = this._given % BLOCK;
    const data = Buffer.concat([Buffer.alloc(skipped), input]);
    const output = this._aes('ctr', advanced(this._iv, Math.floor(this._given / BLOCK)), data);
    this._given += input.length;
    return output.subarray(skipped);
  }
  _blocks(input) {
    const all = Buffer.concat([this._held, input]);
    // The last block of what is decrypted may be padding.
    const spare = !this._encrypts && this._padding && all.length % BLOCK === 0 ? BLOCK : 0;
    const whole = Math.max(0, Math.floor(all.length / BLOCK) * BLOCK - spare);
    this._held = Buffer.from(all.subarray(whole));
    return this._run(all.subarray(0, whole));
  }
  _cbc(input) {
    return this._blocks(input);
  }
  _ecb(input) {
    return this._blocks(input);
  }
  _run(data) {
    if (data.length === 0) return Buffer.alloc(0);
    const output = this._aes(this._mode, this._iv, data);
    if (this._mode === 'cbc') this._iv = Buffer.from((this._encrypts ? output : data).subarray(-BLOCK));
    return output;
  }
  _finishBlocks() {
    if (this._encrypts) {
      if (!this._padding && this._held.length > 0) throw opensslError('error:1C80006A:Provider routines::wrong final block length', 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH', 'wrong final block length');
      if (!this._padding) return Buffer.alloc(0);
      const missing = BLOCK - this._held.length;
      return this._run(Buffer.concat([this._held, Buffer.alloc(missing, missing)]));
    }
    if (!this._padding && this._held.length === 0) return Buffer.alloc(0);
    if (this._held.length !== BLOCK) throw opensslError('error:1C80006B:Provider routines::wrong final block length', 'ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH', 'wrong final block length');
    const last = this._run(this._held);
    const count = last[BLOCK - 1];
    if (count < 1 || count > BLOCK || last.subarray(BLOCK - count).some((byte) => byte !== count)) {
      throw opensslError('error:1C800064:Provider routines::bad decrypt', 'ERR_OSSL_BAD_DECRYPT', 'bad decrypt');
    }
    return last.subarray(0, BLOCK - count);
  }
  /** All that came so far, anew; what was given already is left out. */
  _gcm(input) {
    this._held = Buffer.concat([this._held, input]);
    const sealed = this._seal();
    const output = sealed.subarray(this._given, this._held.length);
    this._given = this._held.length;
    return Buffer.from(output);
  }
  /** GCM encrypts and decrypts alike; the tag is that of the encrypted text. */
  _seal() {
    return asBuffer(native.gcm(true, this._key, this._iv, this._associated, this._held));
  }
  _finishGcm() {
    if (this._encrypts) {
      this._tag = Buffer.from(this._seal().subarray(-TAG)).subarray(0, this._tagLength);
      return Buffer.alloc(0);
    }
    if (this._tag === undefined) throw new Error('Unsupported state or unable to authenticate data');
    const plain = this._seal().subarray(0, this._held.length);
    const tag = asBuffer(native.gcm(true, this._key, this._iv, this._associated, plain)).subarray(-TAG);
    if (!this._tag.equals(tag.subarray(0, this._tag.length))) throw new Error('Unsupported state or unable to authenticate data');
    return Buffer.alloc(0);
  }
}

function opensslError(message, code, reason) {
  return Object.assign(new Error(message), { library: 'Provider routines', reason, code });
}

exports.Cipheriv = class Cipheriv extends Cipher {
  constructor(name, key, iv, options) {
    super(name, key, iv, options, true);
  }
};
exports.Decipheriv = class Decipheriv extends Cipher {
  constructor(name, key, iv, options) {
    super(name, key, iv, options, false);
  }
};
exports.NAMES = ['128', '192', '256'].flatMap((bits) => ['cbc', 'ctr', 'ecb', 'gcm'].map((mode) => `aes-${bits}-${mode}`));
exports.getCipherInfo = (name) => {
  const { keyLength, mode } = cipherOf(name);
  return { mode, name, keyLength, blockSize: BLOCK, ivLength: mode === 'gcm' ? 12 : BLOCK };
};
