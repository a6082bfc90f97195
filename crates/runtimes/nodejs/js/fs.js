// The function's files, read-only, and a /tmp in memory.
'use strict';

const { Buffer } = require('buffer');
const { nextTick } = require('internal/loop');
const { Readable, Writable } = require('stream');
const path = require('path');

/** Files and folders below /tmp: bytes, or null for a folder. */
const written = new Map([['/tmp', { bytes: null, mtime: 0 }]]);

const ERRORS = {
  ENOENT: [-2, 'no such file or directory'], EEXIST: [-17, 'file already exists'], ENOTDIR: [-20, 'not a directory'],
  EISDIR: [-21, 'illegal operation on a directory'], EROFS: [-30, 'read-only file system'], ENOTEMPTY: [-39, 'directory not empty'],
  EBADF: [-9, 'bad file descriptor'], EINVAL: [-22, 'invalid argument'],
};

function fail(code, syscall, name, target) {
  const [errno, text] = ERRORS[code];
  const places = [name, target].filter((place) => place !== undefined).map((place) => `'${place}'`).join(' -> ');
  throw Object.assign(new Error(`${code}: ${text}, ${syscall}${places === '' ? '' : ` ${places}`}`), {
    errno, code, syscall, ...(name === undefined ? {} : { path: name }), ...(target === undefined ? {} : { dest: target }),
  });
}

function pathOf(name) {
  if (name instanceof URL) return require('url').fileURLToPath(name);
  if (Buffer.isBuffer(name)) return path.resolve(name.toString());
  if (typeof name !== 'string') {
    throw require('internal/errors').invalidArgType('path', 'of type string or an instance of Buffer or URL', name);
  }
  return path.resolve(name);
}

const isWritable = (full) => full === '/tmp' || full.startsWith('/tmp/');
const encodingOf = (options) => (typeof options === 'string' ? options : options?.encoding);

/** What stands at a path: `{ bytes }`, bytes being null for a folder; or nothing. */
function lookUp(full) {
  if (isWritable(full)) return written.get(full);
  if (full === '/dev/null') return { bytes: Buffer.alloc(0), mtime: 0 };
  const bytes = native.readFile(full);
  if (bytes != null) return { bytes, mtime: 0 };
  return full === '/' || native.listDirectory(full) != null ? { bytes: null, mtime: 0 } : undefined;
}

function namesIn(full) {
  const names = new Map();
  const prefix = full === '/' ? '/' : `${full}/`;
  if (!isWritable(full)) {
    for (const name of native.listDirectory(full) ?? []) names.set(name.replace(/\/$/, ''), name.endsWith('/'));
    if (full === '/') names.set('tmp', true);
  }
  for (const [one, { bytes }] of written) {
    const rest = one.startsWith(prefix) ? one.slice(prefix.length) : '';
    if (rest !== '' && !rest.includes('/')) names.set(rest, bytes === null);
  }
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Only /tmp can be written to, and only where a folder is. */
function checkWritable(full, syscall, name) {
  if (!isWritable(full)) fail('EROFS', syscall, name);
  const parent = written.get(path.dirname(full));
  if (full !== '/tmp' && parent === undefined) fail('ENOENT', syscall, name);
  if (full !== '/tmp' && parent.bytes !== null) fail('ENOTDIR', syscall, name);
}

const put = (full, bytes) => written.set(full, { bytes, mtime: Date.now() });

class Stats {
  constructor({ bytes, mtime }) {
    const time = new Date(mtime);
    Object.assign(this, {
      dev: 1, mode: bytes === null ? 0o40755 : 0o100644, nlink: 1, uid: 993, gid: 990, rdev: 0, blksize: 4096, ino: 1,
      size: bytes?.length ?? 4096, blocks: Math.ceil((bytes?.length ?? 4096) / 512),
      atimeMs: mtime, mtimeMs: mtime, ctimeMs: mtime, birthtimeMs: mtime, atime: time, mtime: time, ctime: time, birthtime: time,
    });
  }
  isFile() {
    return (this.mode & 0o100000) !== 0;
  }
  isDirectory() {
    return (this.mode & 0o40000) !== 0;
  }
  isSymbolicLink() {
    return false;
  }
  isFIFO() {
    return false;
  }
  isSocket() {
    return false;
  }
  isBlockDevice() {
    return false;
  }
  isCharacterDevice() {
    return false;
  }
}

class Dirent {
  constructor(name, parentPath, isFolder) {
    Object.assign(this, { name, parentPath, path: parentPath });
    Object.defineProperty(this, '_folder', { value: isFolder });
  }
  isFile() {
    return !this._folder;
  }
  isDirectory() {
    return this._folder;
  }
  isSymbolicLink() {
    return false;
  }
}

const descriptors = new Map();
let nextDescriptor = 20;

function descriptor(fd, syscall) {
  return descriptors.get(fd) ?? fail('EBADF', syscall);
}

const sync = {
  readFile(name, options) {
    const full = typeof name === 'number' ? descriptor(name, 'read').full : pathOf(name);
    const found = lookUp(full) ?? fail('ENOENT', 'open', name);
    if (found.bytes === null) fail('EISDIR', 'read');
    const encoding = encodingOf(options);
    const buffer = Buffer.from(found.bytes);
    return encoding ? buffer.toString(encoding) : buffer;
  },
  writeFile(name, data, options) {
    const full = typeof name === 'number' ? descriptor(name, 'write').full : pathOf(name);
    if (options?.flag?.startsWith('a')) {
      sync.appendFile(name, data, { ...options, flag: undefined });
      return;
    }
    checkWritable(full, 'open', name);
    const before = lookUp(full);
    if (before?.bytes === null) fail('EISDIR', 'open', name);
    if (options?.flag?.includes('x') && before !== undefined) fail('EEXIST', 'open', name);
    put(full, Buffer.from(typeof data === 'string' ? Buffer.from(data, encodingOf(options) ?? undefined) : data));
  },
  appendFile(name, data, options) {
    const before = lookUp(pathOf(name))?.bytes ?? Buffer.alloc(0);
    const more = typeof data === 'string' ? Buffer.from(data, encodingOf(options) ?? undefined) : data;
    sync.writeFile(name, Buffer.concat([before, more]));
  },
  exists(name) {
    try {
      return lookUp(pathOf(name)) !== undefined;
    } catch {
      return false;
    }
  },
  access(name, mode = 0) {
    const full = pathOf(name);
    if (lookUp(full) === undefined) fail('ENOENT', 'access', name);
    if ((mode & 2) !== 0 && !isWritable(full)) fail('EROFS', 'access', name);
  },
  stat(name, options) {
    const found = lookUp(pathOf(name));
    if (found === undefined && options?.throwIfNoEntry === false) return undefined;
    return new Stats(found ?? fail('ENOENT', 'stat', name));
  },
  readdir(name, options) {
    const full = pathOf(name);
    const found = lookUp(full) ?? fail('ENOENT', 'scandir', name);
    if (found.bytes !== null) fail('ENOTDIR', 'scandir', name);
    const entries = namesIn(full).flatMap(([child, isFolder]) => {
      const own = options?.withFileTypes ? new Dirent(child, full, isFolder) : child;
      if (!options?.recursive || !isFolder) return [own];
      const below = sync.readdir(`${full}/${child}`, options);
      return [own, ...below.map((one) => (typeof one === 'string' ? `${child}/${one}` : one))];
    });
    return entries;
  },
  mkdir(name, options) {
    const full = pathOf(name);
    const recursive = options?.recursive === true;
    if (lookUp(full) !== undefined) {
      if (!recursive) fail('EEXIST', 'mkdir', name);
      return undefined;
    }
    const parent = path.dirname(full);
    let first;
    if (recursive && lookUp(parent) === undefined) first = sync.mkdir(parent, options);
    checkWritable(full, 'mkdir', name);
    put(full, null);
    return recursive ? first ?? full : undefined;
  },
  mkdtemp(prefix) {
    const full = prefix + native.decode(native.random(3), 'hex');
    sync.mkdir(full);
    return full;
  },
  unlink(name) {
    const full = pathOf(name);
    const found = lookUp(full) ?? fail('ENOENT', 'unlink', name);
    checkWritable(full, 'unlink', name);
    if (found.bytes === null) fail('EISDIR', 'unlink', name);
    written.delete(full);
  },
  rmdir(name, options) {
    const full = pathOf(name);
    const found = lookUp(full) ?? fail('ENOENT', 'rmdir', name);
    checkWritable(full, 'rmdir', name);
    if (found.bytes !== null) fail('ENOTDIR', 'rmdir', name);
    if (options?.recursive) sync.rm(name, { recursive: true });
    else if (namesIn(full).length > 0) fail('ENOTEMPTY', 'rmdir', name);
    else written.delete(full);
  },
  rm(name, options) {
    const full = pathOf(name);
    const found = lookUp(full);
    if (found === undefined) {
      if (options?.force) return;
      fail('ENOENT', 'rm', name);
    }
    checkWritable(full, 'rm', name);
    if (found.bytes === null && !options?.recursive) fail('EISDIR', 'rm', name);
    for (const one of [...written.keys()]) if (one === full || one.startsWith(`${full}/`)) written.delete(one);
    written.has('/tmp') || put('/tmp', null);
  },
  rename(from, to) {
    const [source, target] = [pathOf(from), pathOf(to)];
    if (lookUp(source) === undefined) fail('ENOENT', 'rename', from, to);
    checkWritable(source, 'rename', from);
    checkWritable(target, 'rename', to);
    for (const [one, entry] of [...written]) {
      if (one !== source && !one.startsWith(`${source}/`)) continue;
      written.delete(one);
      written.set(target + one.slice(source.length), entry);
    }
  },
  copyFile(from, to) {
    sync.writeFile(to, sync.readFile(from));
  },
  truncate(name, length = 0) {
    const bytes = Buffer.alloc(length);
    sync.readFile(name).copy(bytes);
    sync.writeFile(name, bytes);
  },
  realpath(name) {
    const full = pathOf(name);
    if (lookUp(full) === undefined) fail('ENOENT', 'lstat', name);
    return full;
  },
  readlink(name) {
    return fail('EINVAL', 'readlink', name);
  },
  chmod(name) {
    checkWritable(pathOf(name), 'chmod', name);
  },
  utimes(name) {
    checkWritable(pathOf(name), 'utime', name);
  },
  open(name, flags = 'r') {
    const full = pathOf(name);
    const text = String(flags);
    if (text === 'r' || text === '0') {
      if (lookUp(full) === undefined) fail('ENOENT', 'open', name);
    } else if (text.startsWith('w') || lookUp(full) === undefined) sync.writeFile(name, Buffer.alloc(0), { flag: text });
    nextDescriptor += 1;
    descriptors.set(nextDescriptor, { full, position: text.startsWith('a') ? lookUp(full).bytes.length : 0 });
    return nextDescriptor;
  },
  close(fd) {
    descriptor(fd, 'close');
    descriptors.delete(fd);
  },
  read(fd, buffer, offset = 0, length = buffer.length - offset, position = null) {
    const open = descriptor(fd, 'read');
    const { bytes } = lookUp(open.full);
    const start = position ?? open.position;
    const part = bytes.subarray(start, start + length);
    buffer.set(part, offset);
    if (position === null) open.position += part.length;
    return part.length;
  },
  write(fd, data, offsetOrPosition, length, position) {
    if (fd === 1 || fd === 2) {
      const text = typeof data === 'string' ? data : native.decode(data, 'utf8');
      require('process').stdout.write(text);
      return text.length;
    }
    const open = descriptor(fd, 'write');
    const isText = typeof data === 'string';
    const part = isText ? Buffer.from(data) : data.subarray(offsetOrPosition ?? 0, (offsetOrPosition ?? 0) + (length ?? data.length));
    const start = (isText ? offsetOrPosition : position) ?? open.position;
    const before = lookUp(open.full).bytes;
    const after = Buffer.alloc(Math.max(before.length, start + part.length));
    after.set(before);
    after.set(part, start);
    put(open.full, after);
    open.position = start + part.length;
    return part.length;
  },
  fstat: (fd) => new Stats(lookUp(descriptor(fd, 'fstat').full)),
  fsync: (fd) => void descriptor(fd, 'fsync'),
};
sync.lstat = sync.stat;

const promises = { constants: undefined };
const fs = { promises, Stats, Dirent };

for (const [name, run] of Object.entries(sync)) {
  fs[`${name}Sync`] = run;
  promises[name] = async (...args) => run(...args);
  fs[name] = (...args) => {
    const callback = args.pop();
    if (typeof callback !== 'function') throw require('internal/errors').invalidArgType('cb', 'of type function', callback);
    let result;
    try {
      result = run(...args);
    } catch (error) {
      nextTick(callback, error);
      return;
    }
    if (name === 'read') nextTick(callback, null, result, args[1]);
    else nextTick(callback, null, result);
  };
}
fs.exists = (name, callback) => nextTick(callback, sync.exists(name));
fs.realpath.native = fs.realpath;
fs.realpathSync.native = fs.realpathSync;

promises.open = async (name, flags) => {
  const fd = sync.open(name, flags);
  const { full } = descriptors.get(fd);
  const close = async () => sync.close(fd);
  return {
    fd, close, [Symbol.asyncDispose]: close,
    readFile: async (options) => sync.readFile(full, options),
    writeFile: async (data, options) => sync.writeFile(full, data, options),
    appendFile: async (data, options) => sync.appendFile(full, data, options),
    stat: async () => sync.fstat(fd),
    read: async (buffer, ...rest) => ({ bytesRead: sync.read(fd, buffer, ...rest), buffer }),
    write: async (data, ...rest) => ({ bytesWritten: sync.write(fd, data, ...rest), buffer: data }),
  };
};

fs.createReadStream = (name, options = {}) => {
  const { start = 0, end = Infinity } = options;
  let bytes;
  const stream = new Readable({
    ...(typeof options === 'string' ? { encoding: options } : { encoding: options.encoding, highWaterMark: options.highWaterMark }),
    read(size) {
      try {
        bytes ??= sync.readFile(name).subarray(start, end + 1);
      } catch (error) {
        this.destroy(error);
        return;
      }
      const chunk = bytes.subarray(0, size);
      bytes = bytes.subarray(size);
      this.push(chunk.length === 0 ? null : chunk);
    },
  });
  nextTick(() => stream.emit('open', nextDescriptor));
  return Object.assign(stream, { path: name });
};

fs.createWriteStream = (name, options = {}) => {
  const flags = options.flags ?? 'w';
  if (!flags.startsWith('a')) sync.writeFile(name, Buffer.alloc(0));
  const stream = new Writable({
    write(chunk, _encoding, done) {
      sync.appendFile(name, chunk);
      stream.bytesWritten += chunk.length;
      done();
    },
  });
  nextTick(() => stream.emit('open', nextDescriptor));
  return Object.assign(stream, { path: name, bytesWritten: 0 });
};

fs.watch = fs.watchFile = fs.symlinkSync = fs.linkSync = () => {
  throw require('internal/errors').notSupported('this part of fs');
};
fs.constants = promises.constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, COPYFILE_EXCL: 1, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_TRUNC: 512, O_APPEND: 1024 };
Object.assign(fs, { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 });

module.exports = fs;
