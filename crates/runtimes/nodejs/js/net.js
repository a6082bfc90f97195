'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['connect', 'createConnection', 'createServer']) {
  exports[name] = () => {
    throw notSupported(`net.${name}`);
  };
}

class Socket {
  constructor() {
    throw notSupported('net.Socket');
  }
}

exports.Socket = Socket;
exports.isIPv4 = (text) => /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text);
exports.isIPv6 = (text) => /^[\da-f:]+(\.\d+){0,3}$/i.test(text) && text.includes(':');
exports.isIP = (text) => (exports.isIPv4(text) ? 4 : exports.isIPv6(text) ? 6 : 0);
