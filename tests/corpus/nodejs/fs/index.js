const fs = require('fs');
const path = require('path');
let runs = 0;
exports.handler = async () => {
  runs += 1;
  const attempt = (run) => { try { return run(); } catch (error) { return `${error.code}: ${error.message}`; } };
  fs.mkdirSync('/tmp/a/b', { recursive: true });
  fs.appendFileSync('/tmp/a/b/log.txt', `run ${runs}\n`);
  await fs.promises.writeFile('/tmp/x.json', JSON.stringify({ runs }));
  return {
    own: fs.readFileSync(path.join(__dirname, 'data/hello.txt'), 'utf8'), dir: fs.readdirSync(__dirname), log: fs.readFileSync('/tmp/a/b/log.txt', 'utf8'),
    json: JSON.parse(await fs.promises.readFile('/tmp/x.json')), exists: fs.existsSync('/nope'), missing: attempt(() => fs.readFileSync('/nope')),
    readonly: attempt(() => fs.writeFileSync('/var/task/x', '')), stat: fs.statSync('/tmp/a').isDirectory(), size: fs.statSync(path.join(__dirname, 'data/hello.txt')).size,
    tmp: fs.readdirSync('/tmp', { withFileTypes: true }).map((e) => [e.name, e.isDirectory()]),
  };
};
