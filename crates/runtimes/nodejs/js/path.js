'use strict';

const { invalidArgType } = require('internal/errors');

function check(value, name) {
  if (typeof value !== 'string') throw invalidArgType(name, 'of type string', value);
}

/** Resolves `.` and `..`; a relative path may begin with `..`. */
function collapse(path, absolute) {
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  return parts.join('/');
}

const path = {
  sep: '/',
  delimiter: ':',
  normalize(value) {
    check(value, 'path');
    const absolute = value.startsWith('/');
    const collapsed = collapse(value, absolute);
    const tail = value.endsWith('/') && collapsed !== '' ? '/' : '';
    if (collapsed === '') return absolute ? '/' : value.endsWith('/') ? './' : '.';
    return (absolute ? '/' : '') + collapsed + tail;
  },
  join(...parts) {
    parts.forEach((part) => check(part, 'path'));
    const joined = parts.filter((part) => part !== '').join('/');
    return joined === '' ? '.' : path.normalize(joined);
  },
  resolve(...parts) {
    let resolved = '';
    for (const part of [require('process').cwd(), ...parts]) {
      check(part, 'path');
      if (part === '') continue;
      resolved = part.startsWith('/') ? part : `${resolved}/${part}`;
    }
    return `/${collapse(resolved, true)}`;
  },
  isAbsolute(value) {
    check(value, 'path');
    return value.startsWith('/');
  },
  relative(from, to) {
    const [a, b] = [path.resolve(from), path.resolve(to)].map((value) => value.split('/').filter(Boolean));
    let common = 0;
    while (common < a.length && a[common] === b[common]) common += 1;
    return [...a.slice(common).map(() => '..'), ...b.slice(common)].join('/');
  },
  dirname(value) {
    check(value, 'path');
    const trimmed = value.replace(/\/+$/, '');
    const slash = trimmed.lastIndexOf('/');
    if (slash < 0) return trimmed === '' && value !== '' ? '/' : '.';
    return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
  },
  basename(value, suffix = '') {
    check(value, 'path');
    const trimmed = value.replace(/\/+$/, '');
    const base = trimmed.slice(trimmed.lastIndexOf('/') + 1);
    return suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base;
  },
  extname(value) {
    check(value, 'path');
    const base = path.basename(value);
    const dot = base.lastIndexOf('.');
    return dot <= 0 || base === '..' ? '' : base.slice(dot);
  },
  parse(value) {
    check(value, 'path');
    const root = value.startsWith('/') ? '/' : '';
    const base = path.basename(value);
    const ext = path.extname(value);
    const dir = value.includes('/') ? path.dirname(value) : '';
    return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
  },
  format({ root = '', dir, base, name = '', ext = '' }) {
    const file = base ?? name + (ext !== '' && !ext.startsWith('.') ? `.${ext}` : ext);
    const folder = dir ?? root;
    if (folder === '') return file;
    return folder === root ? folder + file : `${folder}/${file}`;
  },
  toNamespacedPath: (value) => value,
  matchesGlob() {
    throw require('internal/errors').notSupported('path.matchesGlob');
  },
};

path.posix = path;
module.exports = path;
