import crypto, { createHash, createHmac, timingSafeEqual } from 'node:crypto';
export const handler = async () => ({
  md5: createHash('md5').update('a').digest('hex'),
  sha1: createHash('sha1').update('a').update('b').digest('base64'),
  sha256: createHash('sha256').update('abc').digest('hex'),
  sha512: createHash('sha512').update('abc').digest('hex').slice(0, 32),
  hmac: createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex'),
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
  bytes: crypto.randomBytes(8).length,
  int: crypto.randomInt(5) < 5,
  equal: timingSafeEqual(Buffer.from('a'), Buffer.from('a')),
  pbkdf2: crypto.pbkdf2Sync('password', 'salt', 2, 20, 'sha1').toString('hex'),
  subtle: Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'))).toString('hex').slice(0, 16),
  unsupported: (() => { try { return createHash('nope'); } catch (error) { return error.message; } })(),
});
