const legacy = require('legacy');
exports.handler = async () => legacy();
