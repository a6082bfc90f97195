// Deep equality, as `assert` and `util.isDeepStrictEqual` have it.
'use strict';

function isDeepEqual(a, b, strict, seen = new Map()) {
  if (strict ? Object.is(a, b) : a == b || (a !== a && b !== b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (Array.isArray(a) !== Array.isArray(b) || a.length !== b.length) return false;
  if (a instanceof Date && a.getTime() !== b.getTime()) return false;
  if (a instanceof RegExp && (String(a) !== String(b) || a.lastIndex !== b.lastIndex)) return false;
  if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
  if ((a instanceof Number || a instanceof String || a instanceof Boolean) && !Object.is(a.valueOf(), b.valueOf())) return false;
  if (a instanceof Set && !sameSet(a, b, strict, seen)) return false;
  if (a instanceof Map && !sameMap(a, b, strict, seen)) return false;
  if (a instanceof ArrayBuffer) return sameItems(new Uint8Array(a), new Uint8Array(b));
  const keys = ownKeys(a);
  if (keys.length !== ownKeys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(a[key], b[key], strict, seen));
}

function ownKeys(value) {
  const symbols = Object.getOwnPropertySymbols(value);
  return [...Object.keys(value), ...symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))];
}

const sameItems = (a, b) => a.length === b.length && a.every((item, index) => item === b[index]);

function sameSet(a, b, strict, seen) {
  if (a.size !== b.size) return false;
  const rest = [...b];
  return [...a].every((item) => {
    const index = rest.findIndex((other) => isDeepEqual(item, other, strict, new Map(seen)));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}

function sameMap(a, b, strict, seen) {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.has(key) ? [key, b.get(key)] : [...b].find(([one]) => isDeepEqual(key, one, strict, new Map(seen)));
    if (other === undefined || !isDeepEqual(value, other[1], strict, seen)) return false;
  }
  return true;
}

exports.isDeepEqual = isDeepEqual;
