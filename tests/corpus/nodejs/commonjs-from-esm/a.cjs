exports.early = 1;
const b = require('./b.cjs');
exports.fromB = b.seen;
