'use strict';

module.exports = require('http')._make('https:');
