const http = require('http');
const util = require('util');
const { StringDecoder } = require('string_decoder');

class Response extends http.ServerResponse {
  constructor(request) {
    super(request);
    this.sent = [];
    this.assignSocket({ writable: true, on() {}, write: (data) => this.sent.push(data.toString()) });
  }
}

function OldDecoder() {
  StringDecoder.call(this, 'utf8');
}
util.inherits(OldDecoder, StringDecoder);

const application = (req, res) => {
  const decoder = new OldDecoder();
  let text = '';
  req.on('data', (chunk) => { text += decoder.write(chunk); });
  req.on('end', () => {
    res.statusCode = 201;
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.write(`${req.method} ${req.url} `);
    res.end(text + decoder.end());
  });
};

exports.handler = (event) => new Promise((resolve) => {
  const req = new http.IncomingMessage(null);
  Object.assign(req, { method: 'POST', url: event.path });
  const res = new Response(req);
  res.on('finish', () => resolve({ status: res.statusCode, headers: res.getHeaders(), sent: res.sent }));
  http.createServer(application).emit('request', req, res);
  req.push(Buffer.from('caf\xc3', 'latin1'));
  req.push(Buffer.from('\xa9', 'latin1'));
  req.push(null);
});
