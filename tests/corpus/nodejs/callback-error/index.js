exports.handler = (event, context, callback) => callback(new TypeError('bad thing'));
