// util.inspect and util.format, with Node's layout.
'use strict';

const DEFAULTS = {
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100,
  maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
};

const COLORS = {
  number: [33, 39], bigint: [33, 39], boolean: [33, 39], string: [32, 39], symbol: [32, 39], undefined: [90, 39],
  null: [1, 22], special: [36, 39], date: [35, 39], regexp: [31, 39], module: [4, 24],
};

const custom = Symbol.for('nodejs.util.inspect.custom');

function inspect(value, options, ...legacy) {
  const context = { ...inspect.defaultOptions, seen: [], indentation: 0, currentDepth: 0, circular: new Map() };
  if (typeof options === 'boolean') {
    context.showHidden = options;
    if (legacy[0] !== undefined) context.depth = legacy[0];
    if (legacy[1] !== undefined) context.colors = legacy[1];
  } else if (options !== null && options !== undefined) {
    context.userOptions = options;
    Object.assign(context, options);
  }
  context.depth ??= Infinity;
  context.maxArrayLength ??= Infinity;
  context.maxStringLength ??= Infinity;
  return formatValue(context, value, 0, true);
}

const style = (context, text, kind) => (context.colors ? `\u001b[${COLORS[kind][0]}m${text}\u001b[${COLORS[kind][1]}m` : text);

function formatValue(context, value, depth, top = false) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    return formatPrimitive(context, value, top);
  }
  if (context.customInspect) {
    const inspector = value[custom];
    if (typeof inspector === 'function' && inspector !== inspect && value.constructor?.prototype !== value) {
      const left = context.depth - depth;
      const shown = inspector.call(value, left, { ...context, depth: left, stylize: (text, kind) => style(context, text, kind) }, inspect);
      if (shown !== value) {
        return typeof shown === 'object' && shown !== null
          ? formatValue(context, shown, depth)
          : String(shown).replaceAll('\n', `\n${' '.repeat(context.indentation)}`);
      }
    }
  }
  if (context.seen.includes(value)) {
    if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
    return style(context, `[Circular *${context.circular.get(value)}]`, 'special');
  }
  return formatObject(context, value, depth);
}

const ESCAPES = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\\': '\\\\' };

function quote(text) {
  let mark = "'";
  if (text.includes("'")) mark = !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
  const escaped = text.replace(/[\u0000-\u001f\\\u007f-\u009f]/g, (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

function formatNumber(value) {
  return Object.is(value, -0) ? '-0' : String(value);
}

function formatPrimitive(context, value, top) {
  if (typeof value === 'string') {
    let text = value;
    let tail = '';
    if (text.length > context.maxStringLength) {
      const rest = text.length - context.maxStringLength;
      text = text.slice(0, context.maxStringLength);
      tail = `... ${rest} more character${rest > 1 ? 's' : ''}`;
    }
    if (!top && context.compact !== true && text.length > 16 && text.length > context.breakLength - context.indentation - 4) {
      return text.split(/(?<=\n)/).map((line) => style(context, quote(line), 'string'))
        .join(` +\n${' '.repeat(context.indentation + 2)}`) + tail;
    }
    return style(context, quote(text), 'string') + tail;
  }
  if (typeof value === 'number') return style(context, formatNumber(value), 'number');
  if (typeof value === 'bigint') return style(context, `${value}n`, 'bigint');
  if (typeof value === 'symbol') return style(context, value.toString(), 'symbol');
  return style(context, String(value), value === null ? 'null' : typeof value);
}

function constructorName(value) {
  for (let at = value; at !== null; at = Object.getPrototypeOf(at)) {
    const own = Object.getOwnPropertyDescriptor(at, 'constructor');
    if (typeof own?.value === 'function' && own.value.name !== '') return own.value.name;
  }
  return null;
}

function prefixOf(name, tag, fallback, size) {
  const shown = name ?? `[${fallback}: null prototype]`;
  const sized = size === undefined ? shown : `${shown}(${size})`;
  return tag !== '' && tag !== name ? `${sized} [${tag}] ` : `${sized} `;
}

function keysOf(value, showHidden) {
  if (showHidden) return Reflect.ownKeys(value);
  const symbols = Object.getOwnPropertySymbols(value);
  return [...Object.keys(value), ...symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))];
}

const typedArray = Object.getPrototypeOf(Uint8Array);
const brand = (value) => Object.prototype.toString.call(value).slice(8, -1);

/** What an object is: how it begins and ends, and what stands inside. */
function describe(context, value, keys) {
  const name = constructorName(value);
  let tag = value[Symbol.toStringTag];
  if (typeof tag !== 'string' || tag === '' || tag === name) tag = '';
  const plainKeys = () => keys.filter((key) => typeof key === 'symbol' || !/^(0|[1-9]\d*)$/.test(key));
  if (Array.isArray(value)) {
    const prefix = name !== 'Array' || tag !== '' ? prefixOf(name, tag, 'Array', value.length) : '';
    return { braces: [`${prefix}[`, ']'], entries: arrayEntries, keys: plainKeys(), array: true };
  }
  if (value instanceof typedArray) {
    return { braces: [`${prefixOf(name, tag === name ? '' : tag, 'TypedArray', value.length)}[`, ']'], entries: typedArrayEntries, keys: plainKeys(), array: true };
  }
  if (value instanceof Set) return { braces: [`${prefixOf(name, tag, 'Set', value.size)}{`, '}'], entries: setEntries, keys };
  if (value instanceof Map) return { braces: [`${prefixOf(name, tag, 'Map', value.size)}{`, '}'], entries: mapEntries, keys };
  const base = baseOf(context, value, name, tag);
  if (base !== undefined) return { ...base, keys: base.keys ?? keys };
  const plain = name === 'Object' && tag === '';
  return { braces: [plain ? '{' : `${prefixOf(name, tag, 'Object')}{`, '}'], keys };
}

/** Objects that are shown as a text, with their properties, if any, in braces behind it. */
function baseOf(context, value, name, tag) {
  const braces = ['{', '}'];
  if (typeof value === 'function') return { base: style(context, functionBase(value, name), 'special'), braces };
  if (value instanceof RegExp) return { base: style(context, String(value), 'regexp'), braces };
  if (value instanceof Date) {
    return { base: style(context, Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString(), 'date'), braces };
  }
  if (value instanceof Error) return errorBase(context, value);
  if (value instanceof Promise) return { braces: [`${prefixOf(name, tag, 'Promise')}{`, '}'], entries: promiseEntries };
  if (value instanceof WeakSet || value instanceof WeakMap) {
    return { braces: [`${prefixOf(name, '', 'WeakMap')}{`, '}'], entries: () => [style(context, '<items unknown>', 'special')] };
  }
  if (value instanceof ArrayBuffer) return { braces: [`${prefixOf(name, '', 'ArrayBuffer')}{`, '}'], entries: bufferEntries };
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    const inner = formatPrimitive({ ...context, colors: false }, value.valueOf(), true);
    const keys = value instanceof String ? Object.keys(value).slice(value.length) : undefined;
    return { base: style(context, `[${brand(value)}: ${inner}]`, typeof value.valueOf()), braces, keys };
  }
  if (brand(value) === 'Arguments') return { braces: ['[Arguments] {', '}'] };
  if (brand(value) === 'Generator') return { braces: ['Object [Generator] {', '}'] };
  if (brand(value) === 'Module') return { braces: ['[Module: null prototype] {', '}'] };
  return undefined;
}

function functionBase(value, name) {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith('class') && source.endsWith('}')) {
    const parent = Object.getPrototypeOf(value)?.name;
    return `[class ${value.name || '(anonymous)'}${parent ? ` extends ${parent}` : ''}]`;
  }
  const kind = name === null ? 'Function (null prototype)' : name;
  return `[${kind}${value.name === '' ? ' (anonymous)' : `: ${value.name}`}]`;
}

function errorBase(context, error) {
  const own = Object.keys(error).filter((key) => key !== 'stack' && key !== 'message');
  let stack = typeof error.stack === 'string' && error.stack !== '' ? error.stack : `[${Error.prototype.toString.call(error)}]`;
  const name = constructorName(error) ?? 'Error';
  if (name !== 'Error' && name.endsWith('Error') && stack.startsWith('Error') && !stack.includes(name)) {
    stack = stack.replace(/^Error/, error.name && error.name !== 'Error' ? error.name : name);
  }
  if (Object.hasOwn(error, 'cause') && !own.includes('cause')) own.push('cause');
  if (Array.isArray(error.errors) && !own.includes('errors')) own.push('errors');
  if (!stack.includes('\n    at')) stack = stack.startsWith('[') ? stack : `[${stack}]`;
  const visible = own.filter((key) => key !== 'name' || !stack.includes(error.name));
  const indent = ' '.repeat(context.indentation);
  return { base: indent === '' ? stack : stack.replaceAll('\n', `\n${indent}`), braces: ['{', '}'], keys: visible, hidden: ['cause', 'errors'] };
}

function arrayEntries(context, value, depth) {
  const output = [];
  const limit = Math.min(context.maxArrayLength, value.length);
  let holes = 0;
  const flush = () => {
    if (holes > 0) output.push(style(context, `<${holes} empty item${holes > 1 ? 's' : ''}>`, 'undefined'));
    holes = 0;
  };
  let index = 0;
  for (; index < value.length && output.length + (holes > 0 ? 1 : 0) < limit; index += 1) {
    if (Object.hasOwn(value, index)) {
      flush();
      output.push(formatProperty(context, value, index, depth, true));
    } else holes += 1;
  }
  flush();
  pushMore(output, value.length - index);
  return output;
}

function pushMore(output, rest) {
  if (rest > 0) output.push(`... ${rest} more item${rest > 1 ? 's' : ''}`);
}

function typedArrayEntries(context, value) {
  const shown = Array.prototype.slice.call(value, 0, context.maxArrayLength);
  const output = shown.map((item) => formatPrimitive(context, item, false));
  pushMore(output, value.length - shown.length);
  return output;
}

function setEntries(context, value, depth) {
  context.indentation += 2;
  const output = [...value].slice(0, context.maxArrayLength).map((item) => formatValue(context, item, depth));
  pushMore(output, value.size - output.length);
  context.indentation -= 2;
  return output;
}

function mapEntries(context, value, depth) {
  context.indentation += 2;
  const output = [...value].slice(0, context.maxArrayLength)
    .map(([key, item]) => `${formatValue(context, key, depth)} => ${formatValue(context, item, depth)}`);
  pushMore(output, value.size - output.length);
  context.indentation -= 2;
  return output;
}

const promiseEntries = (context) => [style(context, '<pending>', 'special')];

function bufferEntries(context, value) {
  const bytes = new Uint8Array(value, 0, Math.min(50, value.byteLength));
  const hex = native.decode(bytes, 'hex').replace(/(..)(?=.)/g, '$1 ');
  const rest = value.byteLength - bytes.length;
  const more = rest > 0 ? ` ... ${rest} more byte${rest > 1 ? 's' : ''}` : '';
  return [`[${style(context, 'Uint8Contents', 'special')}]: <${hex}${more}>`, `byteLength: ${formatPrimitive(context, value.byteLength, false)}`];
}

function formatProperty(context, holder, key, depth, isItem, hidden) {
  const descriptor = Object.getOwnPropertyDescriptor(holder, key) ?? { value: holder[key], enumerable: true };
  let text;
  if (descriptor.get !== undefined) {
    text = style(context, descriptor.set !== undefined ? '[Getter/Setter]' : '[Getter]', 'special');
  } else if (descriptor.set !== undefined) {
    text = style(context, '[Setter]', 'special');
  } else {
    const inner = context.compact !== true || !isItem ? 2 : 3;
    context.indentation += inner;
    text = formatValue(context, descriptor.value, depth);
    context.indentation -= inner;
  }
  if (isItem) return text;
  return `${formatKey(context, key, descriptor.enumerable || false, hidden)}: ${text}`;
}

function formatKey(context, key, enumerable, hidden) {
  if (typeof key === 'symbol') return `[${style(context, key.toString(), 'symbol')}]`;
  if (key === '__proto__') return "['__proto__']";
  if (!enumerable || hidden?.includes(key)) return `[${key}]`;
  return /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(key) ? key : style(context, quote(key), 'string');
}

function formatObject(context, value, depth) {
  const shape = describe(context, value, keysOf(value, context.showHidden));
  const { braces, entries, keys } = shape;
  let { base = '' } = shape;
  const isEmpty = keys.length === 0 && (entries === undefined || (shape.array ? value.length : value.size) === 0);
  if (isEmpty && base !== '') return base;
  if (isEmpty) return `${braces[0]}${braces[1]}`;
  if (depth > context.depth) {
    const name = Array.isArray(value) ? 'Array' : (braces[0].slice(0, -1).trim() || 'Object');
    return style(context, `[${name}]`, 'special');
  }
  context.seen.push(value);
  context.currentDepth = depth;
  const output = entries === undefined ? [] : entries(context, value, depth + 1);
  for (const key of keys) output.push(formatProperty(context, value, key, depth + 1, false, shape.hidden));
  context.seen.pop();
  if (context.circular.has(value)) {
    const mark = style(context, `<ref *${context.circular.get(value)}>`, 'special');
    if (base === '') braces[0] = `${mark} ${braces[0]}`;
    else base = `${mark} ${base}`;
  }
  if (output.length === 0) return base !== '' ? base : `${braces[0]}${braces[1]}`;
  if (context.sorted && !shape.array) output.sort(typeof context.sorted === 'function' ? context.sorted : undefined);
  return layOut(context, output, base, braces, depth, shape.array, value);
}

function layOut(context, output, base, braces, depth, isArray, value) {
  const start = base === '' ? '' : `${base} `;
  if (context.compact !== true && context.compact >= 1) {
    const count = output.length;
    const lines = isArray && count > 6 ? groupItems(context, output, value) : output;
    if (context.currentDepth - depth < context.compact && count === lines.length) {
      const length = lines.length + context.indentation + braces[0].length + base.length + 10;
      const total = lines.reduce((sum, line) => sum + line.length, lines.length + length);
      if (total <= context.breakLength && !base.includes('\n')) {
        const joined = lines.join(', ');
        if (!joined.includes('\n')) return `${start}${braces[0]} ${joined} ${braces[1]}`;
      }
    }
    const indent = `\n${' '.repeat(context.indentation)}`;
    return `${start}${braces[0]}${indent}  ${lines.join(`,${indent}  `)}${indent}${braces[1]}`;
  }
  const joined = output.join(', ');
  if (context.compact === true && joined.length + braces[0].length + base.length + output.length <= context.breakLength && !joined.includes('\n')) {
    return `${start}${braces[0]} ${joined} ${braces[1]}`;
  }
  const indent = `\n${' '.repeat(context.indentation)}`;
  return `${start}${braces[0]}${indent}  ${output.join(`,${indent}  `)}${indent}${braces[1]}`;
}

/** Puts the short items of a long array into columns. */
function groupItems(context, output, value) {
  const separator = 2;
  const hasMore = /^\.\.\. \d+ more items?$/.test(output.at(-1)) && context.maxArrayLength < value.length;
  const count = hasMore ? output.length - 1 : output.length;
  const lengths = output.slice(0, count).map((item) => item.length);
  const total = lengths.reduce((sum, length) => sum + length + separator, 0);
  const widest = Math.max(...lengths) + separator;
  if (widest * 3 + context.indentation >= context.breakLength) return output;
  if (!(total / widest > 5 || widest <= 6 + separator)) return output;
  const bias = Math.sqrt(widest - total / output.length);
  const biasedWidest = Math.max(widest - 3 - bias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * biasedWidest * count) / biasedWidest),
    Math.floor((context.breakLength - context.indentation) / widest),
    context.compact * 4,
    15,
  );
  if (columns <= 1) return output;
  const widths = Array.from({ length: columns }, (_, column) => {
    const inColumn = lengths.filter((_length, index) => index % columns === column);
    return Math.max(0, ...inColumn) + separator;
  });
  const numeric = value.length > 0 && output.slice(0, count).every((_, index) => ['number', 'bigint'].includes(typeof value[index]));
  const lines = [];
  for (let row = 0; row < count; row += columns) {
    const end = Math.min(row + columns, count);
    const cells = [];
    for (let index = row; index < end; index += 1) {
      const last = index === end - 1;
      const width = widths[index - row];
      if (numeric) cells.push((last ? output[index] : `${output[index]}, `).padStart(last ? width - separator : width));
      else cells.push(last ? output[index] : `${output[index]}, `.padEnd(width));
    }
    lines.push(cells.join(''));
  }
  if (hasMore) lines.push(output.at(-1));
  return lines;
}

inspect.custom = custom;
inspect.defaultOptions = DEFAULTS;
inspect.colors = {};
inspect.styles = {};

function formatWithOptions(options, ...args) {
  const [first, ...rest] = args;
  if (args.length === 0) return '';
  if (typeof first !== 'string') return args.map((arg) => shown(options, arg)).join(' ');
  let text = first;
  if (rest.length > 0) {
    text = first.replace(/%([%sdifjoOc])/g, (whole, kind) => {
      if (kind === '%') return '%';
      if (rest.length === 0) return whole;
      return directive(options, kind, rest.shift());
    });
  }
  return [text, ...rest.map((arg) => shown(options, arg))].join(' ');
}

const shown = (options, value) => (typeof value === 'string' ? value : inspect(value, { compact: 3, ...options }));

function directive(options, kind, value) {
  switch (kind) {
    case 's': return stringDirective(options, value);
    case 'd':
      if (typeof value === 'bigint') return `${value}n`;
      return typeof value === 'symbol' || typeof value === 'object' ? String(NaN) : formatNumber(Number(value));
    case 'i':
      if (typeof value === 'bigint') return `${value}n`;
      return typeof value === 'symbol' || typeof value === 'object' ? String(NaN) : formatNumber(parseInt(value, 10));
    case 'f': return typeof value === 'symbol' ? String(NaN) : formatNumber(parseFloat(value));
    case 'j':
      try {
        return JSON.stringify(value) ?? 'undefined';
      } catch (error) {
        if (/circular/i.test(error.message)) return '[Circular]';
        throw error;
      }
    case 'o': return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
    case 'O': return inspect(value, options);
    default: return '';
  }
}

/** Whether the `toString` of an object is one of the language's own. */
function hasBuiltInToString(value) {
  if (Object.hasOwn(value, 'toString')) return false;
  let at = value;
  while (at !== null && !Object.hasOwn(at, 'toString')) at = Object.getPrototypeOf(at);
  const name = Object.getOwnPropertyDescriptor(at ?? {}, 'constructor')?.value?.name;
  return at === null || Object.hasOwn(globalThis, name);
}

function stringDirective(options, value) {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (!hasBuiltInToString(value)) return String(value);
  return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
}

exports.inspect = inspect;
exports.format = (...args) => formatWithOptions({}, ...args);
exports.formatWithOptions = formatWithOptions;
