// console.table
'use strict';

const { inspect } = require('util');

const show = (value) => inspect(value, { depth: 0, compact: 3, breakLength: Infinity });

function draw(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)) + 2);
  const line = (left, middle, right) => left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
  const cells = (row) => `│${row.map((cell, column) => ` ${cell}`.padEnd(widths[column])).join('│')}│`;
  const [head, ...body] = rows.map(cells);
  return [line('┌', '┬', '┐'), head, line('├', '┼', '┤'), ...body, line('└', '┴', '┘')].join('\n');
}

exports.render = (data, columns) => {
  if (data === null || typeof data !== 'object') return inspect(data);
  const entries = data instanceof Map ? [...data] : data instanceof Set ? [...data].entries().toArray() : Object.entries(data);
  const names = new Set(columns);
  let hasValues = false;
  for (const [, row] of entries) {
    if (row === null || typeof row !== 'object') hasValues = true;
    else if (columns === undefined) for (const name of Object.keys(row)) names.add(name);
  }
  const rows = entries.map(([index, row]) => {
    const isObject = row !== null && typeof row === 'object';
    const cells = [...names].map((name) => (isObject && Object.hasOwn(row, name) ? show(row[name]) : ''));
    return [String(index), ...cells, ...(hasValues ? [isObject ? '' : show(row)] : [])];
  });
  return draw([['(index)', ...names, ...(hasValues ? ['Values'] : [])], ...rows]);
};
