'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['runInContext', 'runInNewContext', 'createContext']) {
  exports[name] = () => {
    throw notSupported(`vm.${name}`);
  };
}
exports.runInThisContext = (source) => (0, eval)(source);
exports.isContext = () => false;
exports.Script = class Script {
  constructor(source) {
    this._source = source;
  }
  runInThisContext() {
    return exports.runInThisContext(this._source);
  }
};
