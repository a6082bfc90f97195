const url = require('url');
const qs = require('querystring');
exports.handler = async () => {
  const u = new URL('../b/./c d?x=1&y=a b#frag', 'https://User:pa%20ss@Example.COM:443/a/x/');
  u.searchParams.append('z', 'ü&');
  let invalid;
  try { new URL('not a url'); } catch (error) { invalid = [error.name, error.code, error.message]; }
  const p = new URLSearchParams({ a: '1', b: 'two words' });
  p.append('a', '3');
  return {
    href: u.href, origin: u.origin, host: u.host, path: u.pathname, params: [...u.searchParams], invalid, p: p.toString(), all: p.getAll('a'),
    legacy: url.parse('http://h.example:8080/p/a?q=1#x', true), resolve: url.resolve('/one/two', '../three'), format: url.format({ protocol: 'https', host: 'h', pathname: '/p', query: { a: 1 } }),
    qs: qs.parse('a=1&a=2&b=%20x'), qsText: qs.stringify({ a: [1, 2], b: 'x y' }), file: url.fileURLToPath('file:///var/task/a%20b'), ip: new URL('http://0x7f.1/').hostname,
  };
};
