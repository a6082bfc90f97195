const https = require('https');
const http = require('http');
const get = (url) => new Promise((resolve, reject) => {
  http.get(url, (res) => { let data = ''; res.setEncoding('utf8'); res.on('data', (c) => { data += c; }); res.on('end', () => resolve({ status: res.statusCode, type: res.headers['content-type'], data })); }).on('error', reject);
});
exports.handler = async () => {
  const posted = await new Promise((resolve, reject) => {
    const req = https.request({ hostname: 'api.example.com', path: '/v1/things', method: 'PUT', headers: { 'Content-Type': 'application/json' } }, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c)).on('end', () => resolve(JSON.parse(Buffer.concat(chunks))));
    });
    req.on('error', reject);
    req.write('{"a":');
    req.end('1}');
  });
  return { posted, got: await get('http://plain.example.com/page'), error: await get('http://down.example.com/').catch((error) => error.message) };
};
