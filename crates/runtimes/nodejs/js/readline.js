'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['createInterface']) {
  exports[name] = () => {
    throw notSupported(`readline.${name}`);
  };
}
