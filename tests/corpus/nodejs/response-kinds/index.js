exports.handler = async ({ kind }) => {
  if (kind === 'undefined') return undefined;
  if (kind === 'bigint') return { n: 1n };
  if (kind === 'date') return { at: new Date(0), f() {}, u: undefined };
  return 'text';
};
