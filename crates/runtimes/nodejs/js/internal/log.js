// Log lines in Lambda's two formats.
'use strict';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

const settings = { json: false, minimum: 0, requestId: undefined };

exports.configure = (env) => {
  settings.json = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  settings.minimum = settings.json ? Math.max(0, LEVELS.indexOf(env.AWS_LAMBDA_LOG_LEVEL)) : 0;
};

exports.isJson = () => settings.json;

exports.setRequestId = (requestId) => {
  settings.requestId = requestId;
};

/** Writes one line for a call of `console`. */
exports.write = (level, args) => {
  if (LEVELS.indexOf(level) < settings.minimum) return;
  native.log(settings.json ? jsonLine(level, args) : textLine(level, args));
};

/** Writes text as it is, for `process.stdout`. */
exports.raw = (text) => native.log(text);

function textLine(level, args) {
  const { format } = require('util');
  return `${new Date().toISOString()}\t${settings.requestId}\t${level}\t${format(...args)}`;
}

function jsonLine(level, args) {
  const { format } = require('util');
  const line = { timestamp: new Date().toISOString(), level, requestId: settings.requestId };
  const only = args.length === 1 ? args[0] : undefined;
  if (only !== null && typeof only === 'object') {
    line.message = only;
    try {
      return JSON.stringify(line, errorsAsObjects);
    } catch {
      line.message = format(only);
      return JSON.stringify(line);
    }
  }
  line.message = format(...args);
  const error = args.find((arg) => arg instanceof Error);
  if (error !== undefined) Object.assign(line, errorsAsObjects('', error));
  return JSON.stringify(line);
}

function errorsAsObjects(_key, value) {
  if (!(value instanceof Error)) return value;
  return {
    errorType: value?.constructor?.name ?? 'UnknownError',
    errorMessage: value.message,
    stackTrace: typeof value.stack === 'string' ? value.stack.split('\n') : [],
  };
}
