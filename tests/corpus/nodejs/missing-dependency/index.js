const axios = require('axios');
exports.handler = async () => axios;
