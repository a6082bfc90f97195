// The event loop. Rust calls `settle` after each entry until it says that nothing is left to do; all
// that waits for a time is one wish to the host, to be woken.
'use strict';

const { keep } = require('internal/async_context');

const state = {
  ticks: [],
  immediates: [],
  timers: new Set(),
  nextTimer: 1,
  /** How many things keep the loop alive besides timers and immediates. */
  pending: 0,
  rejections: new Map(),
  turnTime: null,
  turnImmediates: 0,
  process: null,
  /** What is done when nothing is left that keeps the loop alive, once. */
  whenEmpty: null,
};

const milliseconds = () => native.now() / 1000;

class Timeout {
  constructor(callback, delay, args, repeat) {
    this._delay = delay >= 1 && delay <= 2147483647 ? Math.trunc(delay) : 1;
    this._id = state.nextTimer++;
    this._callback = keep(callback);
    this._args = args;
    this._repeat = repeat;
    this._ref = true;
    this.refresh();
  }
  refresh() {
    this._due = milliseconds() + this._delay;
    state.timers.add(this);
    return this;
  }
  ref() {
    this._ref = true;
    return this;
  }
  unref() {
    this._ref = false;
    return this;
  }
  hasRef() {
    return this._ref;
  }
  close() {
    state.timers.delete(this);
    return this;
  }
  [Symbol.toPrimitive]() {
    return this._id;
  }
  [Symbol.dispose]() {
    this.close();
  }
}

class Immediate {
  constructor(callback, args) {
    this._callback = keep(callback);
    this._args = args;
    this._ref = true;
  }
  ref() {
    this._ref = true;
    return this;
  }
  unref() {
    this._ref = false;
    return this;
  }
  hasRef() {
    return this._ref;
  }
  [Symbol.dispose]() {
    exports.clearImmediate(this);
  }
}

function checkCallback(callback) {
  if (typeof callback !== 'function') {
    const { invalidArgType } = require('internal/errors');
    throw invalidArgType('callback', 'of type function', callback);
  }
}

exports.setTimeout = function setTimeout(callback, delay, ...args) {
  checkCallback(callback);
  return new Timeout(callback, Number(delay), args, false);
};

exports.setInterval = function setInterval(callback, delay, ...args) {
  checkCallback(callback);
  return new Timeout(callback, Number(delay), args, true);
};

exports.setImmediate = function setImmediate(callback, ...args) {
  checkCallback(callback);
  const immediate = new Immediate(callback, args);
  state.immediates.push(immediate);
  return immediate;
};

exports.clearTimeout = function clearTimeout(timer) {
  if (timer instanceof Timeout) timer.close();
  else if (timer !== undefined && timer !== null) {
    for (const known of state.timers) if (known._id === Number(timer)) known.close();
  }
};

exports.clearInterval = function clearInterval(timer) {
  exports.clearTimeout(timer);
};

exports.clearImmediate = function clearImmediate(immediate) {
  const index = state.immediates.indexOf(immediate);
  if (index >= 0) state.immediates.splice(index, 1);
};

exports.nextTick = (callback, ...args) => {
  checkCallback(callback);
  state.ticks.push({ callback: keep(callback), args });
};

exports.queueMicrotask = function queueMicrotask(callback) {
  checkCallback(callback);
  Promise.resolve().then(() => {
    try {
      callback();
    } catch (error) {
      exports.uncaught(error);
    }
  });
};

/** Something besides timers keeps the loop alive. */
exports.hold = () => {
  state.pending += 1;
};

exports.release = () => {
  state.pending -= 1;
};

exports.whenEmpty = (action) => {
  state.whenEmpty = action;
};

exports.setProcess = (process) => {
  state.process = process;
};

/** Called when the host wakes the guest: the timers that are due run in `settle`. */
exports.wake = () => {};

exports.rejection = (promise, reason, handled) => {
  if (handled) {
    if (!state.rejections.delete(promise)) {
      exports.nextTick(() => state.process.emit('rejectionHandled', promise));
    }
  } else {
    state.rejections.set(promise, reason);
  }
};

exports.uncaught = (error) => {
  const { process } = state;
  if (process.listenerCount('uncaughtException') > 0) {
    process.emit('uncaughtException', error, 'uncaughtException');
  } else {
    require('internal/lambda').fatal(error, 'Uncaught Exception');
  }
};

function reportRejections() {
  const [[promise, reason]] = state.rejections;
  state.rejections.delete(promise);
  if (state.process.listenerCount('unhandledRejection') > 0) {
    state.process.emit('unhandledRejection', reason, promise);
  } else {
    require('internal/lambda').unhandledRejection(reason, promise);
  }
}

function nextTimer() {
  let next = null;
  for (const timer of state.timers) {
    if (next === null || timer._due < next._due || (timer._due === next._due && timer._id < next._id)) next = timer;
  }
  return next;
}

function runTimer(timer) {
  if (timer._repeat) timer._due = milliseconds() + timer._delay;
  else state.timers.delete(timer);
  timer._callback(...timer._args);
}

function isAlive() {
  if (state.pending > 0) return true;
  for (const timer of state.timers) if (timer._ref) return true;
  return state.immediates.some((immediate) => immediate._ref);
}

/** Ticks run before the promise jobs that came with them. */
function runTicks() {
  while (state.ticks.length > 0) {
    const { callback, args } = state.ticks.shift();
    callback(...args);
  }
}

/** Does the next thing; says whether there may be more to do in this turn. */
exports.settle = () => {
  if (state.turnTime === null) {
    state.turnTime = milliseconds();
    state.turnImmediates = state.immediates.length;
  }
  if (state.ticks.length > 0) {
    runTicks();
    return true;
  }
  if (state.rejections.size > 0) {
    reportRejections();
    return true;
  }
  const timer = nextTimer();
  if (timer !== null && timer._due <= state.turnTime) {
    runTimer(timer);
    runTicks();
    return true;
  }
  if (state.turnImmediates > 0 && state.immediates.length > 0) {
    state.turnImmediates -= 1;
    const { _callback, _args } = state.immediates.shift();
    _callback(..._args);
    runTicks();
    return true;
  }
  if (!isAlive()) {
    const { whenEmpty, process } = state;
    const isHeard = process.listenerCount('beforeExit') > 0;
    state.whenEmpty = null;
    if (isHeard) process.emit('beforeExit', process.exitCode ?? 0);
    whenEmpty?.();
    if (isHeard || whenEmpty !== null) return true;
  }
  endTurn(timer);
  return false;
};

function endTurn(timer) {
  state.turnTime = null;
  if (state.immediates.length > 0) native.wakeAt(0);
  else native.wakeAt(timer === null ? Infinity : timer._due * 1000);
}
