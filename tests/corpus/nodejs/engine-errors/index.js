const tries = {
  read: () => undefined.name,
  readNull: () => { const user = null; return user.name.first; },
  set: () => { undefined.x = 1; },
  undefinedVariable: () => missing,
  notAFunction: () => { const api = {}; return api.send(); },
  constant: () => { const a = 1; a = 2; },
  notReady: () => { use; let use = 1; },
  json: () => JSON.parse('{"a": nope}'),
  jsonEmpty: () => JSON.parse(''),
  jsonCut: () => JSON.parse('{"a": [1, 2'),
  jsonUndefined: () => JSON.parse(undefined),
  jsonObject: () => JSON.parse({}),
  circular: () => { const a = {}; a.a = a; return JSON.stringify(a); },
  bigint: () => JSON.stringify({ n: 1n }),
  recursion: () => { const f = () => f(); return f(); },
  date: () => new Date(NaN).toISOString(),
};

exports.handler = async () => Object.fromEntries(Object.entries(tries).map(([name, run]) => {
  try {
    return [name, run()];
  } catch (error) {
    return [name, String(error)];
  }
}));
