'use strict';

const net = require('net');
const { notSupported } = require('internal/errors');

class TLSSocket extends net.Socket {
  constructor(_socket, options) {
    super(options);
    Object.assign(this, { encrypted: true, authorized: false });
  }
}

exports.TLSSocket = TLSSocket;
exports.connect = (...args) => new TLSSocket().connect(...args);
exports.createSecureContext = () => ({ context: {} });
exports.createServer = () => {
  throw notSupported('tls.createServer');
};
exports.checkServerIdentity = () => undefined;
exports.getCiphers = () => [];
exports.rootCertificates = [];
Object.assign(exports, { DEFAULT_MIN_VERSION: 'TLSv1.2', DEFAULT_MAX_VERSION: 'TLSv1.3', DEFAULT_ECDH_CURVE: 'auto' });
