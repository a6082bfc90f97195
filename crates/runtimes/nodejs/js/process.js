'use strict';

const EventEmitter = require('events');
const log = require('internal/log');
const loop = require('internal/loop');

const VERSIONS = { 18: '18.20.8', 20: '20.19.5', 22: '22.20.0', 24: '24.9.0' };

class Process extends EventEmitter {}

const process = new Process();
module.exports = process;
Object.defineProperty(process, Symbol.toStringTag, { value: 'process', configurable: true });

let startedAt = 0;

/** Environment variables are always strings. */
const variables = {};
const env = new Proxy(variables, {
  set(target, name, value) {
    target[name] = String(value);
    return true;
  },
  defineProperty(target, name, descriptor) {
    return Reflect.defineProperty(target, name, {
      value: String(descriptor.value), writable: true, enumerable: true, configurable: true,
    });
  },
});

function setVersion(version) {
  process.version = `v${version}`;
  process.versions = { node: version, v8: '12.4.254.21-node.33', quickjs: 'ng', uv: '1.51.0', modules: '127' };
  process.release = { name: 'node', lts: 'Jod' };
}

/** A stream that ends in the function's log. */
function output(fd) {
  const stream = new EventEmitter();
  return Object.assign(stream, {
    fd,
    isTTY: false,
    writable: true,
    columns: 80,
    write(chunk, encoding, done) {
      const text = typeof chunk === 'string' ? chunk : native.decode(chunk, 'utf8');
      log.raw(text.replace(/\n$/, ''));
      const callback = typeof encoding === 'function' ? encoding : done;
      if (callback) loop.nextTick(callback);
      return true;
    },
    end(chunk) {
      if (chunk !== undefined) this.write(chunk);
    },
    cork() {},
    uncork() {},
    hasColors: () => false,
    getColorDepth: () => 1,
  });
}

function hrtime(previous) {
  const us = native.now() - startedAt;
  let seconds = Math.floor(us / 1e6);
  let nanoseconds = Math.round((us % 1e6) * 1000);
  if (previous !== undefined) {
    seconds -= previous[0];
    nanoseconds -= previous[1];
    if (nanoseconds < 0) {
      seconds -= 1;
      nanoseconds += 1e9;
    }
  }
  return [seconds, nanoseconds];
}
hrtime.bigint = () => BigInt(Math.round(native.now() - startedAt)) * 1000n;

function memoryUsage() {
  const rss = 64 << 20;
  return { rss, heapTotal: 16 << 20, heapUsed: 12 << 20, external: 2 << 20, arrayBuffers: 0 };
}
memoryUsage.rss = () => memoryUsage().rss;

setVersion(VERSIONS[22]);
Object.assign(process, {
  title: 'node',
  arch: 'x64',
  platform: 'linux',
  pid: 2,
  ppid: 1,
  argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'],
  argv0: '/var/lang/bin/node',
  execArgv: [],
  execPath: '/var/lang/bin/node',
  exitCode: undefined,
  config: { target_defaults: {}, variables: {} },
  features: { inspector: false, typescript: false },
  env,
  hrtime,
  memoryUsage,
  stdout: output(1),
  stderr: output(2),
  stdin: Object.assign(new EventEmitter(), { fd: 0, isTTY: false }),
  nextTick: loop.nextTick,
  cwd: () => env.LAMBDA_TASK_ROOT ?? '/var/task',
  chdir() {},
  umask: () => 0o22,
  uptime: () => (native.now() - startedAt) / 1e6,
  cpuUsage: () => ({ user: Math.round(native.now() - startedAt), system: 0 }),
  getuid: () => 993,
  geteuid: () => 993,
  getgid: () => 990,
  getegid: () => 990,
  kill() {
    throw require('internal/errors').notSupported('process.kill');
  },
  abort: () => native.exit(134),
  exit(code = process.exitCode ?? 0) {
    process.exitCode = code;
    process.emit('exit', code);
    native.exit(code);
  },
  emitWarning(warning, options, code) {
    const type = options?.type ?? (typeof options === 'string' ? options : 'Warning');
    const error = warning instanceof Error ? warning : Object.assign(new Error(warning), { name: type, code: options?.code ?? code });
    loop.nextTick(() => {
      log.raw(`(node:${process.pid}) ${error.code ? `[${error.code}] ` : ''}${error.name}: ${error.message}`);
      process.emit('warning', error);
    });
  },
  binding() {
    throw require('internal/errors').notSupported('process.binding');
  },
  getBuiltinModule: (name) => (require('module').isBuiltin(name) ? require(name.replace(/^node:/, '')) : undefined),
});

loop.setProcess(process);

/** The variables behind `env`, for the runtime itself: a proxy takes its time. */
Object.defineProperty(process, '_variables', { value: variables });

/** What is only known when a sandbox starts. */
Object.defineProperty(process, '_start', {
  value(entries) {
    startedAt = native.now();
    for (const entry of entries) {
      const equals = entry.indexOf('=');
      variables[entry.slice(0, equals)] = entry.slice(equals + 1);
    }
    const major = /nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV ?? '')?.[1];
    if (VERSIONS[major] !== undefined) setVersion(VERSIONS[major]);
    if (env.SAMLET_ARCHITECTURE === 'arm64') process.arch = 'arm64';
  },
});
