'use strict';

const { pathOfUrl, urlOfPath } = require('internal/loader');
const { invalidArgType, nodeError } = require('internal/errors');
const querystring = require('querystring');

/** The URL object of Node's older API. */
class Url {
  constructor() {
    Object.assign(this, {
      protocol: null, slashes: null, auth: null, host: null, port: null, hostname: null, hash: null, search: null,
      query: null, pathname: null, path: null, href: '',
    });
  }
  format() {
    return format(this);
  }
  resolve(target) {
    return resolve(this.href, target);
  }
}

const SLASHED = /^(https?|ftp|file|wss?|gopher):$/;

function parse(text, parseQuery = false, slashesDenoteHost = false) {
  if (text instanceof Url) return text;
  if (typeof text !== 'string') throw invalidArgType('url', 'of type string', text);
  const url = new Url();
  let rest = text.trim();
  const protocol = /^([a-z][a-z\d+.-]*:)/i.exec(rest)?.[1].toLowerCase();
  if (protocol !== undefined) {
    url.protocol = protocol;
    rest = rest.slice(protocol.length);
  }
  const [, main, search, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(rest);
  let path = main;
  if (/^\/\//.test(main) && (protocol !== undefined || slashesDenoteHost)) {
    url.slashes = true;
    const [, authority, tail] = /^\/\/([^/]*)(.*)$/s.exec(main);
    const at = authority.lastIndexOf('@');
    if (at >= 0) url.auth = decodeURIComponent(authority.slice(0, at));
    const [, hostname, port] = /^(.*?)(?::(\d*))?$/.exec(authority.slice(at + 1));
    url.port = port || null;
    url.hostname = hostname.toLowerCase();
    url.host = url.hostname + (url.port === null ? '' : `:${url.port}`);
    path = tail;
  }
  url.pathname = path === '' ? (url.host !== null && SLASHED.test(protocol) ? '/' : null) : path.replace(/[ "<>`{}|\\^]/g, (c) => encodeURIComponent(c));
  url.search = search ?? (parseQuery ? '' : null);
  url.query = parseQuery ? querystring.parse((search ?? '').slice(1)) : search?.slice(1) ?? null;
  url.hash = hash ?? null;
  if (url.pathname !== null || url.search) url.path = (url.pathname ?? '') + (url.search ?? '');
  url.href = format(url);
  return url;
}

function format(url, options = {}) {
  if (typeof url === 'string') return parse(url).href;
  if (url instanceof URL) {
    const copy = new URL(url);
    if (options.fragment === false) copy.hash = '';
    if (options.search === false) copy.search = '';
    if (options.auth === false) copy.username = copy.password = '';
    return copy.href;
  }
  const protocol = url.protocol ? url.protocol.replace(/:?$/, ':') : '';
  const auth = url.auth ? `${encodeURIComponent(url.auth).replace('%3A', ':')}@` : '';
  const host = url.host ?? (url.hostname ? url.hostname + (url.port ? `:${url.port}` : '') : null);
  const slashes = url.slashes || (host !== null && (protocol === '' || SLASHED.test(protocol))) ? '//' : '';
  const fromQuery = url.query !== null && typeof url.query === 'object' ? querystring.stringify(url.query) : '';
  const search = (url.search ?? (fromQuery === '' ? '' : `?${fromQuery}`)).replace(/^(?=[^?])/, '?');
  const hash = (url.hash ?? '').replace(/^(?=[^#])/, '#');
  const pathname = url.pathname ?? '';
  const path = slashes !== '' && host !== null && pathname !== '' && !pathname.startsWith('/') ? `/${pathname}` : pathname;
  return protocol + (host === null ? (url.slashes ? '//' : '') : slashes + auth + host) + path.replace(/[?#]/g, encodeURIComponent) + search + hash;
}

function resolve(from, to) {
  const base = new URL(from, 'resolve://');
  const target = new URL(to, base);
  if (target.protocol !== 'resolve:') return target.href;
  return target.pathname + target.search + target.hash;
}

function fileURLToPath(url) {
  const parsed = typeof url === 'string' ? new URL(url) : url;
  if (parsed.protocol !== 'file:') throw nodeError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
  return pathOfUrl(parsed.href);
}

module.exports = {
  URL,
  URLSearchParams,
  Url,
  parse,
  format,
  resolve,
  resolveObject: (from, to) => parse(resolve(from, to)),
  fileURLToPath,
  pathToFileURL: (path) => new URL(urlOfPath(require('path').resolve(path))),
  domainToASCII: (domain) => domain.toLowerCase(),
  domainToUnicode: (domain) => domain,
  urlToHttpOptions: ({ protocol, hostname, hash, search, pathname, href, port, username, password }) => ({
    protocol, hostname, hash, search, pathname, path: `${pathname}${search}`, href,
    ...(port === '' ? {} : { port: Number(port) }), ...(username === '' ? {} : { auth: `${username}:${password}` }),
  }),
};
