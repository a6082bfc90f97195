// URL and URLSearchParams
'use strict';

const { nodeError } = require('internal/errors');

const DEFAULT_PORTS = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443', 'ftp:': '21', 'file:': '' };
const isSpecial = (protocol) => Object.hasOwn(DEFAULT_PORTS, protocol);

/** Percent-encodes the characters of a text that a pattern finds, and all beyond ASCII. */
function percentEncode(text, pattern) {
  return text.replace(pattern, (c) => {
    const bytes = native.encode(c.toWellFormed(), 'utf8');
    return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  });
}

const IN_PATH = /[^\u0021\u0024-\u003b\u003d\u0040-\u005d\u005f\u0061-\u007a\u007c\u007e%]/gu;
const IN_QUERY = /[^\u0021\u0024-\u003b\u003d\u003f-\u007e%]/gu;
const IN_SPECIAL_QUERY = /[^\u0021\u0024-\u0026\u0028-\u003b\u003d\u003f-\u007e%]/gu;
const IN_FRAGMENT = /[^\u0021\u0023-\u003b\u003d\u003f-\u005f\u0061-\u007e%]/gu;
const IN_USERINFO = /[^\u0021\u0024-\u002e\u0030-\u0039\u0041-\u005a\u005f\u0061-\u007a\u007e%]/gu;

function parseHost(text, special) {
  if (text.startsWith('[')) {
    if (!text.endsWith(']')) return undefined;
    return text.toLowerCase();
  }
  if (!special) return /[\0\t\n\r #/<>?@[\\\]^|]/.test(text) ? undefined : percentEncode(text, /[^\u0020-\u007e]/gu);
  let host;
  try {
    host = decodeURIComponent(text).toLowerCase();
  } catch {
    return undefined;
  }
  if (host === '' || /[\0-\u0020"#%/:<>?@[\\\]^`{|}\u007f]/.test(host)) return undefined;
  return /^[\d.]+$|0x/.test(host) ? parseIpv4(host) : host;
}

function parseIpv4(host) {
  const parts = host.replace(/\.$/, '').split('.');
  if (!/^(\d+|0x[\da-f]*)$/.test(parts.at(-1))) return host;
  if (parts.length > 4) return undefined;
  const numbers = parts.map((part) => (/^0\d+$/.test(part) ? parseInt(part, 8) : part === '' ? NaN : Number(part)));
  const last = numbers.pop();
  if ([...numbers, last].some(Number.isNaN) || numbers.some((n) => n > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  let value = last;
  numbers.forEach((n, index) => {
    value += n * 256 ** (3 - index);
  });
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

function normalizePath(path, special) {
  const output = [];
  const parts = (special ? path.replaceAll('\\', '/') : path).split('/').slice(1);
  parts.forEach((part, index) => {
    const lower = part.toLowerCase().replaceAll('%2e', '.');
    const last = index === parts.length - 1;
    if (lower === '..') {
      output.pop();
      if (last) output.push('');
    } else if (lower === '.') {
      if (last) output.push('');
    } else output.push(percentEncode(part, IN_PATH));
  });
  return `/${output.join('/')}`;
}

/** Parses into the parts that `URL` keeps; undefined if it cannot. */
function parse(input, base) {
  const text = input.trim().replace(/[\t\n\r]/g, '');
  const scheme = /^([a-zA-Z][a-zA-Z\d+.-]*):/.exec(text);
  if (scheme !== null) {
    const protocol = scheme[0].toLowerCase();
    const rest = text.slice(protocol.length);
    const relativeToBase = base !== undefined && isSpecial(protocol) && protocol === base.protocol && !/^[/\\]/.test(rest);
    if (!relativeToBase) return parseAbsolute(protocol, rest);
    return parseRelative(rest, base);
  }
  if (base === undefined) return undefined;
  return parseRelative(text, base);
}

function splitTail(text) {
  const [, main, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text);
  return { main, query, fragment };
}

function tail(query, fragment, special) {
  const encodedQuery = query === undefined ? '' : percentEncode(query, special ? IN_SPECIAL_QUERY : IN_QUERY);
  const encodedFragment = fragment === undefined ? '' : percentEncode(fragment, IN_FRAGMENT).replace('%23', '#');
  return { search: encodedQuery === '?' ? '' : encodedQuery, hash: encodedFragment === '#' ? '' : encodedFragment };
}

function parseAbsolute(protocol, rest) {
  const special = isSpecial(protocol);
  const { main, query, fragment } = splitTail(rest);
  const ends = tail(query, fragment, special);
  const blank = { protocol, username: '', password: '', hostname: '', port: '', opaque: false };
  if (!special && !main.startsWith('/')) {
    return { ...blank, ...ends, opaque: true, pathname: percentEncode(main, /[^\u0020-\u007e]/gu) };
  }
  if (!special && !main.startsWith('//')) return { ...blank, ...ends, pathname: normalizePath(main, false) };
  const slashes = special ? main.replace(/^[/\\]*/, '') : main.slice(2);
  if (protocol === 'file:') {
    const path = /^[/\\]{2}[^/\\]/.test(main) ? main.replace(/^[/\\]{2}[^/\\]*/, '') : main.replace(/^[/\\]*/, '/');
    return { ...blank, ...ends, pathname: normalizePath(path === '' ? '/' : path, true) };
  }
  const end = slashes.search(special ? /[/\\]/ : /\//);
  const authority = parseAuthority(end < 0 ? slashes : slashes.slice(0, end), protocol);
  if (authority === undefined) return undefined;
  const path = end < 0 ? '' : slashes.slice(end);
  return { ...blank, ...ends, ...authority, pathname: path === '' && !special ? '' : normalizePath(path === '' ? '/' : path, special) };
}

function parseAuthority(text, protocol) {
  const at = text.lastIndexOf('@');
  const [username, ...password] = at < 0 ? [''] : text.slice(0, at).split(':');
  const [, name, port] = /^(.*?)(?::(\d*))?$/s.exec(text.slice(at + 1));
  if (/:[^\]]*$/.test(name) || Number(port ?? 0) > 65535) return undefined;
  const hostname = parseHost(name, isSpecial(protocol));
  if (hostname === undefined) return undefined;
  const number = port === undefined || port === '' ? '' : String(Number(port));
  return {
    username: percentEncode(username, IN_USERINFO),
    password: percentEncode(password.join(':'), IN_USERINFO),
    hostname,
    port: number === DEFAULT_PORTS[protocol] ? '' : number,
  };
}

function parseRelative(text, base) {
  const special = isSpecial(base.protocol);
  if (base.opaque) return text.startsWith('#') ? { ...base, ...tail(undefined, text, special), search: base.search } : undefined;
  if (/^\/\//.test(text) || (special && /^[/\\]{2}/.test(text))) return parseAbsolute(base.protocol, text);
  const { main, query, fragment } = splitTail(text);
  const ends = tail(query, fragment, special);
  if (main === '') return { ...base, search: query === undefined ? base.search : ends.search, hash: ends.hash };
  const absolute = main.startsWith('/') || (special && main.startsWith('\\'));
  const path = absolute ? main : base.pathname.replace(/[^/]*$/, '') + main;
  return { ...base, ...ends, pathname: normalizePath(path.startsWith('/') ? path : `/${path}`, special) };
}

function serialize(parts) {
  const { protocol, username, password, hostname, port, pathname, search, hash, opaque } = parts;
  if (opaque) return protocol + pathname + search + hash;
  const hasAuthority = hostname !== '' || isSpecial(protocol);
  const user = username === '' && password === '' ? '' : `${username}${password === '' ? '' : `:${password}`}@`;
  const authority = hasAuthority ? `//${user}${hostname}${port === '' ? '' : `:${port}`}` : '';
  return protocol + authority + pathname + search + hash;
}

function invalidUrl(input, base) {
  return nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL', base === undefined ? { input } : { input, base });
}

class URL {
  #parts;
  #params;
  constructor(input, base) {
    if (arguments.length === 0) throw nodeError(TypeError, 'ERR_MISSING_ARGS', 'The "url" argument must be specified');
    const parsedBase = base === undefined ? undefined : parse(String(base));
    const failed = base !== undefined && parsedBase === undefined;
    this.#parts = failed ? undefined : parse(String(input), parsedBase);
    if (this.#parts === undefined) throw invalidUrl(String(input), base === undefined ? undefined : String(base));
  }
  static canParse(input, base) {
    return URL.parse(input, base) !== null;
  }
  static parse(input, base) {
    try {
      return new URL(input, base);
    } catch {
      return null;
    }
  }
  get href() {
    return serialize(this.#parts);
  }
  set href(value) {
    const parts = parse(String(value));
    if (parts === undefined) throw invalidUrl(String(value));
    this.#parts = parts;
    this.#params?._reset(parts.search);
  }
  get origin() {
    const { protocol } = this.#parts;
    return isSpecial(protocol) && protocol !== 'file:' ? `${protocol}//${this.host}` : 'null';
  }
  get protocol() {
    return this.#parts.protocol;
  }
  set protocol(value) {
    const protocol = `${String(value).replace(/:.*$/s, '').toLowerCase()}:`;
    if (!/^[a-z][a-z\d+.-]*:$/.test(protocol) || isSpecial(protocol) !== isSpecial(this.#parts.protocol)) return;
    this.#parts.protocol = protocol;
    if (this.#parts.port === DEFAULT_PORTS[protocol]) this.#parts.port = '';
  }
  get username() {
    return this.#parts.username;
  }
  set username(value) {
    this.#parts.username = percentEncode(String(value), IN_USERINFO);
  }
  get password() {
    return this.#parts.password;
  }
  set password(value) {
    this.#parts.password = percentEncode(String(value), IN_USERINFO);
  }
  get host() {
    return this.#parts.hostname + (this.#parts.port === '' ? '' : `:${this.#parts.port}`);
  }
  set host(value) {
    const authority = parseAuthority(String(value).replace(/[/?#].*$/s, ''), this.#parts.protocol);
    if (authority === undefined) return;
    this.#parts.hostname = authority.hostname;
    if (String(value).includes(':')) this.#parts.port = authority.port;
  }
  get hostname() {
    return this.#parts.hostname;
  }
  set hostname(value) {
    const hostname = parseHost(String(value).replace(/[/?#:].*$/s, ''), isSpecial(this.#parts.protocol));
    if (hostname !== undefined) this.#parts.hostname = hostname;
  }
  get port() {
    return this.#parts.port;
  }
  set port(value) {
    const digits = /^\d*/.exec(String(value))[0];
    if (Number(digits) > 65535) return;
    const port = digits === '' ? '' : String(Number(digits));
    this.#parts.port = port === DEFAULT_PORTS[this.#parts.protocol] ? '' : port;
  }
  get pathname() {
    return this.#parts.pathname;
  }
  set pathname(value) {
    if (this.#parts.opaque) return;
    const path = String(value).replaceAll('?', '%3F').replaceAll('#', '%23');
    this.#parts.pathname = normalizePath(/^[/\\]/.test(path) ? path : `/${path}`, isSpecial(this.#parts.protocol));
  }
  get search() {
    return this.#parts.search;
  }
  set search(value) {
    const text = String(value);
    this.#parts.search = tail(text === '' || text.startsWith('?') ? text : `?${text}`, undefined, isSpecial(this.#parts.protocol)).search;
    this.#params?._reset(this.#parts.search);
  }
  get searchParams() {
    this.#params ??= new URLSearchParams(this.#parts.search)._attach((text) => {
      this.#parts.search = text === '' ? '' : `?${text}`;
    });
    return this.#params;
  }
  get hash() {
    return this.#parts.hash;
  }
  set hash(value) {
    const text = String(value);
    this.#parts.hash = tail(undefined, text === '' || text.startsWith('#') ? text : `#${text}`, true).hash;
  }
  toString() {
    return this.href;
  }
  toJSON() {
    return this.href;
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
    const { href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash } = this;
    return `URL ${inspect({ href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash }, options)}`;
  }
}

const decodeForm = (text) => {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  const bytes = [];
  const raw = native.encode(spaced.toWellFormed(), 'utf8');
  for (let index = 0; index < raw.length; index += 1) {
    const code = raw[index] === 37 ? /^[\da-f]{2}$/i.exec(String.fromCharCode(raw[index + 1] ?? 0, raw[index + 2] ?? 0)) : null;
    if (code === null) bytes.push(raw[index]);
    else {
      bytes.push(parseInt(code[0], 16));
      index += 2;
    }
  }
  return native.decode(Uint8Array.from(bytes), 'utf8');
};
const encodeForm = (text) => percentEncode(text, /[^*\-.\w ]/gu).replaceAll(' ', '+');

class URLSearchParams {
  #pairs = [];
  #changed = () => {};
  constructor(init = '') {
    if (init === null || init === undefined) return;
    if (typeof init === 'object' || typeof init === 'function') this.#pairs = pairsOf(init);
    else this._reset(String(init));
  }
  _reset(text) {
    this.#pairs = text.replace(/^\?/, '').split('&').filter((part) => part !== '').map((part) => {
      const equals = part.indexOf('=');
      if (equals < 0) return [decodeForm(part), ''];
      return [decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1))];
    });
  }
  _attach(changed) {
    this.#changed = () => changed(this.toString());
    return this;
  }
  get size() {
    return this.#pairs.length;
  }
  append(name, value) {
    this.#pairs.push([String(name), String(value)]);
    this.#changed();
  }
  delete(name, value) {
    this.#pairs = this.#pairs.filter(([key, item]) => key !== String(name) || (value !== undefined && item !== String(value)));
    this.#changed();
  }
  get(name) {
    return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null;
  }
  getAll(name) {
    return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value);
  }
  has(name, value) {
    return this.#pairs.some(([key, item]) => key === String(name) && (value === undefined || item === String(value)));
  }
  set(name, value) {
    const first = this.#pairs.findIndex(([key]) => key === String(name));
    if (first < 0) this.#pairs.push([String(name), String(value)]);
    else {
      this.#pairs = this.#pairs.filter(([key], index) => key !== String(name) || index === first);
      this.#pairs[first] = [String(name), String(value)];
    }
    this.#changed();
  }
  sort() {
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }
  forEach(callback, self) {
    for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
  }
  * entries() {
    for (const [name, value] of this.#pairs) yield [name, value];
  }
  * keys() {
    for (const [name] of this.#pairs) yield name;
  }
  * values() {
    for (const [, value] of this.#pairs) yield value;
  }
  [Symbol.iterator]() {
    return this.entries();
  }
  toString() {
    return this.#pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');
  }
  get [Symbol.toStringTag]() {
    return 'URLSearchParams';
  }
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
    const shown = this.#pairs.map(([name, value]) => `${inspect(name, options)} => ${inspect(value, options)}`).join(', ');
    return shown === '' ? 'URLSearchParams {}' : `URLSearchParams { ${shown} }`;
  }
}

function pairsOf(init) {
  if (typeof init[Symbol.iterator] !== 'function') return Object.entries(init).map(([name, value]) => [name, String(value)]);
  return [...init].map((pair) => {
    const [name, value, ...more] = pair;
    if (value === undefined || more.length > 0) {
      throw nodeError(TypeError, 'ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');
    }
    return [String(name), String(value)];
  });
}

Object.assign(exports, { URL, URLSearchParams });
