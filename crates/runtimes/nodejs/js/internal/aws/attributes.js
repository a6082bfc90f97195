// @aws-sdk/util-dynamodb: JavaScript values to attribute values and back.
'use strict';

const { isBytes } = require('internal/aws/bytes');


/** A number that keeps all of its digits. */
class NumberValueImpl {
  constructor(value) {
    const text = typeof value === 'object' ? value.N : String(value);
    const number = Number(text);
    const unsafe = typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER || Math.abs(value) === Infinity || Number.isNaN(value));
    if (unsafe || text.trim() === '' || Number.isNaN(number)) {
      throw new Error(`NumberValue should not be initialized with an imprecise number=${value}. Use a string instead.`);
    }
    this.value = text;
  }
  static from(value) {
    return new NumberValueImpl(value);
  }
  toAttributeValue() {
    return { N: this.toString() };
  }
  toBigInt() {
    return BigInt(this.toString());
  }
  toString() {
    return String(this.value);
  }
  valueOf() {
    return this.toString();
  }
}

const isNumberValue = (value) => typeof value?.toAttributeValue === 'function' && typeof value.value === 'string';

function checkedNumber(value) {
  if ([Number.NaN, Infinity, -Infinity].some((special) => Object.is(value, special))) {
    throw new Error(`Special numeric value ${value} is not allowed`);
  }
  if (value > Number.MAX_SAFE_INTEGER) throw new Error(`Number ${value} is greater than Number.MAX_SAFE_INTEGER. Use NumberValue from @aws-sdk/lib-dynamodb.`);
  if (value < Number.MIN_SAFE_INTEGER) throw new Error(`Number ${value} is lesser than Number.MIN_SAFE_INTEGER. Use NumberValue from @aws-sdk/lib-dynamodb.`);
  return { N: value.toString() };
}

const UNDEFINED = 'Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.';

function setToAttribute(set, options) {
  const items = options.removeUndefinedValues ? [...set].filter((item) => item !== undefined) : [...set];
  if (items.includes(undefined)) throw new Error(UNDEFINED);
  if (items.length === 0) {
    if (options.convertEmptyValues) return { NULL: true };
    throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  }
  const [first] = items;
  if (isNumberValue(first)) return { NS: items.map(String) };
  if (typeof first === 'number') return { NS: items.map((item) => checkedNumber(item).N) };
  if (typeof first === 'bigint') return { NS: items.map(String) };
  if (typeof first === 'string') return { SS: items };
  if (isBytes(first)) return { BS: items };
  throw new Error(`Only Number Set (NS), Binary Set (BS), String Set (SS) are allowed.`);
}

function mapToAttributes(entries, options) {
  const map = {};
  for (const [key, value] of entries) {
    if (typeof value === 'function' || (value === undefined && options.removeUndefinedValues)) continue;
    map[key] = toAttribute(value, options);
  }
  return map;
}

function toAttribute(value, options = {}) {
  if (value === undefined) throw new Error(UNDEFINED);
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) {
    const items = value.filter((item) => typeof item !== 'function' && (item !== undefined || !options.removeUndefinedValues));
    return { L: items.map((item) => toAttribute(item, options)) };
  }
  if (value instanceof Set || value?.constructor?.name === 'Set') return setToAttribute(value, options);
  if (value instanceof Map || value?.constructor?.name === 'Map') return { M: mapToAttributes(value, options) };
  if (value?.constructor?.name === 'Object' || (typeof value === 'object' && value.constructor === undefined)) {
    return { M: mapToAttributes(Object.entries(value), options) };
  }
  if (isBytes(value)) return value.byteLength === 0 && options.convertEmptyValues ? { NULL: true } : { B: value };
  if (typeof value === 'boolean' || value instanceof Boolean) return { BOOL: value.valueOf() };
  if (isNumberValue(value)) return value.toAttributeValue();
  if (typeof value === 'number' || value instanceof Number) {
    return options.convertTopLevelContainer === undefined && options.allowImpreciseNumbers ? { N: String(value) } : checkedNumber(value.valueOf());
  }
  if (typeof value === 'bigint') return { N: value.toString() };
  if (typeof value === 'string' || value instanceof String) {
    return value.length === 0 && options.convertEmptyValues ? { NULL: true } : { S: value.toString() };
  }
  if (options.convertClassInstanceToMap && typeof value === 'object') return { M: mapToAttributes(Object.entries(value), options) };
  throw new Error(`Unsupported type passed: ${value}. Pass options.convertClassInstanceToMap=true to marshall typeof object as map attribute.`);
}

function marshall(value, options) {
  const attribute = toAttribute(value, options);
  const [kind] = Object.keys(attribute);
  if (kind !== 'M' && kind !== 'L') return attribute;
  return options?.convertTopLevelContainer ? attribute : attribute[kind];
}

function numberOf(text, options) {
  if (typeof options?.wrapNumbers === 'function') return options.wrapNumbers(text);
  if (options?.wrapNumbers) return NumberValueImpl.from(text);
  const number = Number(text);
  const infinite = number === Infinity || number === -Infinity;
  if ((number > Number.MAX_SAFE_INTEGER || number < Number.MIN_SAFE_INTEGER) && !infinite) {
    try {
      return BigInt(text);
    } catch {
      throw new Error(`${text} can't be converted to BigInt. Set options.wrapNumbers to get string value.`);
    }
  }
  return number;
}

function toNative(attribute, options) {
  for (const [kind, value] of Object.entries(attribute)) {
    if (value === undefined) continue;
    switch (kind) {
      case 'NULL': return null;
      case 'BOOL': return Boolean(value);
      case 'N': return numberOf(value, options);
      case 'B': return value;
      case 'S': return value;
      case 'L': return value.map((item) => toNative(item, options));
      case 'M': return mapToNative(value, options);
      case 'NS': return new Set(value.map((item) => numberOf(item, options)));
      case 'BS': return new Set(value);
      case 'SS': return new Set(value);
      default: throw new Error(`Unsupported type passed: ${kind}`);
    }
  }
  throw new Error(`No value defined: ${JSON.stringify(attribute)}`);
}

function mapToNative(map, options) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toNative(value, options)]));
}

function unmarshall(value, options) {
  if (options?.convertWithoutMapWrapper) return toNative(value, options);
  return mapToNative(value, options);
}

module.exports = { NumberValue: NumberValueImpl, NumberValueImpl, convertToAttr: toAttribute, convertToNative: toNative, marshall, unmarshall };
