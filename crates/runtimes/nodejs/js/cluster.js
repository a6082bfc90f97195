'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['fork', 'setupPrimary']) {
  exports[name] = () => {
    throw notSupported(`cluster.${name}`);
  };
}
