// The module is not in this folder: a layer brings it.
const { greet } = require("words");

exports.handler = async (event) => ({ message: greet(event.pathParameters.name) });
