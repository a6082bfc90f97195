exports.handler = async () => {
  const b = Buffer.from('héllo wörld €');
  const n = Buffer.alloc(16);
  n.writeUInt32BE(0xdeadbeef, 0); n.writeInt16LE(-2, 4); n.writeDoubleBE(1.5, 8);
  return {
    hex: b.toString('hex'), base64: b.toString('base64'), base64url: Buffer.from([251, 255]).toString('base64url'), latin1: Buffer.from('é', 'latin1').length,
    back: Buffer.from(b.toString('base64'), 'base64').equals(b), lenient: Buffer.from('aGk', 'base64').toString(), json: JSON.stringify(Buffer.from('ab')),
    numbers: [n.readUInt32BE(0).toString(16), n.readInt16LE(4), n.readDoubleBE(8), n.readUIntBE(0, 3)], index: b.indexOf('wör'), includes: b.includes('€'),
    concat: Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString(), slice: b.subarray(0, 2).toString('hex'), length: Buffer.byteLength('€'),
    compare: Buffer.compare(Buffer.from('a'), Buffer.from('b')), isBuffer: Buffer.isBuffer(b), fill: Buffer.alloc(5, 'ab').toString(), instance: b instanceof Uint8Array,
    invalid: Buffer.from([0xff, 0x41]).toString(), utf16: Buffer.from('hi', 'utf16le').toString('hex'), atob: atob('aGk='), btoa: btoa('hi'),
  };
};
