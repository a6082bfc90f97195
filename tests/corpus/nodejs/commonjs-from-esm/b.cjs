exports.seen = require('./a.cjs').early;
