'use strict';

const EventEmitter = require('events');
const { StringDecoder } = require('string_decoder');

/** The lines of a stream. Nobody types here. */
class Interface extends EventEmitter {
  constructor(input, output) {
    super();
    const options = input?.input === undefined ? { input, output } : input;
    Object.assign(this, { input: options.input, output: options.output, terminal: false, line: '', closed: false });
    const decoder = new StringDecoder('utf8');
    const read = (text) => {
      const lines = (this.line + text).split(/\r\n|\n|\r(?!$)/);
      this.line = lines.pop();
      for (const line of lines) this.emit('line', line);
    };
    this._onData = (chunk) => read(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    this._onEnd = () => {
      read(decoder.end());
      const last = this.line.replace(/\r$/, '');
      this.line = '';
      if (last !== '') this.emit('line', last);
      this.close();
    };
    this.input?.on('data', this._onData);
    this.input?.on('end', this._onEnd);
    this.input?.resume?.();
  }
  close() {
    if (this.closed) return;
    this.closed = true;
    this.input?.off('data', this._onData);
    this.input?.off('end', this._onEnd);
    this.emit('close');
  }
  pause() {
    this.input?.pause?.();
    this.emit('pause');
    return this;
  }
  resume() {
    this.input?.resume?.();
    this.emit('resume');
    return this;
  }
  write(text) {
    this.output?.write(text);
  }
  setPrompt() {}
  prompt() {}
  question(text, ...rest) {
    this.write(text);
    this.once('line', rest.at(-1));
  }
  async* [Symbol.asyncIterator]() {
    const lines = [];
    let wake = () => {};
    let failure;
    const next = () => wake();
    this.on('line', (line) => {
      lines.push(line);
      next();
    });
    this.once('close', next);
    this.input?.once('error', (error) => {
      failure = error;
      next();
    });
    for (;;) {
      while (lines.length > 0) yield lines.shift();
      if (failure !== undefined) throw failure;
      if (this.closed) return;
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
  }
}

exports.Interface = Interface;
exports.createInterface = (input, output) => new Interface(input, output);
for (const name of ['clearLine', 'clearScreenDown', 'cursorTo', 'moveCursor', 'emitKeypressEvents']) exports[name] = () => true;
Object.defineProperty(exports, 'promises', { enumerable: true, get: () => require('readline/promises') });
