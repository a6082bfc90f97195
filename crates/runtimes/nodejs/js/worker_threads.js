'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['Worker', 'MessageChannel', 'MessagePort', 'BroadcastChannel']) {
  exports[name] = () => {
    throw notSupported(`worker_threads.${name}`);
  };
}
exports.isMainThread = true;
exports.parentPort = null;
exports.workerData = null;
exports.threadId = 0;
