// Web streams: what fetch bodies and small pipelines need.
'use strict';

class ReadableStreamDefaultReader {
  #stream;
  constructor(stream) {
    if (stream.locked) throw new TypeError('ReadableStream is locked');
    this.#stream = stream;
    stream.locked = true;
    this.closed = stream._closed;
  }
  read() {
    return this.#stream._pull();
  }
  releaseLock() {
    this.#stream.locked = false;
  }
  cancel(reason) {
    return this.#stream._cancel(reason);
  }
}

class ReadableStream {
  #queue = [];
  #waiting = [];
  #state = 'open';
  #error;
  #source;
  #controller;
  #pulling = false;
  #settle;
  constructor(source = {}) {
    this.locked = false;
    this.#source = source;
    Object.defineProperty(this, '_closed', { value: new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    }) });
    this._closed.catch(() => {});
    this.#controller = {
      enqueue: (chunk) => this.#push({ value: chunk, done: false }),
      close: () => this.#close(),
      error: (error) => this.#fail(error),
      get desiredSize() {
        return 1;
      },
    };
    Promise.resolve(source.start?.(this.#controller)).catch((error) => this.#fail(error));
  }
  static from(iterable) {
    const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]();
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }
  #push(item) {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve(item);
    else this.#queue.push(item);
  }
  #close() {
    this.#state = 'closed';
    this.#settle.resolve();
    for (const { resolve } of this.#waiting.splice(0)) resolve({ value: undefined, done: true });
  }
  #fail(error) {
    this.#state = 'errored';
    this.#error = error;
    this.#settle.reject(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
  _pull() {
    if (this.#queue.length > 0) return Promise.resolve(this.#queue.shift());
    if (this.#state === 'errored') return Promise.reject(this.#error);
    if (this.#state === 'closed') return Promise.resolve({ value: undefined, done: true });
    const result = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    this.#pullSource();
    return result;
  }
  #pullSource() {
    if (this.#pulling || this.#source.pull === undefined) return;
    this.#pulling = true;
    Promise.resolve(this.#source.pull(this.#controller)).then(() => {
      this.#pulling = false;
      if (this.#waiting.length > 0 && this.#state === 'open') this.#pullSource();
    }, (error) => this.#fail(error));
  }
  _cancel(reason) {
    this.#queue = [];
    this.#close();
    return Promise.resolve(this.#source.cancel?.(reason)).then(() => undefined);
  }
  getReader() {
    return new ReadableStreamDefaultReader(this);
  }
  cancel(reason) {
    return this._cancel(reason);
  }
  async pipeTo(writable) {
    const writer = writable.getWriter();
    for await (const chunk of this) await writer.write(chunk);
    await writer.close();
  }
  pipeThrough({ readable, writable }) {
    this.pipeTo(writable).catch((error) => writable.abort(error));
    return readable;
  }
  tee() {
    const reader = this.getReader();
    const branches = [];
    const read = async () => {
      const { value, done } = await reader.read();
      for (const branch of branches) {
        if (done) branch.close();
        else branch.enqueue(value);
      }
    };
    const make = () => new ReadableStream({ start: (controller) => branches.push(controller), pull: read });
    return [make(), make()];
  }
  values() {
    const reader = this.getReader();
    return {
      next: () => reader.read(),
      return: async () => {
        await reader.cancel();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
  [Symbol.asyncIterator]() {
    return this.values();
  }
}

class WritableStream {
  #sink;
  #controller = { error: () => {}, signal: undefined };
  #tail;
  constructor(sink = {}) {
    this.locked = false;
    this.#sink = sink;
    this.#tail = Promise.resolve(sink.start?.(this.#controller));
  }
  #then(action) {
    const result = this.#tail.then(action);
    this.#tail = result;
    return result;
  }
  getWriter() {
    this.locked = true;
    return {
      ready: Promise.resolve(),
      closed: this.#tail,
      desiredSize: 1,
      write: (chunk) => this.#then(() => this.#sink.write?.(chunk, this.#controller)),
      close: () => this.close(),
      abort: (reason) => this.abort(reason),
      releaseLock: () => {
        this.locked = false;
      },
    };
  }
  close() {
    return this.#then(() => this.#sink.close?.());
  }
  abort(reason) {
    return Promise.resolve(this.#sink.abort?.(reason));
  }
}

class TransformStream {
  constructor(transformer = {}) {
    let output;
    this.readable = new ReadableStream({
      start: (controller) => {
        output = Object.assign(controller, { terminate: () => controller.close() });
        return transformer.start?.(output);
      },
    });
    this.writable = new WritableStream({
      write: (chunk) => (transformer.transform ? transformer.transform(chunk, output) : output.enqueue(chunk)),
      close: async () => {
        await transformer.flush?.(output);
        output.close();
      },
      abort: (reason) => output.error(reason),
    });
  }
}

class TextDecoderStream extends TransformStream {
  constructor(label, options) {
    const decoder = new TextDecoder(label, options);
    super({
      transform: (chunk, controller) => controller.enqueue(decoder.decode(chunk, { stream: true })),
      flush: (controller) => controller.enqueue(decoder.decode()),
    });
  }
}

class TextEncoderStream extends TransformStream {
  constructor() {
    const encoder = new TextEncoder();
    super({ transform: (chunk, controller) => controller.enqueue(encoder.encode(chunk)) });
  }
}

Object.assign(exports, {
  ReadableStream, ReadableStreamDefaultReader, WritableStream, TransformStream, TextDecoderStream, TextEncoderStream,
});
