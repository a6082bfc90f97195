import crypto from 'node:crypto';
import { certificate, ec, ecPkcs8, rsa, rsaPkcs8 } from './keys.mjs';

const data = Buffer.from('what is signed');
const pss = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: crypto.constants.RSA_PSS_SALTLEN_DIGEST };
const message = (action) => {
  try {
    return action();
  } catch (error) {
    return [error.name, error.code, error.message];
  }
};
const describe = (key) => [key.type, key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength ?? key.asymmetricKeyDetails?.namedCurve];

function signs(privateKey, publicKey, options) {
  const signature = crypto.createSign('SHA256').update('what is ').update('signed').sign({ key: privateKey, ...options });
  const verify = (signed) => crypto.createVerify('SHA256').update(signed).verify({ key: publicKey, ...options }, signature);
  return [verify(data), verify('something else')];
}

async function subtle() {
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const jwk = crypto.createPublicKey(rsa).export({ format: 'jwk' });
  const publicKey = await subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const privateKey = await subtle.importKey('pkcs8', Buffer.from(rsaPkcs8.replace(/-.*-\n?/g, ''), 'base64'), algorithm, false, ['sign']);
  const signature = await subtle.sign(algorithm, privateKey, data);
  const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const ecdsa = { name: 'ECDSA', hash: 'SHA-256' };
  return [
    Buffer.from(signature).toString('base64'),
    await subtle.verify(algorithm, publicKey, signature, data),
    await subtle.verify(ecdsa, pair.publicKey, await subtle.sign(ecdsa, pair.privateKey, data), data),
  ];
}

export const handler = async () => {
  const encrypted = crypto.publicEncrypt(rsa, Buffer.from('secret'));
  return {
    kinds: [rsa, rsaPkcs8, ec, ecPkcs8].map((pem) => describe(crypto.createPrivateKey(pem))),
    public: [rsa, certificate, ec].map((pem) => crypto.createPublicKey(pem).export({ type: 'spki', format: 'pem' })),
    private: crypto.createPrivateKey(rsa).export({ type: 'pkcs8', format: 'pem' }) === rsaPkcs8,
    jwk: [crypto.createPrivateKey(ec).export({ format: 'jwk' }), crypto.createPublicKey(rsa).export({ format: 'jwk' })],
    fromJwk: describe(crypto.createPrivateKey({ key: crypto.createPrivateKey(rsa).export({ format: 'jwk' }), format: 'jwk' })),
    secret: [crypto.createSecretKey('abcd', 'hex').export().length, crypto.createSecretKey(Buffer.alloc(4)).symmetricKeySize],
    rs256: crypto.createSign('RSA-SHA256').update(data).sign(rsa, 'base64'),
    oneShot: crypto.sign('sha1', data, rsa).toString('hex').slice(0, 32),
    verifies: [signs(rsa, certificate), signs(rsa, rsa, pss), signs(ec, ec), signs(ecPkcs8, ec, { dsaEncoding: 'ieee-p1363' })],
    lengths: [crypto.sign('sha256', data, { key: ec, dsaEncoding: 'ieee-p1363' }).length, crypto.sign('sha256', data, { key: rsa, ...pss }).length],
    decrypted: crypto.privateDecrypt(rsa, encrypted).toString(),
    pair: describe(crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
    subtle: await subtle(),
    errors: [message(() => crypto.createPrivateKey('nothing')), message(() => crypto.createSign('nope'))].map(([name]) => name),
  };
};
