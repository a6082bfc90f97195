'use strict';

const EventEmitter = require('events');

/** Runs functions and hands on what they throw at once. */
class Domain extends EventEmitter {
  run(action, ...args) {
    try {
      return action.apply(this, args);
    } catch (error) {
      this.emit('error', error);
      return undefined;
    }
  }
  bind(action) {
    return (...args) => this.run(action, ...args);
  }
  add() {}
  remove() {}
  enter() {}
  exit() {}
}

exports.Domain = Domain;
exports.create = exports.createDomain = () => new Domain();
exports.active = null;
