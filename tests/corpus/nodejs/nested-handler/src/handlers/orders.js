const { total } = require('../lib');
exports.api = { create: async (event) => ({ total: total(event.items), file: __filename }) };
