// The first module. It gets the table of all built-in modules as `require`, makes the globals, and
// exports the hooks by which Rust enters JavaScript (see src/engine.rs).
'use strict';

const sources = require;
const loaded = new Map();

/** Runs a built-in module once, and returns its exports. */
function requireBuiltin(name) {
  let builtin = loaded.get(name);
  if (builtin === undefined) {
    const source = sources[name];
    if (source === undefined) throw new Error(`No such built-in module: ${name}`);
    builtin = { id: name, exports: {} };
    loaded.set(name, builtin);
    source(builtin.exports, requireBuiltin, builtin, native);
  }
  return builtin.exports;
}

requireBuiltin.has = (name) => !name.startsWith('internal/') && Object.hasOwn(sources, name);
requireBuiltin.names = Object.keys(sources).filter((name) => !name.startsWith('internal/'));

requireBuiltin('internal/errors').install();
requireBuiltin('internal/globals');

const loop = requireBuiltin('internal/loop');
const loader = requireBuiltin('internal/loader');
loader.setBuiltins(requireBuiltin);

exports.start = () => requireBuiltin('internal/lambda').start();
exports.wake = loop.wake;
exports.settle = loop.settle;
exports.httpDone = requireBuiltin('internal/http').done;
exports.rejection = loop.rejection;
exports.uncaught = loop.uncaught;
exports.resolveModule = loader.resolveModule;
exports.loadModule = loader.loadModule;
exports.describeModule = loader.describeModule;
exports.moduleExports = loader.moduleExports;

// What most functions use is part of the snapshot; the rest runs when it is first required.
for (const name of [
  'internal/lambda', 'fs', 'path', 'os', 'url', 'assert', 'stream', 'querystring', 'http', 'https', 'zlib', 'async_hooks',
  'internal/aws/packages', 'internal/aws/pagination', 'internal/aws/lib-dynamodb', 'internal/aws/v2', 'internal/aws/rest',
]) requireBuiltin(name);
native.collectGarbage();
