// RFC 3492, for packages that still ask Node for it.
'use strict';

const [BASE, T_MIN, T_MAX, SKEW, DAMP, INITIAL_BIAS, INITIAL_N] = [36, 1, 26, 38, 700, 72, 128];
const DOTS = /[.\u3002\uff0e\uff61]/g;

function adapt(delta, points, isFirst) {
  let rest = isFirst ? Math.floor(delta / DAMP) : delta >> 1;
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

const threshold = (k, bias) => Math.min(Math.max(k - bias, T_MIN), T_MAX);
const digitOf = (code) => (code >= 48 && code < 58 ? code - 22 : code >= 65 && code < 91 ? code - 65 : code >= 97 && code < 123 ? code - 97 : BASE);
const charOf = (digit) => String.fromCharCode(digit < 26 ? digit + 97 : digit + 22);

function decode(input) {
  const end = input.lastIndexOf('-');
  const output = end > 0 ? Array.from(input.slice(0, end), (char) => char.charCodeAt(0)) : [];
  if (output.some((code) => code >= INITIAL_N)) throw new RangeError('Illegal input >= 0x80 (not a basic code point)');
  let [n, i, bias] = [INITIAL_N, 0, INITIAL_BIAS];
  for (let at = end > 0 ? end + 1 : 0; at < input.length;) {
    const before = i;
    for (let weight = 1, k = BASE; ; k += BASE) {
      if (at >= input.length) throw new RangeError('Invalid input');
      const digit = digitOf(input.charCodeAt(at));
      at += 1;
      if (digit >= BASE) throw new RangeError('Invalid input');
      i += digit * weight;
      const limit = threshold(k, bias);
      if (digit < limit) break;
      weight *= BASE - limit;
    }
    bias = adapt(i - before, output.length + 1, before === 0);
    n += Math.floor(i / (output.length + 1));
    i %= output.length + 1;
    output.splice(i, 0, n);
    i += 1;
  }
  return String.fromCodePoint(...output);
}

function encode(input) {
  const points = Array.from(input, (char) => char.codePointAt(0));
  let output = points.filter((point) => point < INITIAL_N).map((point) => String.fromCharCode(point)).join('');
  const basic = output.length;
  if (basic > 0) output += '-';
  let [n, delta, bias] = [INITIAL_N, 0, INITIAL_BIAS];
  for (let done = basic; done < points.length; n += 1, delta += 1) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta += 1;
      if (point !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const limit = threshold(k, bias);
        if (q < limit) break;
        output += charOf(limit + ((q - limit) % (BASE - limit)));
        q = Math.floor((q - limit) / (BASE - limit));
      }
      output += charOf(q);
      bias = adapt(delta, done + 1, done === basic);
      delta = 0;
      done += 1;
    }
  }
  return output;
}

/** Changes each label of a domain, and the name alone of a mail address. */
function mapLabels(domain, change) {
  const at = domain.lastIndexOf('@');
  return domain.slice(0, at + 1) + domain.slice(at + 1).replace(DOTS, '.').split('.').map(change).join('.');
}

module.exports = {
  decode,
  encode,
  toASCII: (domain) => mapLabels(domain, (label) => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label)),
  toUnicode: (domain) => mapLabels(domain, (label) => (/^xn--/i.test(label) ? decode(label.slice(4).toLowerCase()) : label)),
  ucs2: {
    decode: (text) => Array.from(text, (char) => char.codePointAt(0)),
    encode: (points) => String.fromCodePoint(...points),
  },
  version: '2.3.1',
};
