'use strict';

const { Interface } = require('readline');

class PromisesInterface extends Interface {
  question(text) {
    return new Promise((resolve) => super.question(text, resolve));
  }
}

exports.Interface = PromisesInterface;
exports.createInterface = (input, output) => new PromisesInterface(input, output);
