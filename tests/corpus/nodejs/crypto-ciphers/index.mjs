import crypto from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';

const iv = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const text = 'The quick brown fox jumps over the lazy dog, twice a day.';
const message = (action) => {
  try {
    return action();
  } catch (error) {
    return [error.name, error.code, error.message];
  }
};

function both(name, length, vector) {
  const key = Buffer.alloc(length, 7);
  const cipher = crypto.createCipheriv(name, key, vector);
  const encrypted = cipher.update(text, 'utf8', 'hex') + cipher.final('hex');
  const decipher = crypto.createDecipheriv(name, key, vector);
  return [encrypted, decipher.update(encrypted, 'hex', 'utf8') + decipher.final('utf8')];
}

function inPieces(name, length, vector) {
  const key = Buffer.alloc(length, 9);
  const cipher = crypto.createCipheriv(name, key, vector);
  const pieces = text.match(/.{1,5}/g).map((piece) => cipher.update(piece));
  return Buffer.concat([...pieces, cipher.final()]).toString('base64');
}

function sealed() {
  const key = Buffer.alloc(32, 3);
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv.subarray(0, 12));
  cipher.setAAD(Buffer.from('header'));
  const encrypted = Buffer.concat([cipher.update('one '), cipher.update('two'), cipher.final()]);
  const tag = cipher.getAuthTag();
  const open = (given) => {
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv.subarray(0, 12));
    decipher.setAAD(Buffer.from('header')).setAuthTag(given);
    return decipher.update(encrypted, undefined, 'utf8') + decipher.final('utf8');
  };
  return [encrypted.toString('hex'), tag.toString('hex'), open(tag), message(() => open(Buffer.alloc(16)))];
}

async function streamed() {
  const chunks = [];
  const cipher = crypto.createCipheriv('aes-128-cbc', Buffer.alloc(16, 1), iv);
  await pipeline(Readable.from([Buffer.from(text), Buffer.from(text)]), cipher, new Writable({ write(chunk, _, done) { chunks.push(chunk); done(); } }));
  return Buffer.concat(chunks).toString('hex').slice(-64);
}

async function subtle() {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey('raw', Buffer.alloc(16, 5), 'AES-GCM', true, ['encrypt', 'decrypt']);
  const algorithm = { name: 'AES-GCM', iv: iv.subarray(0, 12) };
  const encrypted = await subtle.encrypt(algorithm, key, Buffer.from('web'));
  const decrypted = await subtle.decrypt(algorithm, key, encrypted);
  const password = await subtle.importKey('raw', Buffer.from('password'), 'PBKDF2', false, ['deriveBits']);
  const bits = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: iv, iterations: 2 }, password, 128);
  return [Buffer.from(encrypted).toString('hex'), Buffer.from(decrypted).toString(), Buffer.from(bits).toString('hex')];
}

export const handler = async () => ({
  cbc: ['128', '192', '256'].map((bits) => both(`aes-${bits}-cbc`, bits / 8, iv)),
  ctr: both('aes-256-ctr', 32, iv),
  ecb: both('aes-128-ecb', 16, null),
  pieces: [inPieces('aes-256-cbc', 32, iv), inPieces('aes-256-ctr', 32, iv), inPieces('aes-256-gcm', 32, iv)],
  sealed: sealed(),
  streamed: await streamed(),
  subtle: await subtle(),
  errors: [
    message(() => crypto.createCipheriv('aes-256-cbc', 'short', iv)),
    message(() => crypto.createCipheriv('aes-256-cbc', Buffer.alloc(32), Buffer.alloc(3))),
    message(() => crypto.createCipheriv('rot13', '', '')),
    message(() => crypto.createDecipheriv('aes-128-cbc', Buffer.alloc(16), iv).final()),
    message(() => {
      const decipher = crypto.createDecipheriv('aes-128-cbc', Buffer.alloc(16), iv);
      decipher.update(Buffer.alloc(16, 1));
      return decipher.final();
    }),
  ],
  scrypt: crypto.scryptSync('password', 'salt', 16, { N: 16 }).toString('hex'),
});
