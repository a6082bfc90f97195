// Requests and answers in the protocols of the services.
'use strict';

const { BlobAdapter, asBytes, fromBase64, isBytes, toBase64 } = require('internal/aws/bytes');
const xml = require('internal/aws/xml');

/** Output members that are times: seconds since the epoch on the wire, dates in the SDK. */
const TIMES = /(Date|DateTime|Timestamp|Time|ModifiedAt|CreatedAt|LastModified|Expiration)$/;

function toWire(value) {
  if (value === null || typeof value !== 'object') return value;
  if (isBytes(value)) return toBase64(value);
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value) || value instanceof Set) return [...value].map(toWire);
  if (typeof value.toJSON === 'function') return value.toJSON();
  const wire = {};
  for (const key of Object.keys(value)) if (value[key] !== undefined) wire[key] = toWire(value[key]);
  return wire;
}

function fromWire(service, value, key) {
  if (Array.isArray(value)) return value.map((item) => fromWire(service, item, key));
  if (typeof value === 'number' && TIMES.test(key)) return new Date(value * 1000);
  if (typeof value === 'string' && service.blobs?.includes(key)) return fromBase64(value);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (service.attributes && keys.length === 1) {
    const [type] = keys;
    if (type === 'B' && typeof value.B === 'string') return { B: fromBase64(value.B) };
    if (type === 'BS' && Array.isArray(value.BS)) return { BS: value.BS.map(fromBase64) };
    if (type === 'S' || type === 'N') return value;
  }
  const result = {};
  for (const name of keys) result[name] = fromWire(service, value[name], name);
  return result;
}

function parseJson(body) {
  const text = native.decode(body, 'utf8');
  return text === '' ? {} : JSON.parse(text);
}

/** The code and message of an error, and whatever else its body holds. */
function jsonError(answer) {
  let body = {};
  try {
    body = parseJson(answer.body);
  } catch {
    body = { message: native.decode(answer.body, 'utf8') };
  }
  const header = answer.headers.get('x-amzn-errortype');
  const code = String(header ?? body.__type ?? body.code ?? body.Code ?? 'UnknownError').replace(/^.*#/, '').replace(/:.*$/, '');
  const { __type, message, Message, errorMessage, ...rest } = body;
  return { code, message: message ?? Message ?? errorMessage ?? code, rest };
}

const json = {
  request: (service, operation, input) => ({
    method: 'POST',
    path: '/',
    headers: [['Content-Type', `application/x-amz-json-${service.version}`], ['X-Amz-Target', `${service.target}.${operation}`]],
    body: JSON.stringify(toWire(input)),
  }),
  output: (service, _operation, answer) => fromWire(service, parseJson(answer.body), ''),
  error: jsonError,
};

// The query protocol

function flatten(pairs, prefix, value) {
  if (value === undefined || value === null) return;
  if (isBytes(value)) pairs.push([prefix, toBase64(value)]);
  else if (value instanceof Date) pairs.push([prefix, value.toISOString()]);
  else if (Array.isArray(value)) value.forEach((item, index) => flatten(pairs, `${prefix}.member.${index + 1}`, item));
  else if (typeof value !== 'object') pairs.push([prefix, String(value)]);
  else if (/Attributes$/.test(prefix)) {
    Object.entries(value).forEach(([key, item], index) => {
      const names = /MessageAttributes$/.test(prefix) ? ['Name', 'Value'] : ['key', 'value'];
      pairs.push([`${prefix}.entry.${index + 1}.${names[0]}`, key]);
      flatten(pairs, `${prefix}.entry.${index + 1}.${names[1]}`, item);
    });
  } else for (const key of Object.keys(value)) flatten(pairs, prefix === '' ? key : `${prefix}.${key}`, value[key]);
}

const query = {
  request(service, operation, input) {
    const pairs = [['Action', operation], ['Version', service.version]];
    flatten(pairs, '', input);
    return {
      method: 'POST',
      path: '/',
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&'),
    };
  },
  output(_service, operation, answer) {
    const result = xml.find(xml.parse(native.decode(answer.body, 'utf8')), `${operation}Result`);
    const value = result === undefined ? {} : xml.toValue(result);
    return typeof value === 'string' ? {} : datesIn(value);
  },
  error: xmlError,
};

function datesIn(value) {
  for (const [key, item] of Object.entries(value)) {
    if (item !== null && typeof item === 'object') datesIn(item);
    else if (TIMES.test(key) && /^\d{4}-\d\d-\d\dT/.test(item)) value[key] = new Date(item);
  }
  return value;
}

function xmlError(answer) {
  const error = xml.find(xml.parse(native.decode(answer.body, 'utf8')), 'Error');
  const { Code = `${answer.status}`, Message = Code, ...rest } = error === undefined || error.children.length === 0 ? {} : xml.toValue(error);
  return { code: Code, message: Message, rest };
}

// REST with JSON: the operations that functions call are in the table of internal/aws/rest

const rest = {
  request(service, operation, input) {
    const route = require('internal/aws/rest').find(service, operation);
    const used = new Set();
    const take = (name) => {
      used.add(name);
      return input[name];
    };
    const path = route.path.replace(/\{(\w+)\}/g, (_whole, name) => {
      const value = take(name);
      if (value === undefined || value === '') throw new Error(`No value provided for input HTTP label: ${name}.`);
      return encodeURIComponent(value);
    });
    const parameters = Object.entries(route.query).flatMap(([parameter, name]) => [take(name)].flat()
      .filter((value) => value !== undefined).map((value) => `${parameter}=${encodeURIComponent(value)}`));
    const headers = Object.entries(route.headers).map(([header, name]) => [header, take(name)]).filter(([, value]) => value !== undefined);
    const separator = path.includes('?') ? '&' : '?';
    const request = { method: route.method, path: path + (parameters.length > 0 ? separator + parameters.join('&') : ''), headers };
    if (route.payload !== undefined) {
      const payload = take(route.payload);
      return { ...request, headers: [['Content-Type', 'application/octet-stream'], ...headers], body: payload === undefined ? undefined : asBytes(payload) };
    }
    const members = Object.keys(input).filter((name) => !used.has(name));
    if (route.method === 'GET' || route.method === 'DELETE') return request;
    const body = Object.fromEntries(members.map((name) => [name, input[name]]));
    return { ...request, headers: [['Content-Type', 'application/json'], ...headers], body: JSON.stringify(toWire(body)) };
  },
  output(service, operation, answer) {
    const route = require('internal/aws/rest').find(service, operation);
    const output = {};
    for (const [header, name] of Object.entries(route.outputHeaders)) {
      const value = answer.headers.get(header);
      if (value !== undefined) output[name] = value;
    }
    if (route.outputStatus !== undefined) output[route.outputStatus] = answer.status;
    if (route.outputPayload !== undefined) return { ...output, [route.outputPayload]: BlobAdapter.mutate(answer.body) };
    return { ...output, ...fromWire(service, parseJson(answer.body), '') };
  },
  error: jsonError,
};

exports.json = json;
exports.query = query;
exports.rest = rest;
Object.defineProperty(exports, 's3', { get: () => require('internal/aws/s3') });
exports.xmlError = xmlError;
exports.datesIn = datesIn;
