'use strict';

const log = require('internal/log');

const counts = new Map();
const timers = new Map();
let indent = '';

function write(level, args) {
  if (indent !== '' && args.length > 0) {
    const { format } = require('util');
    log.write(level, ['%s', format(...args).replace(/^/gm, indent)]);
  } else {
    log.write(level, args);
  }
}

function elapsed(label) {
  const started = timers.get(label);
  if (started === undefined) {
    write('WARN', [`Warning: No such label '${label}' for console.time()`]);
    return undefined;
  }
  const ms = (native.now() - started) / 1000;
  return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toPrecision(ms >= 100 ? 6 : 4))}ms`;
}

const console = {
  log: (...args) => write('INFO', args),
  info: (...args) => write('INFO', args),
  debug: (...args) => write('DEBUG', args),
  warn: (...args) => write('WARN', args),
  error: (...args) => write('ERROR', args),
  fatal: (...args) => write('FATAL', args),
  trace: (...args) => write('TRACE', args),
  dir: (value, options) => write('INFO', [require('util').inspect(value, { customInspect: false, ...options })]),
  dirxml: (...args) => write('INFO', args),
  assert(condition, ...args) {
    if (condition) return;
    const [first, ...rest] = args;
    if (typeof first === 'string') write('WARN', [`Assertion failed: ${first}`, ...rest]);
    else write('WARN', ['Assertion failed', ...args]);
  },
  count(label = 'default') {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    write('INFO', [`${label}: ${counts.get(label)}`]);
  },
  countReset: (label = 'default') => counts.delete(label),
  group(...args) {
    if (args.length > 0) write('INFO', args);
    indent += '  ';
  },
  groupCollapsed: (...args) => console.group(...args),
  groupEnd() {
    indent = indent.slice(2);
  },
  time: (label = 'default') => timers.set(label, native.now()),
  timeEnd(label = 'default') {
    const time = elapsed(label);
    if (time !== undefined) write('INFO', [`${label}: ${time}`]);
    timers.delete(label);
  },
  timeLog(label = 'default', ...args) {
    const time = elapsed(label);
    if (time !== undefined) write('INFO', [`${label}: ${time}`, ...args]);
  },
  table(data, columns) {
    write('INFO', [require('internal/table').render(data, columns)]);
  },
  clear() {},
};

class Console {
  constructor(options) {
    const stdout = options.stdout ?? options;
    const stderr = options.stderr ?? stdout;
    const { format } = require('util');
    const to = (stream) => (...args) => stream.write(`${format(...args)}\n`);
    Object.assign(this, console, {
      log: to(stdout), info: to(stdout), debug: to(stdout), dirxml: to(stdout),
      warn: to(stderr), error: to(stderr), trace: to(stderr),
    });
  }
}

Object.defineProperty(console, 'Console', { value: Console, configurable: true, writable: true });
module.exports = console;
