'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'reverse']) {
  exports[name] = () => {
    throw notSupported(`dns.${name}`);
  };
}

exports.promises = {
  lookup: async () => exports.lookup(),
  resolve: async () => exports.resolve(),
};
