// Node's resolution algorithm, over the files that the host shows.
'use strict';

/** Where `require` looks after the folders above a file: layers, first of all. */
const nodePath = () => (require('process').env.NODE_PATH ?? '/opt/nodejs/node_modules').split(':').filter((folder) => folder.startsWith('/'));

const packages = new Map();

const isFile = (path) => native.fileSize(path) != null;

/** Removes `.` and `..` from an absolute path. */
function normalize(path) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

const dirname = (path) => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** The package.json in a folder, or null. */
function readPackage(folder) {
  let found = packages.get(folder);
  if (found === undefined) {
    const path = folder === '/' ? '/package.json' : `${folder}/package.json`;
    const text = native.readText(path);
    try {
      found = text == null ? null : JSON.parse(text);
    } catch (error) {
      error.message = `Error parsing ${path}: ${error.message}`;
      throw error;
    }
    packages.set(folder, found);
  }
  return found;
}

/** The nearest package.json above a file, with its folder. */
function packageScope(path) {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (folder.endsWith('/node_modules')) return null;
    const found = readPackage(folder);
    if (found !== null) return { folder, content: found };
    if (folder === '/') return null;
  }
}

/** Whether a file is TypeScript: what stands for the code that a bundler makes of it. */
const isTypeScript = (path) => /\.[mc]?ts$/.test(path);

/** `module`, `commonjs` or `json`: how the file at a path is to be read. */
function formatOf(path) {
  if (path.endsWith('.mjs') || path.endsWith('.mts')) return 'module';
  if (path.endsWith('.cjs') || path.endsWith('.cts')) return 'commonjs';
  if (path.endsWith('.ts')) return /^\s*(import|export)\b(?!\s*\()/m.test(native.readText(path)) ? 'module' : 'commonjs';
  if (path.endsWith('.json')) return 'json';
  if (path.endsWith('.js') && packageScope(path)?.content.type === 'module') return 'module';
  return 'commonjs';
}

function asFile(path) {
  if (isFile(path)) return path;
  return ['.js', '.json', '.cjs'].map((extension) => path + extension).find(isFile);
}

/** A file as a bundler finds it for TypeScript: `./util` and `./util.js` both mean `./util.ts`. */
function asSource(path) {
  if (isFile(path)) return path;
  const stem = path.replace(/\.([mc]?)js$/, '.$1ts');
  if (stem !== path && isFile(stem)) return stem;
  return ['.ts', '.mts', '.cts', '.mjs', '/index.ts'].map((extension) => path + extension).find(isFile) ?? asFile(path) ?? asFolder(path);
}

function asFolder(path) {
  const main = readPackage(path)?.main;
  if (typeof main === 'string') {
    const target = normalize(`${path}/${main}`);
    const found = asFile(target) ?? asFile(`${target}/index`);
    if (found !== undefined) return found;
  }
  return asFile(`${path}/index`);
}

/** Finds the target of an `exports` or `imports` entry. */
function target(entry, conditions, star) {
  if (typeof entry === 'string') return star === undefined ? entry : entry.replaceAll('*', star);
  if (Array.isArray(entry)) {
    for (const one of entry) {
      const found = target(one, conditions, star);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (entry === null || typeof entry !== 'object') return undefined;
  for (const [condition, value] of Object.entries(entry)) {
    if (!conditions.has(condition)) continue;
    const found = target(value, conditions, star);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Matches a subpath against a map with patterns; the longest prefix wins. */
function matchSubpath(map, subpath, conditions) {
  if (Object.hasOwn(map, subpath) && !subpath.includes('*')) return target(map[subpath], conditions);
  let best;
  for (const pattern of Object.keys(map)) {
    const star = pattern.indexOf('*');
    if (star < 0) continue;
    const prefix = pattern.slice(0, star);
    const suffix = pattern.slice(star + 1);
    const fits = subpath.length >= pattern.length && subpath.startsWith(prefix) && subpath.endsWith(suffix);
    if (fits && (best === undefined || prefix.length > best.prefix.length)) best = { pattern, prefix, suffix };
  }
  if (best === undefined) return undefined;
  const star = subpath.slice(best.prefix.length, subpath.length - best.suffix.length);
  return target(map[best.pattern], conditions, star);
}

function conditionsFor(esm) {
  return new Set(['node', esm ? 'import' : 'require', 'default']);
}

function codedError(code, message) {
  return Object.assign(new Error(message), { code });
}

function fromExports(folder, content, subpath, esm) {
  const { exports: map } = content;
  const plain = typeof map === 'string' || Array.isArray(map) || Object.keys(map)[0]?.[0] !== '.';
  const found = matchSubpath(plain ? { '.': map } : map, subpath, conditionsFor(esm));
  if (found === undefined) {
    const shown = subpath === '.' ? 'No "exports" main defined' : `Package subpath '${subpath}' is not defined by "exports"`;
    throw codedError('ERR_PACKAGE_PATH_NOT_EXPORTED', `${shown} in ${folder}/package.json`);
  }
  return normalize(`${folder}/${found}`);
}

function splitPackage(specifier) {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return { name: parts.slice(0, length).join('/'), rest: parts.slice(length).join('/') };
}

function inNodeModules(specifier, folder, esm) {
  const { name, rest } = splitPackage(specifier);
  const roots = [];
  for (let at = folder; ; at = dirname(at)) {
    if (!at.endsWith('/node_modules')) roots.push(at === '/' ? '/node_modules' : `${at}/node_modules`);
    if (at === '/') break;
  }
  for (const root of [...roots, ...nodePath()]) {
    const found = inPackage(`${root}/${name}`, rest, esm);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inPackage(folder, rest, esm) {
  const content = readPackage(folder);
  if (content?.exports !== undefined && content.exports !== null) {
    return fromExports(folder, content, rest === '' ? '.' : `./${rest}`, esm);
  }
  if (rest === '') return asFolder(folder) ?? asFile(folder);
  const path = normalize(`${folder}/${rest}`);
  if (esm && isFile(path)) return path;
  return asFile(path) ?? asFolder(path);
}

/** A package may import itself by its own name, and its `#internal` names. */
function inOwnPackage(specifier, path, esm) {
  const scope = packageScope(path);
  if (scope === null) return undefined;
  const { folder, content } = scope;
  if (specifier.startsWith('#')) {
    return matchSubpath(content.imports ?? {}, specifier, conditionsFor(esm));
  }
  const { name, rest } = splitPackage(specifier);
  if (content.name !== name || content.exports === undefined) return undefined;
  return fromExports(folder, content, rest === '' ? '.' : `./${rest}`, esm);
}

/**
 * Resolves a specifier that is no built-in module's name, for the file at `path`.
 * Gives an absolute path, or undefined.
 */
exports.resolveFile = (specifier, path, esm) => {
  if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
    const full = normalize(specifier.startsWith('/') ? specifier : `${dirname(path)}/${specifier}`);
    if (isTypeScript(path)) return asSource(full);
    if (esm) return isFile(full) ? full : undefined;
    return (specifier.endsWith('/') ? undefined : asFile(full)) ?? asFolder(full);
  }
  const own = inOwnPackage(specifier, path, esm);
  if (specifier.startsWith('#')) {
    if (own === undefined || !own.startsWith('.')) return own && exports.resolveFile(own, path, esm);
    return normalize(`${packageScope(path).folder}/${own}`);
  }
  return own ?? inNodeModules(specifier, dirname(path), esm);
};

exports.codedError = codedError;
exports.dirname = dirname;
exports.formatOf = formatOf;
exports.isFile = isFile;
exports.isTypeScript = isTypeScript;
exports.normalize = normalize;
exports.packageScope = packageScope;
