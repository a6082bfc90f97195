'use strict';

function escape(text) {
  return encodeURIComponent(text);
}

function unescape(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const primitive = (value) => (['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : '');

function stringify(object, separator = '&', equals = '=', options = {}) {
  const encode = options?.encodeURIComponent ?? module.exports.escape;
  if (object === null || typeof object !== 'object') return '';
  return Object.entries(object).flatMap(([name, value]) => [value].flat()
    .map((item) => encode(name) + equals + encode(primitive(item)))).join(separator);
}

function parse(text, separator = '&', equals = '=', { decodeURIComponent: decode = module.exports.unescape, maxKeys = 1000 } = {}) {
  const result = Object.create(null);
  if (typeof text !== 'string' || text === '') return result;
  const parts = text.split(separator || '&').filter((part) => part !== '');
  for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
    const at = part.indexOf(equals || '=');
    const name = decode((at < 0 ? part : part.slice(0, at)).replaceAll('+', ' '));
    const value = at < 0 ? '' : decode(part.slice(at + (equals || '=').length).replaceAll('+', ' '));
    if (!(name in result)) result[name] = value;
    else result[name] = [result[name], value].flat();
  }
  return result;
}

module.exports = { escape, unescape, stringify, parse, encode: stringify, decode: parse };
