// There are no names but AWS's, and those are the host's to find.
'use strict';

const { nextTick } = require('internal/loop');

const QUERIES = {
  resolve: 'queryA', resolve4: 'queryA', resolve6: 'queryAaaa', resolveAny: 'queryAny', resolveCname: 'queryCname', resolveMx: 'queryMx',
  resolveNs: 'queryNs', resolveSrv: 'querySrv', resolveTxt: 'queryTxt', reverse: 'getHostByAddr', lookup: 'getaddrinfo',
};

function notFound(syscall, hostname) {
  return Object.assign(new Error(`${syscall} ENOTFOUND ${hostname}`), { errno: syscall === 'getaddrinfo' ? -3008 : undefined, code: 'ENOTFOUND', syscall, hostname });
}

exports.promises = { setServers() {}, getServers: () => [] };
for (const [name, syscall] of Object.entries(QUERIES)) {
  exports[name] = (hostname, ...rest) => nextTick(rest.at(-1), notFound(syscall, hostname));
  exports.promises[name] = async (hostname) => {
    throw notFound(syscall, hostname);
  };
}
exports.setServers = () => {};
exports.getServers = () => [];
exports.setDefaultResultOrder = () => {};
exports.getDefaultResultOrder = () => 'verbatim';
exports.Resolver = class Resolver {
  constructor() {
    Object.assign(this, exports);
  }
};
exports.promises.Resolver = class Resolver {
  constructor() {
    Object.assign(this, exports.promises);
  }
};
Object.assign(exports, { ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8, NODATA: 'ENODATA', NOTFOUND: 'ENOTFOUND' });
