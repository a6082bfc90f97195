const plain = require('plain');
const both = require('both');
const sub = require('both/features/a');
const scoped = require('@scope/pkg');
const data = require('./data.json');
exports.handler = async () => {
  const esm = await import('both');
  const dynamic = await import('./late.mjs');
  let hidden;
  try { require('both/internal'); } catch (error) { hidden = error.code; }
  return { plain, both, sub, scoped, data, esm: esm.kind, late: dynamic.default, hidden };
};
