// What a program finds in the global scope.
'use strict';

const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

define('global', globalThis);

const loop = require('internal/loop');
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'queueMicrotask']) {
  define(name, loop[name]);
}
loop.setTimeout[Symbol.for('nodejs.util.promisify.custom')] = (delay, value, options) => require('timers/promises').setTimeout(delay, value, options);
loop.setImmediate[Symbol.for('nodejs.util.promisify.custom')] = (value, options) => require('timers/promises').setImmediate(value, options);

define('Buffer', require('buffer').Buffer);
define('process', require('process'));
define('console', require('console'));

for (const module of ['internal/web/encoding', 'internal/web/events', 'internal/web/url', 'internal/web/clone', 'internal/web/streams', 'internal/web/blob', 'internal/web/fetch', 'internal/intl']) {
  for (const [name, value] of Object.entries(require(module))) define(name, value);
}
define('crypto', require('crypto').webcrypto);
define('CryptoKey', require('crypto').CryptoKey);
define('performance', require('perf_hooks').performance);
define('navigator', { hardwareConcurrency: 2, language: 'en-US', languages: ['en-US'], platform: 'linux', userAgent: 'Node.js/22' });
