// Signature Version 4, for clients that were given credentials of their own. Others leave their requests
// unsigned: those act as the function's execution role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
'use strict';

const { asBytes } = require('internal/aws/bytes');

const utf8 = (text) => native.encode(text, 'utf8');
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const hash = (data) => hex(native.hash('sha256', typeof data === 'string' ? utf8(data) : data));
const mac = (key, text) => native.hmac('sha256', key, utf8(text));

/** RFC 3986 keeps fewer characters than `encodeURIComponent`. */
const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query) {
  const pairs = query.split('&').filter((pair) => pair !== '').map((pair) => {
    const [name, value = ''] = pair.split(/=(.*)/s);
    return `${escape(decodeURIComponent(name))}=${escape(decodeURIComponent(value))}`;
  });
  return pairs.sort().join('&');
}

/** The headers of `request` with those that sign it. */
exports.sign = ({ method, url, headers = [], body = '' }, credentials, { service, region }) => {
  const time = `${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const day = time.slice(0, 8);
  const [, host, path, query] = /^[^:]+:\/\/([^/?]+)([^?]*)\??(.*)$/s.exec(url);
  const digest = hash(typeof body === 'string' ? body : asBytes(body));
  const signed = [...headers, ['X-Amz-Date', time], ['X-Amz-Content-Sha256', digest]];
  if (credentials.sessionToken !== undefined) signed.push(['X-Amz-Security-Token', credentials.sessionToken]);

  const lines = [['host', host], ...signed.map(([name, value]) => [name.toLowerCase(), String(value).trim().replace(/\s+/g, ' ')])];
  lines.sort(([a], [b]) => (a < b ? -1 : 1));
  const names = lines.map(([name]) => name).join(';');
  // Every service but S3 escapes the path once more.
  const escaped = service === 's3' ? path : path.split('/').map(escape).join('/');
  const canonical = [
    method, escaped || '/', canonicalQuery(query), ...lines.map(([name, value]) => `${name}:${value}`), '', names, digest,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce(mac, utf8(`AWS4${credentials.secretAccessKey}`));
  const signature = hex(mac(key, ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')));
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return [...signed, ['Authorization', authorization]];
};
