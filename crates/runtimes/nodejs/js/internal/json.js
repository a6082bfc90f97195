// JSON.parse and JSON.stringify with V8's messages. The engine's own parser runs first; only a text that
// it refuses is read again, to say why.
'use strict';

const nativeParse = JSON.parse;
const nativeStringify = JSON.stringify;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANK = /[ \t\n\r]*/y;

/** What is expected where a value has ended, by the bracket that is open. */
const AFTER_VALUE = { '[': "Expected ',' or ']' after array element", '{': "Expected ',' or '}' after property value" };

/** A reason to refuse a text: where it is, and what V8 calls it if it has a name. */
class Refusal {
  constructor(position, name) {
    this.position = position;
    this.name = name;
  }
}

/** Reads a string from its opening quote; gives the position behind it. */
function readString(text, start) {
  for (let at = start + 1; at < text.length; at += 1) {
    const c = text[at];
    if (c === '"') return at + 1;
    if (c < ' ') throw new Refusal(at, 'Bad control character in string literal');
    if (c === '\\') {
      at += 1;
      if (text[at] === 'u') {
        if (!/^[\da-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) throw new Refusal(at, 'Bad Unicode escape');
        at += 4;
      } else if (!/^["\\/bfnrt]$/.test(text[at] ?? '')) throw new Refusal(at, 'Bad escaped character');
    }
  }
  throw new Refusal(text.length, 'Unterminated string');
}

function readNumber(text, start) {
  NUMBER.lastIndex = start;
  const match = NUMBER.exec(text);
  if (match === null) throw new Refusal(start + 1, 'No number after minus sign');
  const end = NUMBER.lastIndex;
  if (text[end] === '.') throw new Refusal(end + 1, 'Unterminated fractional number');
  if (/[eE]/.test(text[end] ?? '')) throw new Refusal(end + (/[+-]/.test(text[end + 1] ?? '') ? 2 : 1), 'Exponent part is missing a number');
  if (/\d/.test(text[end] ?? '')) throw new Refusal(end, 'Unexpected number');
  return end;
}

function readWord(text, start) {
  const word = ['true', 'false', 'null'].find((one) => one[0] === text[start]);
  if (word === undefined) throw new Refusal(start);
  for (let index = 1; index < word.length; index += 1) if (text[start + index] !== word[index]) throw new Refusal(start + index);
  return start + word.length;
}

/** Reads a text as JSON, and throws the reason why it is none. */
function read(text) {
  const open = [];
  let state = 'value';
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    BLANK.test(text);
    at = BLANK.lastIndex;
    const c = text[at];
    if (state === 'end') {
      const inside = open.at(-1);
      if (inside === undefined) {
        if (c === undefined) return;
        throw new Refusal(at, 'Unexpected non-whitespace character after');
      }
      if (c === ',') state = inside === '{' ? 'key' : 'value';
      else if (c === (inside === '{' ? '}' : ']')) open.pop();
      else throw new Refusal(at, AFTER_VALUE[inside]);
      at += 1;
    } else if (state === 'key' || state === 'key or end') {
      if (c === '"') {
        at = readString(text, at);
        state = 'colon';
      } else if (c === '}' && state === 'key or end') {
        open.pop();
        state = 'end';
        at += 1;
      } else throw new Refusal(at, state === 'key' ? 'Expected double-quoted property name' : "Expected property name or '}'");
    } else if (state === 'colon') {
      if (c !== ':') throw new Refusal(at, "Expected ':' after property name");
      state = 'value';
      at += 1;
    } else if (c === '{' || c === '[') {
      open.push(c);
      state = c === '{' ? 'key or end' : 'value or end';
      at += 1;
    } else if (c === ']' && state === 'value or end') {
      open.pop();
      state = 'end';
      at += 1;
    } else {
      state = 'end';
      if (c === '"') at = readString(text, at);
      else if (c === '-' || /\d/.test(c ?? '')) at = readNumber(text, at);
      else at = readWord(text, at);
    }
  }
}

/** The part of a text around a position, as V8 quotes it. */
function quoteAround(text, position) {
  if (text.length <= 40) return `"${text}"`;
  const start = Math.max(0, position - 10);
  const end = Math.min(text.length, position + 10);
  return `${start > 0 ? '...' : ''}"${text.slice(start, end)}"${end < text.length ? '...' : ''}`;
}

function explain(text) {
  if (text === 'undefined' || text === '[object Object]') return `"${text}" is not valid JSON`;
  try {
    read(text);
  } catch (refusal) {
    const { position, name } = refusal;
    if (name !== undefined) {
      const lines = text.slice(0, position).split('\n');
      return `${name}${name.endsWith('after') ? '' : ' in'} JSON at position ${position} (line ${lines.length} column ${lines.at(-1).length + 1})`;
    }
    if (position >= text.length) return 'Unexpected end of JSON input';
    return `Unexpected token '${text[position]}', ${quoteAround(text, position)} is not valid JSON`;
  }
  return undefined;
}

/** The way from an object back to itself, in V8's words. */
function explainCircle(root) {
  const path = [];
  const visit = (holder, key, value) => {
    if (value === null || typeof value !== 'object') return undefined;
    const index = path.findIndex((entry) => entry.value === value);
    if (index >= 0) return { index, key };
    path.push({ key, value });
    for (const name of Object.keys(value)) {
      const found = visit(value, name, value[name]);
      if (found !== undefined) return found;
    }
    path.pop();
    return undefined;
  };
  const found = visit(null, '', root);
  if (found === undefined) return 'Converting circular structure to JSON';
  const typeOf = (value) => `object with constructor '${value.constructor?.name ?? 'Object'}'`;
  const nameOf = (holder, key) => (Array.isArray(holder) ? `index ${key}` : `property '${key}'`);
  const circle = path.slice(found.index);
  const middle = circle.slice(1).map(({ key, value }, index) => `    |     ${nameOf(circle[index].value, key)} -> ${typeOf(value)}`);
  const shown = middle.length > 2 ? [middle[0], '    |     ...', middle.at(-1)] : middle;
  return ['Converting circular structure to JSON', `    --> starting at ${typeOf(circle[0].value)}`, ...shown,
    `    --- ${nameOf(circle.at(-1).value, found.key)} closes the circle`].join('\n');
}

const functions = {
  parse(text, reviver) {
    try {
      return nativeParse(text, reviver);
    } catch (error) {
      const message = error instanceof SyntaxError ? explain(String(text)) : undefined;
      throw message === undefined ? error : new SyntaxError(message);
    }
  },
  stringify(value, replacer, space) {
    try {
      return nativeStringify(value, replacer, space);
    } catch (error) {
      if (error.message !== 'Converting circular structure to JSON') throw error;
      throw new TypeError(explainCircle(value));
    }
  },
};

exports.install = () => {
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(JSON, name, { value, configurable: true, writable: true });
  }
};
