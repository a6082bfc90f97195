import tools, { add, VERSION } from './tools.cjs';
import { createRequire } from 'node:module';
import * as namespace from './tools.cjs';

const require = createRequire(import.meta.url);
export const handler = async () => ({
  sum: add(1, 2), VERSION, same: tools === require('./tools.cjs'), names: Object.keys(namespace).sort(), cycle: require('./a.cjs'),
});
