// TypeScript, as a build with esbuild would leave it: without types, and with what has a meaning at run time (enumerations,
// parameters that are properties) as JavaScript. Lines stay where they are.
'use strict';

let sucrase;

/** What knows TypeScript is read when the first such file is. */
function compiler() {
  if (sucrase === undefined) {
    const module = { exports: {} };
    const source = native.decode(native.inflate(native.sucrase(), false), 'utf8');
    native.compile(source, 'node:internal/sucrase').call(module.exports, module.exports, require, module);
    sucrase = module.exports;
  }
  return sucrase;
}

exports.toJavaScript = (text, path, isModule) => {
  let source;
  try {
    source = compiler().toJavaScript(text);
  } catch (error) {
    throw new SyntaxError(`${path}: ${error.message}`);
  }
  // A bundle has what CommonJS gives to each file.
  if (!isModule || !/\b(require|__dirname|__filename)\b/.test(source)) return source;
  return `const require = import.meta.require, __dirname = import.meta.dirname, __filename = import.meta.filename; ${source}`;
};
