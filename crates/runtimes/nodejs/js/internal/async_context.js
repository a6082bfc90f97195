// The values of AsyncLocalStorage that belong to what is running now.
//
// The engine does not say which promise job continues which function, so a context that was entered with
// an asynchronous function stays current until that function has ended. That is exact as long as such
// functions do not overlap, as they do not in a sandbox that handles one event at a time; of two that do
// overlap, the later one's values are seen.
'use strict';

let current = new Map();

exports.get = () => current;
exports.set = (next) => {
  current = next;
};

exports.run = (next, callback) => {
  const previous = current;
  const leave = () => {
    if (current === next) current = previous;
  };
  current = next;
  let result;
  try {
    result = callback();
  } catch (error) {
    current = previous;
    throw error;
  }
  if (result instanceof Promise) result.then(leave, leave);
  else current = previous;
  return result;
};

/** A function that runs with the values of now. */
exports.bind = (callback) => {
  const saved = current;
  return function (...args) {
    return exports.run(saved, () => callback.apply(this, args));
  };
};

/** Wraps a callback that is called later; free as long as there are no values to keep. */
exports.keep = (callback) => (current.size > 0 ? exports.bind(callback) : callback);
