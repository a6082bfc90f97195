'use strict';

const loop = require('internal/loop');

/** A promise of `value` that `start` fulfils later, and that a signal can reject. */
function wait(start, stop, value, { signal, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const timer = start(() => resolve(value));
    if (!ref) timer.unref();
    signal?.addEventListener('abort', () => {
      stop(timer);
      reject(abortError(signal));
    }, { once: true });
  });
}

function abortError(signal) {
  return Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' });
}

exports.setTimeout = (delay, value, options) => wait((done) => loop.setTimeout(done, delay), loop.clearTimeout, value, options);
exports.setImmediate = (value, options) => wait(loop.setImmediate, loop.clearImmediate, value, options);
exports.setInterval = async function* setInterval(delay, value, options) {
  for (;;) yield await exports.setTimeout(delay, value, options);
};
exports.scheduler = {
  wait: (delay, options) => exports.setTimeout(delay, undefined, options),
  yield: () => exports.setImmediate(),
};
