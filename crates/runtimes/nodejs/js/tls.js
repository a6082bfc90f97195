'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['connect', 'createServer', 'createSecureContext']) {
  exports[name] = () => {
    throw notSupported(`tls.${name}`);
  };
}
