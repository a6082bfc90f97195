'use strict';

const { Buffer } = require('buffer');

/** A function, not a class: older packages call it on objects of their own. */
function StringDecoder(encoding = 'utf8') {
  this.encoding = String(encoding).toLowerCase().replace('-', '');
  const label = { utf8: 'utf-8', utf16le: 'utf-16le', ucs2: 'utf-16le' }[this.encoding];
  this._decoder = label === undefined ? null : new TextDecoder(label, { ignoreBOM: true });
  this._rest = Buffer.alloc(0);
}

StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === 'string') return chunk;
  if (this._decoder !== null) return this._decoder.decode(chunk, { stream: true });
  if (!this.encoding.startsWith('base64')) return Buffer.from(chunk).toString(this.encoding);
  const bytes = Buffer.concat([this._rest, chunk]);
  const whole = bytes.length - (bytes.length % 3);
  this._rest = bytes.subarray(whole);
  return bytes.toString(this.encoding, 0, whole);
};

StringDecoder.prototype.end = function end(chunk) {
  const text = chunk === undefined ? '' : this.write(chunk);
  const rest = this._rest.toString(this._decoder === null ? this.encoding : 'utf8');
  this._rest = Buffer.alloc(0);
  return text + (this._decoder === null ? rest : this._decoder.decode());
};

exports.StringDecoder = StringDecoder;
