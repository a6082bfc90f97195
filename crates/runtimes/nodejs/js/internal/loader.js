// `require` and `import`: one registry of modules for both.
'use strict';

const { codedError, dirname, formatOf, isFile, isTypeScript, normalize, packageScope, resolveFile } = require('internal/resolve');

const RUNTIME = '/var/runtime/index.mjs';

let builtins;

exports.setBuiltins = (requireBuiltin) => {
  builtins = requireBuiltin;
};

/** The name of the built-in module that a specifier means, if any. */
function builtinName(specifier) {
  if (specifier.startsWith('node:')) {
    const name = specifier.slice(5);
    if (builtins.has(name)) return name;
    throw codedError('ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${specifier}`);
  }
  return builtins.has(specifier) ? specifier : undefined;
}

/** What Lambda's runtime brings along, and clients of AWS's that cannot run here as they are; a copy in the function's own package goes before. */
const isSdk = (name) => /^(@aws-sdk\/|@smithy\/|@amazon-dax-sdk\/|aws-sdk(\/|$)|aws-xray-sdk(-core)?$)/.test(name);

function sdkName(specifier) {
  return isSdk(specifier) && require('internal/aws/packages').define(specifier) ? specifier : undefined;
}

/** What a built-in module exports. */
function builtinExports(name) {
  return builtins.has(name) ? builtins(name) : require('internal/aws/packages').load(name);
}

/** Resolves a specifier to `{ builtin }` or `{ path }`; nothing if there is no such module. */
function resolve(specifier, from, esm) {
  const builtin = builtinName(specifier);
  if (builtin !== undefined) return { builtin };
  const path = resolveFile(specifier, from, esm);
  if (path !== undefined) {
    if (path.startsWith('node:')) return { builtin: builtinName(path) };
    return isFile(path) ? { path } : undefined;
  }
  const sdk = sdkName(specifier);
  return sdk === undefined ? undefined : { builtin: sdk };
}

// CommonJS

class Module {
  constructor(id, parent) {
    this.id = id;
    this.path = dirname(id);
    this.exports = {};
    this.filename = id;
    this.loaded = false;
    this.children = [];
    Object.defineProperty(this, 'parent', { value: parent, configurable: true, writable: true });
    parent?.children.push(this);
  }
  get paths() {
    const paths = [];
    for (let at = this.path; ; at = dirname(at)) {
      paths.push(at === '/' ? '/node_modules' : `${at}/node_modules`);
      if (at === '/') return paths;
    }
  }
  require(specifier) {
    return requireFrom(this, specifier);
  }
  _compile(source, filename) {
    const compiled = compile(source, filename);
    compiled.call(this.exports, this.exports, makeRequire(this), this, filename, dirname(filename));
  }
}

Module.Module = Module;
Module._cache = Object.create(null);
Module._extensions = { '.js': loadScript, '.json': loadJson };
Module.builtinModules = [];
Module.isBuiltin = (name) => {
  try {
    return builtinName(name) !== undefined;
  } catch {
    return false;
  }
};
Module.createRequire = (from) => {
  const path = String(from).startsWith('file:') ? pathOfUrl(String(from)) : String(from);
  return makeRequire(new Module(path, null));
};
Module._resolveFilename = (specifier, parent) => resolveRequire(specifier, parent ?? runtimeModule);
exports.Module = Module;

const runtimeModule = new Module(RUNTIME, null);
let mainModule;

function compile(source, filename) {
  const text = source.startsWith('#!') ? `//${source}` : source;
  try {
    return native.compile(text, filename);
  } catch (error) {
    throw error instanceof SyntaxError ? explainSyntaxError(error, text) : error;
  }
}

/** A file that would be a fine ECMAScript module deserves the message that says so. */
function explainSyntaxError(error, source) {
  const statement = /^\s*(import|export)\b(?!\s*\()/m.exec(source);
  if (statement === null || !native.parsesAsModule(source)) return error;
  const message = statement[1] === 'import' ? 'Cannot use import statement outside a module' : "Unexpected token 'export'";
  const better = new SyntaxError(message);
  better.stack = error.stack.replace(/^SyntaxError.*/, `SyntaxError: ${message}`);
  return better;
}

/** The JavaScript of a file. */
function sourceOf(path) {
  const text = native.readText(path);
  return isTypeScript(path) ? require('internal/typescript').toJavaScript(text, path, formatOf(path) === 'module') : text;
}

function loadScript(module, path) {
  module._compile(sourceOf(path), path);
}

function loadJson(module, path) {
  try {
    module.exports = JSON.parse(native.readText(path).replace(/^\uFEFF/, ''));
  } catch (error) {
    error.message = `${path}: ${error.message}`;
    throw error;
  }
}

function notFound(specifier, parent) {
  const stack = [];
  for (let at = parent; at; at = at.parent) stack.push(at.id);
  if (!stack.includes(RUNTIME)) stack.push(RUNTIME);
  const error = codedError('MODULE_NOT_FOUND', `Cannot find module '${specifier}'\nRequire stack:\n- ${stack.join('\n- ')}`);
  error.requireStack = stack;
  return error;
}

function resolveRequire(specifier, parent) {
  const found = resolve(specifier, parent.filename, false);
  if (found === undefined) throw notFound(specifier, parent);
  return found.path ?? (specifier.startsWith('node:') ? specifier : found.builtin);
}

function requireFrom(parent, specifier) {
  if (typeof specifier !== 'string') {
    throw require('internal/errors').invalidArgType('id', 'of type string', specifier);
  }
  const found = resolve(specifier, parent.filename, false);
  if (found === undefined) throw notFound(specifier, parent);
  if (found.builtin !== undefined) return builtinExports(found.builtin);
  return loadCommonJs(found.path, parent);
}

function loadCommonJs(path, parent) {
  const cached = Module._cache[path];
  if (cached !== undefined) return cached.exports;
  const format = formatOf(path);
  if (format === 'module') return requireModule(path);
  const module = new Module(path, parent);
  mainModule ??= module;
  Module._cache[path] = module;
  try {
    if (path.endsWith('.node')) throw codedError('ERR_DLOPEN_FAILED', `${path}: native add-ons cannot run here`);
    Module._extensions[format === 'json' ? '.json' : '.js'](module, path);
    module.loaded = true;
  } catch (error) {
    delete Module._cache[path];
    throw error;
  }
  return module.exports;
}

/** Lambda turns `require` of ECMAScript modules off. */
function requireModule(path) {
  throw codedError('ERR_REQUIRE_ESM', `require() of ES Module ${path} not supported.\nInstead change the require of ${path} to a dynamic import() which is available in all CommonJS modules.`);
}

function makeRequire(module) {
  const require = (specifier) => requireFrom(module, specifier);
  require.resolve = (specifier) => resolveRequire(specifier, module);
  require.resolve.paths = () => module.paths;
  require.cache = Module._cache;
  require.main = mainModule;
  require.extensions = Module._extensions;
  return require;
}

// ECMAScript modules

const pathOfUrl = (url) => decodeURIComponent(url.replace(/^file:\/\//, '').replace(/[?#].*$/, ''));
const urlOfPath = (path) => `file://${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`;

exports.pathOfUrl = pathOfUrl;
exports.urlOfPath = urlOfPath;

/** The URL of the module that a specifier means. `base` is the importing module's name. */
exports.resolveModule = (specifier, base) => {
  const from = base.startsWith('/') ? base : base.startsWith('file:') ? pathOfUrl(base) : RUNTIME;
  const query = /[?#].*$/.exec(specifier)?.[0] ?? '';
  const bare = specifier.startsWith('#') ? specifier : specifier.slice(0, specifier.length - query.length);
  if (bare.startsWith('data:')) return specifier;
  const wanted = bare.startsWith('file:') ? pathOfUrl(bare) : /^\.{0,2}\//.test(bare) ? decodeURIComponent(bare) : bare;
  const found = resolve(wanted, from, true);
  if (found === undefined) {
    const isPath = /^\.{0,2}\//.test(wanted);
    const shown = isPath ? `module '${normalize(wanted.startsWith('/') ? wanted : `${dirname(from)}/${wanted}`)}'` : `package '${wanted.split('/').slice(0, wanted.startsWith('@') ? 2 : 1).join('/')}'`;
    throw codedError('ERR_MODULE_NOT_FOUND', `Cannot find ${shown} imported from ${from}`);
  }
  // A package of the SDK is one module for each importer: see `namesFor`.
  if (found.builtin !== undefined) return isSdk(found.builtin) ? `${found.builtin}#${from}` : `node:${found.builtin}`;
  return urlOfPath(found.path) + (isTypeScript(from) && formatOf(found.path) !== 'module' ? BUNDLED : query);
};

/** Marks what TypeScript imports that is no ECMAScript module: bundlers read JSON as it is, and see `__esModule`. */
const BUNDLED = '?bundled';

/**
 * The names that each module without a source was declared with, by its URL. They are not asked for
 * again: a package that answers to every name has more of them by the time the module is evaluated.
 */
const declared = new Map();

/** What stands at a URL: the source of an ECMAScript module, or the names that another exports. */
exports.loadModule = (url, type) => {
  const loaded = load(url, type);
  if (loaded.names !== undefined) declared.set(url, loaded.names);
  return loaded;
};

function load(url, type) {
  if (url.startsWith('data:')) return { source: decodeURIComponent(url.slice(url.indexOf(',') + 1)) };
  if (!url.startsWith('file:')) return { names: builtinNames(url) };
  const path = pathOfUrl(url);
  const format = formatOf(path);
  if (format === 'module') return { source: sourceOf(path) };
  if (format === 'json' && url.endsWith(BUNDLED)) return { names: exportNames(loadCommonJs(path, runtimeModule)) };
  if (format === 'json' && type !== 'json') {
    throw Object.assign(new TypeError(`Module "${url}" needs an import attribute of "type: json"`), { code: 'ERR_IMPORT_ATTRIBUTE_MISSING' });
  }
  if (format === 'json') {
    loadCommonJs(path, runtimeModule);
    return { names: ['default'] };
  }
  return { names: exportNames(loadCommonJs(path, runtimeModule)) };
}

function builtinNames(url) {
  const [name, importer] = url.replace(/^node:/, '').split('#');
  const exported = builtinExports(name);
  // Some members of built-in objects are not enumerable, such as `Console` of `console`.
  const own = builtins.has(name) && typeof exported === 'object' ? Object.getOwnPropertyNames(exported) : [];
  const names = [...new Set([...exportNames(exported), ...own])];
  if (importer === undefined) return names;
  const wanted = require('internal/aws/packages').namesFor(name, native.readText(importer) ?? '');
  return [...new Set([...names, ...wanted])];
}

function exportNames(exported) {
  const names = new Set(['default']);
  if (exported !== null && (typeof exported === 'object' || typeof exported === 'function')) {
    for (const name in exported) names.add(name);
    names.add('module.exports');
  }
  return [...names];
}

/** The values of the names that `loadModule` gave. */
exports.moduleExports = (url) => {
  if (url.endsWith('.json')) return { default: Module._cache[pathOfUrl(url)].exports };
  const isFileUrl = url.startsWith('file:');
  const exported = isFileUrl ? Module._cache[pathOfUrl(url)].exports : builtinExports(url.replace(/^node:/, '').replace(/#.*/, ''));
  const values = {};
  for (const name of declared.get(url)) values[name] = exported?.[name];
  // Node's view of CommonJS: the default export is the whole of `module.exports`.
  values.default = url.endsWith(BUNDLED) && exported?.__esModule ? exported.default : exported;
  if ('module.exports' in values) values['module.exports'] = exported;
  return values;
};

exports.describeModule = (meta, url) => {
  meta.url = url;
  if (!url.startsWith('file:')) return;
  meta.filename = pathOfUrl(url);
  meta.dirname = dirname(meta.filename);
  meta.resolve = (specifier) => exports.resolveModule(specifier, url);
  if (isTypeScript(meta.filename)) meta.require = makeRequire(new Module(meta.filename, null));
};

// The handler

/** Loads a handler's file as Lambda's runtime looks for it. */
exports.loadHandlerModule = async (root, file) => {
  const path = normalize(`${root}/${file}`);
  if (isFile(`${path}.js`) || isFile(path)) {
    const script = isFile(`${path}.js`) ? `${path}.js` : path;
    if (formatOf(script) === 'module') return native.import(urlOfPath(script));
    return loadCommonJs(script, runtimeModule);
  }
  if (isFile(`${path}.mjs`)) return native.import(urlOfPath(`${path}.mjs`));
  if (isFile(`${path}.cjs`)) return loadCommonJs(`${path}.cjs`, runtimeModule);
  const typed = ['.ts', '.mts', '.cts'].map((extension) => path + extension).find(isFile);
  if (typed !== undefined) return formatOf(typed) === 'module' ? native.import(urlOfPath(typed)) : loadCommonJs(typed, runtimeModule);
  const found = resolve(`${root}/${file}`, RUNTIME, false) ?? resolve(file, `${root}/index.js`, false);
  if (found?.path === undefined) throw notFound(file, runtimeModule);
  return loadCommonJs(found.path, runtimeModule);
};

exports.packageScope = packageScope;
