// Node's streams: reading, writing, both, and the ways to connect them.
'use strict';

const { Buffer } = require('buffer');
const EventEmitter = require('events');
const { nodeError } = require('internal/errors');
const { nextTick } = require('internal/loop');

class Stream extends EventEmitter {
  pipe(target, { end = true } = {}) {
    this.on('data', (chunk) => {
      if (target.write(chunk) === false) {
        this.pause?.();
        target.once('drain', () => this.resume?.());
      }
    });
    if (end) this.once('end', () => target.end());
    target.emit('pipe', this);
    return target;
  }
}

/** What readable and writable streams have in common: how they end before their time. */
const destroyable = {
  destroy(error) {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.errored = error ?? null;
    const finish = (failure) => nextTick(() => {
      if (failure) this.emit('error', failure);
      this.closed = true;
      this.emit('close');
    });
    if (this._destroy) this._destroy(error ?? null, (failure) => finish(failure ?? error));
    else finish(error);
    return this;
  },
  [Symbol.asyncDispose]() {
    this.destroy();
    return new Promise((resolve) => this.once('close', resolve));
  },
};

function initReadable(stream, options = {}) {
  stream._readable = {
    queue: [], ended: false, endEmitted: false, flowing: null, reading: false, pulling: false, decoder: null,
    objectMode: options.objectMode ?? options.readableObjectMode ?? false,
    highWaterMark: options.highWaterMark ?? options.readableHighWaterMark ?? (options.objectMode ? 16 : 65536),
  };
  stream.readable = true;
  if (options.encoding) stream.setEncoding(options.encoding);
  if (options.read) stream._read = options.read;
}

const readableMethods = {
  _read() {
    throw nodeError(Error, 'ERR_METHOD_NOT_IMPLEMENTED', 'The _read() method is not implemented');
  },
  push(chunk, encoding) {
    const state = this._readable;
    state.reading = false;
    if (chunk === null) {
      state.ended = true;
      const rest = state.decoder?.end();
      if (rest) state.queue.push(rest);
    } else {
      let item = chunk;
      if (!state.objectMode && typeof chunk === 'string') item = Buffer.from(chunk, encoding);
      else if (!state.objectMode && !Buffer.isBuffer(chunk)) item = Buffer.from(chunk);
      if (state.decoder !== null) item = state.decoder.write(item);
      if (state.objectMode || item.length > 0) state.queue.push(item);
    }
    schedule(this);
    return buffered(state) < state.highWaterMark;
  },
  unshift(chunk) {
    this._readable.queue.unshift(chunk);
    schedule(this);
  },
  read(size) {
    const state = this._readable;
    if (state.queue.length === 0) {
      fill(this);
      if (state.queue.length === 0) {
        if (state.ended) endReadable(this);
        return null;
      }
    }
    const chunk = takeChunk(state, size);
    if (state.ended && state.queue.length === 0) nextTick(endReadable, this);
    else fill(this);
    return chunk;
  },
  setEncoding(encoding) {
    const { StringDecoder } = require('string_decoder');
    this._readable.decoder = new StringDecoder(encoding);
    return this;
  },
  on(event, listener) {
    EventEmitter.prototype.on.call(this, event, listener);
    if (event === 'data' && this._readable.flowing !== false) this.resume();
    if (event === 'readable') {
      this._readable.flowing = false;
      schedule(this);
    }
    return this;
  },
  resume() {
    this._readable.flowing = true;
    schedule(this);
    return this;
  },
  pause() {
    this._readable.flowing = false;
    return this;
  },
  isPaused() {
    return this._readable.flowing === false;
  },
  unpipe() {
    this.removeAllListeners('data');
    return this;
  },
  async* [Symbol.asyncIterator]() {
    const waiting = [];
    const wake = () => waiting.splice(0).forEach((resolve) => resolve());
    let failure;
    this.on('readable', wake);
    this.on('end', wake);
    this.on('close', wake);
    this.on('error', (error) => {
      failure = error;
      wake();
    });
    try {
      for (;;) {
        if (failure !== undefined) throw failure;
        const chunk = this.destroyed ? null : this.read();
        if (chunk !== null) yield chunk;
        else if (this._readable.endEmitted || this.destroyed) return;
        else await new Promise((resolve) => waiting.push(resolve));
      }
    } finally {
      if (!this._readable.endEmitted) this.destroy();
    }
  },
  async toArray() {
    const items = [];
    for await (const item of this) items.push(item);
    return items;
  },
  map(callback) {
    const source = this;
    return Readable.from((async function* mapped() {
      for await (const item of source) yield await callback(item);
    })());
  },
  filter(callback) {
    const source = this;
    return Readable.from((async function* filtered() {
      for await (const item of source) if (await callback(item)) yield item;
    })());
  },
  async forEach(callback) {
    for await (const item of this) await callback(item);
  },
  async reduce(callback, initial) {
    let result = initial;
    for await (const item of this) result = result === undefined ? item : await callback(result, item);
    return result;
  },
};

const buffered = (state) => (state.objectMode ? state.queue.length : state.queue.reduce((sum, chunk) => sum + chunk.length, 0));

function takeChunk(state, size) {
  if (state.objectMode || size === undefined) {
    if (state.objectMode || state.queue.length === 1 || state.flowing) return state.queue.shift();
    const all = state.queue.splice(0);
    return typeof all[0] === 'string' ? all.join('') : Buffer.concat(all);
  }
  const all = state.queue.splice(0);
  const joined = typeof all[0] === 'string' ? all.join('') : Buffer.concat(all);
  if (joined.length < size && !state.ended) {
    state.queue.push(joined);
    return null;
  }
  if (joined.length > size) state.queue.push(joined.slice(size));
  return joined.slice(0, size);
}

/** Asks the source for more, if there is room. */
function fill(stream) {
  const state = stream._readable;
  if (state.ended || state.reading || stream.destroyed || buffered(state) >= state.highWaterMark) return;
  state.reading = true;
  try {
    stream._read(state.highWaterMark);
  } catch (error) {
    stream.destroy(error);
  }
}

function schedule(stream) {
  const state = stream._readable;
  if (state.pulling) return;
  state.pulling = true;
  nextTick(() => {
    state.pulling = false;
    flow(stream);
  });
}

function flow(stream) {
  const state = stream._readable;
  if (stream.destroyed) return;
  while (state.flowing && state.queue.length > 0) stream.emit('data', takeChunk(state));
  if (state.queue.length > 0 && state.flowing === false) stream.emit('readable');
  if (state.ended && state.queue.length === 0) {
    if (state.flowing) endReadable(stream);
    else if (state.flowing === false) {
      stream.emit('readable');
      endReadable(stream);
    }
    return;
  }
  if (state.flowing !== null) fill(stream);
}

function endReadable(stream) {
  const state = stream._readable;
  if (state.endEmitted || stream.destroyed) return;
  state.endEmitted = true;
  stream.readable = false;
  stream.readableEnded = true;
  stream.emit('end');
  if (stream._writable === undefined || stream.writableFinished) nextTick(() => stream.destroy());
}

class Readable extends Stream {
  constructor(options) {
    super();
    initReadable(this, options);
    initCommon(this, options);
  }
  static from(source, options = {}) {
    const single = typeof source === 'string' || source instanceof Uint8Array;
    const items = single ? [source] : source;
    const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]();
    return new Readable({
      objectMode: true,
      ...options,
      read() {
        Promise.resolve(iterator.next()).then(async ({ value, done }) => this.push(done ? null : await value)).catch((error) => this.destroy(error));
      },
      destroy(error, done) {
        Promise.resolve(iterator.return?.()).then(() => done(error), done);
      },
    });
  }
  static fromWeb(stream, options) {
    return Readable.from(stream, options);
  }
  static toWeb(stream) {
    return ReadableStream.from(stream);
  }
}
Object.assign(Readable.prototype, readableMethods, destroyable);

function initCommon(stream, options = {}) {
  stream.destroyed = false;
  stream.closed = false;
  stream.errored = null;
  if (options.destroy) stream._destroy = options.destroy;
  if (options.construct) options.construct.call(stream, (error) => error && stream.destroy(error));
  options.signal?.addEventListener('abort', () => stream.destroy(options.signal.reason));
}

function initWritable(stream, options = {}) {
  stream._writable = {
    queue: [], writing: false, ending: false, finished: false, needDrain: false, corked: 0, length: 0,
    objectMode: options.objectMode ?? options.writableObjectMode ?? false,
    decodeStrings: options.decodeStrings ?? true, autoDestroy: options.autoDestroy ?? true,
    highWaterMark: options.highWaterMark ?? options.writableHighWaterMark ?? (options.objectMode ? 16 : 65536),
  };
  stream.writable = true;
  stream.writableEnded = false;
  stream.writableFinished = false;
  for (const name of ['write', 'writev', 'final']) if (options[name]) stream[`_${name}`] = options[name];
}

const writableMethods = {
  _write(_chunk, _encoding, done) {
    if (this._writev) this._writev([{ chunk: _chunk, encoding: _encoding }], done);
    else done(nodeError(Error, 'ERR_METHOD_NOT_IMPLEMENTED', 'The _write() method is not implemented'));
  },
  write(chunk, encodingOrDone, callback) {
    const state = this._writable;
    const done = typeof encodingOrDone === 'function' ? encodingOrDone : callback ?? (() => {});
    let encoding = typeof encodingOrDone === 'string' ? encodingOrDone : 'utf8';
    if (state.ending || this.destroyed) {
      const error = state.ending ? nodeError(Error, 'ERR_STREAM_WRITE_AFTER_END', 'write after end') : nodeError(Error, 'ERR_STREAM_DESTROYED', 'Cannot call write after a stream was destroyed');
      nextTick(done, error);
      this.destroy(error);
      return false;
    }
    if (chunk === null) throw nodeError(TypeError, 'ERR_STREAM_NULL_VALUES', 'May not write null values to stream');
    let item = chunk;
    if (!state.objectMode) {
      if (typeof chunk === 'string' && state.decodeStrings) {
        item = Buffer.from(chunk, encoding);
        encoding = 'buffer';
      } else if (chunk instanceof Uint8Array) {
        item = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
        encoding = 'buffer';
      } else if (typeof chunk !== 'string') {
        throw require('internal/errors').invalidArgType('chunk', 'of type string or an instance of Buffer, TypedArray, or DataView', chunk);
      }
    }
    const size = state.objectMode ? 1 : item.length;
    state.length += size;
    state.queue.push({ chunk: item, encoding, done, size });
    writeNext(this);
    const room = state.length < state.highWaterMark;
    if (!room) state.needDrain = true;
    return room;
  },
  end(chunk, encodingOrDone, callback) {
    const done = [chunk, encodingOrDone, callback].find((arg) => typeof arg === 'function');
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') {
      this.write(chunk, typeof encodingOrDone === 'string' ? encodingOrDone : undefined);
    }
    if (done !== undefined) {
      if (this.writableFinished) nextTick(done);
      else this.once('finish', done);
    }
    this._writable.corked = 0;
    this._writable.ending = true;
    this.writableEnded = true;
    this.writable = false;
    writeNext(this);
    return this;
  },
  cork() {
    this._writable.corked += 1;
  },
  uncork() {
    if (this._writable.corked > 0) this._writable.corked -= 1;
    writeNext(this);
  },
  setDefaultEncoding() {
    return this;
  },
};

function writeNext(stream) {
  const state = stream._writable;
  if (state.writing || stream.destroyed || state.corked > 0) return;
  const entry = state.queue.shift();
  if (entry === undefined) {
    if (state.ending && !state.finished) finishWritable(stream);
    return;
  }
  state.writing = true;
  let synchronous = true;
  const finished = (error) => {
    state.writing = false;
    state.length -= entry.size;
    if (error) {
      nextTick(entry.done, error);
      stream.destroy(error);
      return;
    }
    const after = () => {
      entry.done(null);
      if (state.needDrain && state.length === 0 && !state.ending) {
        state.needDrain = false;
        stream.emit('drain');
      }
    };
    if (synchronous) nextTick(after);
    else after();
    writeNext(stream);
  };
  stream._write(entry.chunk, entry.encoding, finished);
  synchronous = false;
}

function finishWritable(stream) {
  const state = stream._writable;
  state.finished = true;
  const finish = (error) => {
    if (error) {
      stream.destroy(error);
      return;
    }
    nextTick(() => {
      stream.writableFinished = true;
      stream.emit('finish');
      if (state.autoDestroy && (stream._readable === undefined || stream._readable.endEmitted)) stream.destroy();
    });
  };
  if (stream._final) stream._final(finish);
  else finish();
}

class Writable extends Stream {
  constructor(options) {
    super();
    initWritable(this, options);
    initCommon(this, options);
  }
  static toWeb(stream) {
    return new WritableStream({
      write: (chunk) => new Promise((resolve, reject) => stream.write(chunk, (error) => (error ? reject(error) : resolve()))),
      close: () => new Promise((resolve) => stream.end(resolve)),
    });
  }
}
Object.assign(Writable.prototype, writableMethods, destroyable);

class Duplex extends Readable {
  constructor(options = {}) {
    super(options);
    initWritable(this, options);
  }
  static from(source) {
    return Readable.from(source);
  }
}
Object.assign(Duplex.prototype, writableMethods);
Object.defineProperty(Writable, Symbol.hasInstance, {
  value(instance) {
    return Function.prototype[Symbol.hasInstance].call(this, instance) || (this === Writable && instance instanceof Duplex);
  },
});

class Transform extends Duplex {
  constructor(options = {}) {
    super(options);
    if (options.transform) this._transform = options.transform;
    if (options.flush) this._flush = options.flush;
    this._pending = null;
  }
  _transform(_chunk, _encoding, done) {
    done(nodeError(Error, 'ERR_METHOD_NOT_IMPLEMENTED', 'The _transform() method is not implemented'));
  }
  _write(chunk, encoding, done) {
    this._transform(chunk, encoding, (error, output) => {
      if (error) {
        done(error);
        return;
      }
      if (output !== undefined && output !== null) this.push(output);
      if (buffered(this._readable) < this._readable.highWaterMark) done();
      else this._pending = done;
    });
  }
  _read() {
    const pending = this._pending;
    this._pending = null;
    pending?.();
  }
  _final(done) {
    const finish = (error, output) => {
      if (output !== undefined && output !== null) this.push(output);
      if (!error) this.push(null);
      done(error);
    };
    if (this._flush) this._flush(finish);
    else finish();
  }
}

class PassThrough extends Transform {
  _transform(chunk, _encoding, done) {
    done(null, chunk);
  }
}

/** Calls back once when a stream has ended or failed. */
function finished(stream, optionsOrCallback, callback) {
  const done = callback ?? optionsOrCallback;
  let over = false;
  const finish = (error) => {
    if (over) return;
    over = true;
    done(error);
  };
  const isDone = () => (stream._readable === undefined || stream._readable.endEmitted) && (stream._writable === undefined || stream.writableFinished);
  const check = () => isDone() && finish();
  stream.on('end', check);
  stream.on('finish', check);
  stream.on('error', finish);
  stream.on('close', () => {
    if (isDone()) finish();
    else finish(stream.errored ?? nodeError(Error, 'ERR_STREAM_PREMATURE_CLOSE', 'Premature close'));
  });
  if (isDone()) nextTick(check);
  return () => {
    over = true;
  };
}

function pipeline(...args) {
  const callback = typeof args.at(-1) === 'function' && args.length > 2 && !isGenerator(args.at(-1)) ? args.pop() : () => {};
  const parts = args.flat();
  const streams = [];
  for (const part of parts) {
    const previous = streams.at(-1);
    if (typeof part === 'function') streams.push(Readable.from(part(previous)));
    else if (part instanceof Stream) streams.push(part);
    else streams.push(Readable.from(part));
    if (previous !== undefined && typeof part !== 'function') previous.pipe(streams.at(-1));
  }
  let failed;
  let open = streams.length;
  const last = streams.at(-1);
  for (const stream of streams) {
    finished(stream, (error) => {
      open -= 1;
      if (error && failed === undefined) {
        failed = error;
        for (const other of streams) other.destroy?.();
        callback(error);
      } else if (failed === undefined && (open === 0 || stream === last)) {
        if (!last._done) callback(undefined);
        last._done = true;
      }
    });
  }
  if (typeof parts.at(-1) === 'function') last.resume();
  return last;
}

const isGenerator = (value) => /GeneratorFunction$/.test(Object.prototype.toString.call(value).slice(8, -1));

const promises = {
  finished: (stream, options) => new Promise((resolve, reject) => finished(stream, options ?? {}, (error) => (error ? reject(error) : resolve()))),
  pipeline: (...args) => new Promise((resolve, reject) => pipeline(...args, (error) => (error ? reject(error) : resolve()))),
};
pipeline[Symbol.for('nodejs.util.promisify.custom')] = promises.pipeline;
finished[Symbol.for('nodejs.util.promisify.custom')] = promises.finished;

/** Older code calls the constructors as functions. */
function callable(Type) {
  const proxy = new Proxy(Type, {
    apply(target, self, args) {
      const [options] = args;
      self.constructor ??= target;
      EventEmitter.init.call(self);
      if (target.prototype.read !== undefined) initReadable(self, options);
      if (target.prototype.write !== undefined) initWritable(self, options);
      initCommon(self, options);
      if (options?.transform) self._transform = options.transform;
      self._pending = null;
    },
  });
  return proxy;
}

module.exports = Object.assign(callable(Stream), {
  Stream: callable(Stream),
  Readable: callable(Readable),
  Writable: callable(Writable),
  Duplex: callable(Duplex),
  Transform: callable(Transform),
  PassThrough: callable(PassThrough),
  finished,
  pipeline,
  promises,
  addAbortSignal(signal, stream) {
    signal.addEventListener('abort', () => stream.destroy(signal.reason));
    return stream;
  },
  isReadable: (stream) => stream?.readable === true && !stream.destroyed,
  isErrored: (stream) => stream?.errored != null,
  getDefaultHighWaterMark: (objectMode) => (objectMode ? 16 : 65536),
});
