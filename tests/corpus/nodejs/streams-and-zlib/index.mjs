import { Readable, Transform, Writable, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
export const handler = async () => {
  const chunks = [];
  const upper = new Transform({ transform(chunk, encoding, done) { done(null, chunk.toString().toUpperCase()); } });
  const sink = new Writable({ write(chunk, encoding, done) { chunks.push(chunk.toString()); done(); } });
  await pipeline(Readable.from(['a', 'b', 'c']), upper, sink);
  const zipped = zlib.gzipSync('hello '.repeat(100));
  const collected = [];
  for await (const chunk of Readable.from([Buffer.from('x'), Buffer.from('y')]).pipe(new PassThrough())) collected.push(chunk.toString());
  const parts = [];
  await pipeline(Readable.from([zipped]), zlib.createGunzip(), async function* (source) { for await (const c of source) { parts.push(c.length); yield c; } }, new Writable({ write(c, e, d) { d(); } }));
  let failed;
  try { await pipeline(Readable.from(['a']), new Transform({ transform(c, e, done) { done(new Error('broken pipe line')); } }), new PassThrough()); } catch (error) { failed = error.message; }
  return { chunks, small: zipped.length < 60, back: zlib.gunzipSync(zipped).toString().length, collected, parts, failed, deflate: zlib.inflateSync(zlib.deflateSync('x')).toString(), bad: (() => { try { zlib.gunzipSync('nope'); } catch (e) { return [e.code, e.message]; } })() };
};
