// Blob, File, FormData
'use strict';

const { Buffer } = require('buffer');

class Blob {
  #bytes;
  constructor(parts = [], { type = '' } = {}) {
    this.#bytes = Buffer.concat([...parts].map(bytesOf));
    Object.defineProperty(this, 'type', { value: String(type).toLowerCase(), enumerable: true });
  }
  get size() {
    return this.#bytes.length;
  }
  get _bytes() {
    return this.#bytes;
  }
  slice(start, end, type) {
    return new Blob([this.#bytes.subarray(start, end)], { type });
  }
  async arrayBuffer() {
    return this.#bytes.buffer.slice(this.#bytes.byteOffset, this.#bytes.byteOffset + this.#bytes.length);
  }
  async bytes() {
    return new Uint8Array(this.#bytes);
  }
  async text() {
    return this.#bytes.toString();
  }
  stream() {
    return ReadableStream.from([new Uint8Array(this.#bytes)]);
  }
}

function bytesOf(part) {
  if (part instanceof Blob) return part._bytes;
  if (part instanceof ArrayBuffer) return new Uint8Array(part);
  if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  return Buffer.from(String(part));
}

class File extends Blob {
  constructor(parts, name, options = {}) {
    super(parts, options);
    this.name = String(name);
    this.lastModified = options.lastModified ?? Date.now();
  }
}

class FormData {
  #entries = [];
  append(name, value, filename) {
    this.#entries.push([String(name), entryOf(value, filename)]);
  }
  set(name, value, filename) {
    this.delete(name);
    this.append(name, value, filename);
  }
  delete(name) {
    this.#entries = this.#entries.filter(([key]) => key !== name);
  }
  get(name) {
    return this.#entries.find(([key]) => key === name)?.[1] ?? null;
  }
  getAll(name) {
    return this.#entries.filter(([key]) => key === name).map(([, value]) => value);
  }
  has(name) {
    return this.#entries.some(([key]) => key === name);
  }
  forEach(callback, self) {
    for (const [name, value] of this.#entries) callback.call(self, value, name, this);
  }
  entries() {
    return this.#entries.values();
  }
  keys() {
    return this.#entries.map(([name]) => name).values();
  }
  values() {
    return this.#entries.map(([, value]) => value).values();
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  /** The body of a multipart request, with its type. */
  _encode() {
    const boundary = `----formdata-${require('crypto').randomUUID().replaceAll('-', '')}`;
    const parts = [];
    for (const [name, value] of this.#entries) {
      const file = value instanceof Blob ? `; filename="${value.name}"\r\nContent-Type: ${value.type || 'application/octet-stream'}` : '';
      parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${name.replaceAll('"', '%22')}"${file}\r\n\r\n`, value, '\r\n');
    }
    return { type: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat([...parts, `--${boundary}--\r\n`].map(bytesOf)) };
  }
}

function entryOf(value, filename) {
  if (!(value instanceof Blob)) return String(value);
  return value instanceof File && filename === undefined ? value : new File([value], filename ?? value.name ?? 'blob', { type: value.type });
}

Object.assign(exports, { Blob, File, FormData });
