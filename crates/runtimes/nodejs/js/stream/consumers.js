'use strict';

const { Buffer } = require('buffer');

async function buffer(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

module.exports = {
  buffer,
  arrayBuffer: async (stream) => new Uint8Array(await buffer(stream)).buffer,
  blob: async (stream) => new Blob([await buffer(stream)]),
  text: async (stream) => (await buffer(stream)).toString(),
  json: async (stream) => JSON.parse((await buffer(stream)).toString()),
};
