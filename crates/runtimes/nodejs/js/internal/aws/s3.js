// S3's protocol: REST with XML, and objects as bodies.
'use strict';

const { asBytes, BlobAdapter } = require('internal/aws/bytes');
const { datesIn, xmlError } = require('internal/aws/protocols');
const xml = require('internal/aws/xml');

const OBJECT_HEADERS = {
  CacheControl: 'Cache-Control', ContentDisposition: 'Content-Disposition', ContentEncoding: 'Content-Encoding',
  ContentLanguage: 'Content-Language', ContentType: 'Content-Type', ContentMD5: 'Content-MD5', Expires: 'Expires', ACL: 'x-amz-acl',
  StorageClass: 'x-amz-storage-class', ServerSideEncryption: 'x-amz-server-side-encryption', Tagging: 'x-amz-tagging',
  IfMatch: 'If-Match', IfNoneMatch: 'If-None-Match', IfModifiedSince: 'If-Modified-Since', IfUnmodifiedSince: 'If-Unmodified-Since',
  Range: 'Range', CopySource: 'x-amz-copy-source', MetadataDirective: 'x-amz-metadata-directive',
};

const OUTPUT_HEADERS = {
  etag: 'ETag', 'content-type': 'ContentType', 'cache-control': 'CacheControl', 'content-disposition': 'ContentDisposition',
  'content-encoding': 'ContentEncoding', 'content-language': 'ContentLanguage', 'content-range': 'ContentRange', 'accept-ranges': 'AcceptRanges',
  'x-amz-version-id': 'VersionId', 'x-amz-storage-class': 'StorageClass', 'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-delete-marker': 'DeleteMarker', location: 'Location',
};

/** method, whether there is a key, query parameters (`name` or `name=Member`). */
const OPERATIONS = {
  ListBuckets: ['GET', 'service'],
  CreateBucket: ['PUT', 'bucket'],
  DeleteBucket: ['DELETE', 'bucket'],
  HeadBucket: ['HEAD', 'bucket'],
  GetBucketLocation: ['GET', 'bucket', 'location'],
  ListObjects: ['GET', 'bucket', 'delimiter=Delimiter', 'marker=Marker', 'max-keys=MaxKeys', 'prefix=Prefix'],
  ListObjectsV2: ['GET', 'bucket', 'list-type=2', 'continuation-token=ContinuationToken', 'delimiter=Delimiter', 'max-keys=MaxKeys', 'prefix=Prefix', 'start-after=StartAfter', 'fetch-owner=FetchOwner'],
  GetObject: ['GET', 'key', 'versionId=VersionId'],
  HeadObject: ['HEAD', 'key', 'versionId=VersionId'],
  PutObject: ['PUT', 'key'],
  CopyObject: ['PUT', 'key'],
  DeleteObject: ['DELETE', 'key', 'versionId=VersionId'],
  DeleteObjects: ['POST', 'bucket', 'delete'],
};

const encodeKey = (key) => key.split('/').map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join('/');

function parameters(specs, input) {
  const parts = [];
  for (const spec of specs) {
    const [name, member] = spec.split('=');
    if (member === undefined) parts.push(name);
    else if (/^\d+$/.test(member)) parts.push(spec);
    else if (input[member] !== undefined) parts.push(`${name}=${encodeURIComponent(input[member])}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function bodyOf(operation, input) {
  if (operation === 'DeleteObjects') {
    const { Objects, Quiet } = input.Delete;
    const objects = Objects.map(({ Key, VersionId }) => `<Object><Key>${xml.escape(Key)}</Key>${VersionId === undefined ? '' : `<VersionId>${xml.escape(VersionId)}</VersionId>`}</Object>`);
    return `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join('')}${Quiet ? '<Quiet>true</Quiet>' : ''}</Delete>`;
  }
  const constraint = input.CreateBucketConfiguration?.LocationConstraint;
  if (operation === 'CreateBucket' && constraint !== undefined) {
    return `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${xml.escape(constraint)}</LocationConstraint></CreateBucketConfiguration>`;
  }
  if (operation !== 'PutObject' || input.Body === undefined) return undefined;
  if (typeof input.Body === 'string' || ArrayBuffer.isView(input.Body)) return asBytes(input.Body);
  throw require('internal/errors').notSupported('a stream as the Body of PutObject in the built-in S3 client');
}

exports.request = (service, operation, input, config) => {
  const entry = OPERATIONS[operation];
  if (entry === undefined) {
    throw require('internal/errors').notSupported(`${operation} of the built-in ${service.id} client (a copy of the AWS SDK in the function's package has it)`);
  }
  const [method, scope, ...specs] = entry;
  if (scope !== 'service' && !input.Bucket) throw new Error('No value provided for input HTTP label: Bucket.');
  if (scope === 'key' && !input.Key) throw new Error('No value provided for input HTTP label: Key.');
  const headers = Object.entries(OBJECT_HEADERS).filter(([name]) => input[name] !== undefined)
    .map(([name, header]) => [header, input[name] instanceof Date ? input[name].toUTCString() : input[name]]);
  for (const [name, value] of Object.entries(input.Metadata ?? {})) headers.push([`x-amz-meta-${name}`, value]);
  if (method === 'PUT' && input.ContentType === undefined) headers.push(['Content-Type', 'application/octet-stream']);
  const path = scope === 'key' ? `/${encodeKey(input.Key)}` : '/';
  const inPath = scope !== 'service' && (config.forcePathStyle || config.endpoint !== undefined || input.Bucket.includes('.'));
  return {
    method,
    path: (inPath ? `/${input.Bucket}` : '') + path + parameters(specs, input),
    headers,
    body: bodyOf(operation, input),
    base: (base) => (scope === 'service' || inPath ? base : base.replace('://', `://${input.Bucket}.`)),
  };
};

/** An object's content: a readable stream, with the SDK's short cuts. */
function contentStream(bytes) {
  const { Readable } = require('stream');
  const stream = Readable.from([Buffer.from(bytes)], { objectMode: false });
  return Object.assign(stream, {
    transformToString: async (encoding) => BlobAdapter.mutate(bytes).transformToString(encoding),
    transformToByteArray: async () => bytes,
    transformToWebStream: () => ReadableStream.from([bytes]),
  });
}

exports.output = (_service, operation, answer) => {
  const output = {};
  for (const [header, name] of Object.entries(OUTPUT_HEADERS)) {
    if (answer.headers.has(header)) output[name] = answer.headers.get(header);
  }
  if (answer.headers.has('last-modified')) output.LastModified = new Date(answer.headers.get('last-modified'));
  if (operation === 'GetObject' || operation === 'HeadObject') {
    output.ContentLength = Number(answer.headers.get('content-length') ?? answer.body.length);
    output.Metadata = {};
    for (const [header, value] of answer.headers) {
      if (header.startsWith('x-amz-meta-')) output.Metadata[header.slice(11)] = value;
    }
    if (operation === 'GetObject') output.Body = contentStream(answer.body);
    return output;
  }
  if (answer.body.length === 0) return output;
  const value = xml.toValue(xml.parse(native.decode(answer.body, 'utf8')), ['Contents', 'CommonPrefixes', 'Deleted', 'Error', 'Bucket']);
  return { ...output, ...(typeof value === 'string' ? { LocationConstraint: value || undefined } : typed(datesIn(value), operation)) };
};

function typed(value, operation) {
  const { Contents, Error: failures, Buckets, ...rest } = value;
  const output = rest;
  if (Contents !== undefined) output.Contents = Contents.map((item) => ({ ...item, Size: Number(item.Size) }));
  if (failures !== undefined) output.Errors = failures;
  if (Buckets !== undefined) output.Buckets = Buckets === '' ? [] : Buckets.Bucket;
  for (const name of ['MaxKeys', 'KeyCount']) if (output[name] !== undefined) output[name] = Number(output[name]);
  if (output.IsTruncated !== undefined) output.IsTruncated = output.IsTruncated === 'true';
  if (operation === 'CopyObject') return { CopyObjectResult: output };
  return output;
}

exports.error = (answer) => {
  if (answer.body.length === 0 && answer.status === 404) return { code: 'NotFound', message: 'UnknownError', rest: {} };
  return xmlError(answer);
};
