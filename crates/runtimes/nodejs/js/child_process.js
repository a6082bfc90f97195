'use strict';

const { notSupported } = require('internal/errors');

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  exports[name] = () => {
    throw notSupported(`child_process.${name}`);
  };
}
