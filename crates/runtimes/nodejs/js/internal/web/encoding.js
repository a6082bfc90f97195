// TextEncoder and TextDecoder
'use strict';

class TextEncoder {
  get encoding() {
    return 'utf-8';
  }
  encode(text = '') {
    return native.encode(String(text).toWellFormed(), 'utf8');
  }
  encodeInto(text, target) {
    const bytes = this.encode(text);
    let written = Math.min(bytes.length, target.length);
    // Never cut a character: a continuation byte begins with 10.
    while (written < bytes.length && written > 0 && (bytes[written] & 0xc0) === 0x80) written -= 1;
    target.set(bytes.subarray(0, written));
    return { read: native.decode(bytes.subarray(0, written), 'utf8').length, written };
  }
}

const LABELS = {
  'utf-8': 'utf8', utf8: 'utf8', 'unicode-1-1-utf-8': 'utf8', 'utf-16le': 'utf16le', 'utf-16': 'utf16le',
  latin1: 'latin1', 'iso-8859-1': 'latin1', 'windows-1252': 'latin1', ascii: 'latin1', 'us-ascii': 'latin1',
};
const NAMES = { utf8: 'utf-8', utf16le: 'utf-16le', latin1: 'windows-1252' };

const asBytes = (input) => (ArrayBuffer.isView(input)
  ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  : new Uint8Array(input));

class TextDecoder {
  #kind;
  #rest = new Uint8Array(0);
  #started = false;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    this.#kind = LABELS[String(label).trim().toLowerCase()];
    if (this.#kind === undefined) {
      throw require('internal/errors').nodeError(RangeError, 'ERR_ENCODING_NOT_SUPPORTED', `The "${label}" encoding is not supported`);
    }
    Object.defineProperties(this, { encoding: { value: NAMES[this.#kind] }, fatal: { value: fatal }, ignoreBOM: { value: ignoreBOM } });
  }
  decode(input = new Uint8Array(0), { stream = false } = {}) {
    let bytes = asBytes(input);
    if (this.#rest.length > 0) bytes = require('buffer').Buffer.concat([this.#rest, bytes]);
    const end = stream ? completeLength(bytes, this.#kind) : bytes.length;
    this.#rest = bytes.slice(end);
    const whole = end === bytes.length ? bytes : bytes.subarray(0, end);
    if (this.fatal && this.#kind === 'utf8' && !native.isUtf8(whole)) {
      throw require('internal/errors').nodeError(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', 'The encoded data was not valid for encoding utf-8');
    }
    let text = native.decode(whole, this.#kind);
    if (!this.#started && !this.ignoreBOM && text.startsWith('\uFEFF')) text = text.slice(1);
    this.#started = stream && (this.#started || text !== '');
    return text;
  }
}

/** How much of a chunk ends with a whole character. */
function completeLength(bytes, kind) {
  if (kind === 'utf16le') return bytes.length & ~1;
  if (kind === 'latin1') return bytes.length;
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

Object.assign(exports, { TextEncoder, TextDecoder });
