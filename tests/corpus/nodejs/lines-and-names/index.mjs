import { Console } from 'node:console';
import dns from 'node:dns';
import net from 'node:net';
import punycode from 'punycode';
import readline from 'node:readline';
import v8 from 'node:v8';
import { Readable } from 'node:stream';

const streamOf = (...chunks) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

async function lines(...chunks) {
  const found = [];
  for await (const line of readline.createInterface({ input: streamOf(...chunks), crlfDelay: Infinity })) found.push(line);
  return found;
}

const events = () => new Promise((resolve) => {
  const seen = [];
  const reader = readline.createInterface({ input: streamOf('a\nb') });
  reader.on('line', (line) => seen.push(line));
  reader.on('close', () => resolve([...seen, 'close']));
});

const refused = () => new Promise((resolve) => {
  const socket = net.connect({ host: '127.0.0.1', port: 9 });
  socket.on('error', ({ code, syscall, address, port }) => resolve([code, syscall, address, port]));
});

export const handler = async () => ({
  lines: [await lines('one\ntwo', '\r\nthr', 'ee\n\nfive'), await lines('caf', 'é'), await lines()],
  events: await events(),
  refused: await refused(),
  lookup: await dns.promises.lookup('nowhere.invalid').catch(({ code, syscall, hostname }) => [code, syscall, hostname]),
  callback: await new Promise((resolve) => dns.lookup('nowhere.invalid', (error) => resolve(error.code))),
  punycode: [punycode.toASCII('mañana.com'), punycode.toUnicode('xn--maana-pta.com'), punycode.encode('日本語'), punycode.decode('wgv71a119e')],
  heap: typeof v8.getHeapStatistics().heap_size_limit,
  console: typeof Console,
  buffer: ['from', 'isBuffer', 'concat'].map((name) => Object.keys(Buffer).includes(name)),
});
