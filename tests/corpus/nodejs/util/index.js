const util = require('node:util');
const EventEmitter = require('events');
function Old() { EventEmitter.call(this); }
util.inherits(Old, EventEmitter);
exports.handler = async () => {
  const later = util.promisify((value, done) => setTimeout(done, 1, null, value * 2));
  const old = new Old();
  const heard = [];
  old.on('x', (v) => heard.push(v));
  old.once('x', (v) => heard.push(`once ${v}`));
  old.emit('x', 1); old.emit('x', 2);
  return {
    doubled: await later(21), heard, format: util.format('%s:%s', 'a', 1, { b: 2 }), inspect: util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }),
    types: [util.types.isPromise(Promise.resolve()), util.types.isDate(new Date()), util.types.isRegExp('x')],
    equal: util.isDeepStrictEqual({ a: [1, new Set([1])] }, { a: [1, new Set([1])] }), utf8: new util.TextDecoder().decode(new util.TextEncoder().encode('€')),
    clone: structuredClone({ d: new Date(0), m: new Map([[1, { a: 1 }]]) }).m.get(1), custom: util.inspect({ [util.inspect.custom]: () => 'mine' }),
    awaited: await EventEmitter.once(Object.assign(old, { _: setTimeout(() => old.emit('y', 7), 1) }), 'y'),
  };
};
