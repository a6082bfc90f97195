'use strict';

const { isDeepEqual } = require('internal/equal');
const { inspect } = require('internal/inspect');
const { nodeError } = require('internal/errors');

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    this.name = 'AssertionError';
    this.stack = this.stack.replace(/^Error/, 'AssertionError [ERR_ASSERTION]');
    Object.assign(this, { generatedMessage: false, code: 'ERR_ASSERTION', actual, expected, operator });
  }
}

function check(ok, message, fallback, details) {
  if (ok) return;
  if (message instanceof Error) throw message;
  throw Object.assign(new AssertionError({ message: message ?? fallback(), ...details }), { generatedMessage: message === undefined });
}

function assert(value, message) {
  check(value, message, () => (value === undefined && arguments.length === 0
    ? 'No value argument passed to `assert.ok()`'
    : 'The expression evaluated to a falsy value'), { actual: value, expected: true, operator: '==' });
}

const comparison = (operator, same, wanted, words) => (actual, expected, message) => check(
  same(actual, expected) === wanted, message,
  () => `${words}:\n\n${wanted ? `${inspect(actual)} !== ${inspect(expected)}\n` : inspect(actual)}`,
  { actual, expected, operator },
);

const loose = (a, b) => a == b || (a !== a && b !== b);
const deep = (a, b) => isDeepEqual(a, b, true);
const deepLoose = (a, b) => isDeepEqual(a, b, false);

/** Says whether an error is the one that is expected. */
function matches(error, expected) {
  if (expected === undefined) return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected === 'function') {
    if (expected.prototype !== undefined && error instanceof expected) return true;
    return Error.isPrototypeOf(expected) ? false : expected.call({}, error) === true;
  }
  return Object.keys(expected).every((key) => (expected[key] instanceof RegExp && typeof error[key] === 'string'
    ? expected[key].test(error[key])
    : deep(error[key], expected[key])));
}

function checkThrown(caught, expected, message) {
  if (caught === undefined) {
    check(false, typeof expected === 'string' ? expected : message, () => 'Missing expected exception.', { operator: 'throws' });
  } else if (typeof expected !== 'string' && !matches(caught.error, expected)) {
    if (message !== undefined) check(false, message);
    throw caught.error;
  }
}

Object.assign(assert, {
  AssertionError,
  ok: assert,
  equal: comparison('==', loose, true, 'Expected values to be loosely equal'),
  notEqual: comparison('!=', loose, false, 'Expected "actual" to be loosely unequal to'),
  strictEqual: comparison('strictEqual', Object.is, true, 'Expected values to be strictly equal'),
  notStrictEqual: comparison('notStrictEqual', Object.is, false, 'Expected "actual" to be strictly unequal to'),
  deepEqual: comparison('deepEqual', deepLoose, true, 'Expected values to be loosely deep-equal'),
  deepStrictEqual: comparison('deepStrictEqual', deep, true, 'Expected values to be strictly deep-equal'),
  notDeepEqual: comparison('notDeepEqual', deepLoose, false, 'Expected "actual" not to be loosely deep-equal to'),
  notDeepStrictEqual: comparison('notDeepStrictEqual', deep, false, 'Expected "actual" not to be strictly deep-equal to'),
  fail(message = 'Failed') {
    check(false, message, undefined, { operator: 'fail' });
  },
  throws(run, expected, message) {
    let caught;
    try {
      run();
    } catch (error) {
      caught = { error };
    }
    checkThrown(caught, expected, message);
  },
  doesNotThrow(run) {
    run();
  },
  async rejects(run, expected, message) {
    let caught;
    try {
      await (typeof run === 'function' ? run() : run);
    } catch (error) {
      caught = { error };
    }
    checkThrown(caught, expected, message);
  },
  async doesNotReject(run) {
    await (typeof run === 'function' ? run() : run);
  },
  match: (text, pattern, message) => check(pattern.test(text), message, () => `The input did not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, { actual: text, expected: pattern, operator: 'match' }),
  doesNotMatch: (text, pattern, message) => check(!pattern.test(text), message, () => `The input was expected to not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, { actual: text, expected: pattern, operator: 'doesNotMatch' }),
  ifError(value) {
    if (value === null || value === undefined) return;
    throw nodeError(Error, 'ERR_ASSERTION', `ifError got unwanted exception: ${value?.message ?? inspect(value)}`);
  },
});
assert.strict = Object.assign((...args) => assert(...args), assert, {
  equal: assert.strictEqual, notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual,
});

module.exports = assert;
