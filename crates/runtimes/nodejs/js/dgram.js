'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['createSocket']) {
  exports[name] = () => {
    throw notSupported(`dgram.${name}`);
  };
}
