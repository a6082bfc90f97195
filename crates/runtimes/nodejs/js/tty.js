'use strict';

exports.isatty = () => false;
