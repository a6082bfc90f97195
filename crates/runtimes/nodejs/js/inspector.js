'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['open', 'close', 'url']) {
  exports[name] = () => {
    throw notSupported(`inspector.${name}`);
  };
}
