'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['connect', 'createServer', 'createSecureServer']) {
  exports[name] = () => {
    throw notSupported(`http2.${name}`);
  };
}
exports.constants = {};
