const { marshall, unmarshall, NumberValue } = require('@aws-sdk/util-dynamodb');
exports.handler = async () => {
  const attempt = (run) => { try { return run(); } catch (error) { return error.message; } };
  return {
    item: marshall({ s: 'x', n: 1, f: true, l: [1, null], m: { a: 'b' }, e: '' }), empty: marshall({ e: '' }, { convertEmptyValues: true }),
    undef: attempt(() => marshall({ a: undefined })), set: attempt(() => marshall({ a: new Set() })), large: attempt(() => marshall({ a: 2 ** 60 })), nan: attempt(() => marshall({ a: NaN })),
    back: unmarshall({ a: { N: '12' }, b: { L: [{ S: 'x' }] }, c: { BOOL: false }, d: { NULL: true } }), big: unmarshall({ a: { N: '9007199254740993' } }).a.toString(),
    wrapped: unmarshall({ a: { N: '0.1000000000000000055' } }, { wrapNumbers: true }).a.toString(), set2: [...unmarshall({ a: { NS: ['1', '2'] } }).a], scalar: marshall('x'),
  };
};
