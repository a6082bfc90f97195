'use strict';

const process = require('process');

module.exports = {
  EOL: '\n',
  devNull: '/dev/null',
  arch: () => process.arch,
  availableParallelism: () => 2,
  cpus: () => Array.from({ length: 2 }, () => ({ model: 'Intel(R) Xeon(R) Processor @ 2.50GHz', speed: 2500, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } })),
  endianness: () => 'LE',
  freemem: () => totalmem() >> 1,
  homedir: () => '/home/sbx_user1051',
  hostname: () => '169.254.17.5',
  loadavg: () => [0, 0, 0],
  machine: () => (process.arch === 'arm64' ? 'aarch64' : 'x86_64'),
  networkInterfaces: () => ({}),
  platform: () => 'linux',
  release: () => '5.10.240-257.959.amzn2.x86_64',
  tmpdir: () => '/tmp',
  totalmem,
  type: () => 'Linux',
  uptime: () => process.uptime(),
  userInfo: () => ({ uid: 993, gid: 990, username: 'sbx_user1051', homedir: '/home/sbx_user1051', shell: '/sbin/nologin' }),
  version: () => '#1 SMP',
  constants: { signals: { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 }, errno: {}, priority: {} },
};

function totalmem() {
  return Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 128) * 1048576;
}
