// A small Intl: English of the United States, which is Lambda's default locale.
'use strict';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const SYMBOLS = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', KRW: '₩', CNY: 'CN¥', BRL: 'R$', CAD: 'CA$', AUD: 'A$', MXN: 'MX$' };
const pad = (value) => String(value).padStart(2, '0');

class NumberFormat {
  #options;
  constructor(_locales, options = {}) {
    const { style = 'decimal', currency } = options;
    if (style === 'currency' && currency === undefined) throw new TypeError('Currency code is required with currency style.');
    const digits = style === 'currency' ? (['JPY', 'KRW'].includes(currency) ? [0, 0] : [2, 2]) : style === 'percent' ? [0, 0] : [0, 3];
    const minimum = options.minimumFractionDigits ?? Math.min(digits[0], options.maximumFractionDigits ?? Infinity);
    this.#options = { ...options, style, minimum, maximum: options.maximumFractionDigits ?? Math.max(digits[1], minimum) };
    this.format = this.format.bind(this);
  }
  format(value) {
    const { style, currency, minimum, maximum, useGrouping = true, minimumIntegerDigits = 1, notation } = this.#options;
    if (typeof value !== 'bigint' && !Number.isFinite(Number(value))) {
      return Number.isNaN(Number(value)) ? 'NaN' : `${Number(value) < 0 ? '-' : ''}∞`;
    }
    let number = style === 'percent' ? Number(value) * 100 : value;
    let suffix = style === 'percent' ? '%' : '';
    if (notation === 'compact') [number, suffix] = compact(Number(number));
    const negative = number < 0 || Object.is(number, -0);
    const text = roundTo(number, notation === 'compact' ? (Math.abs(number) < 100 && suffix !== '' ? 1 : 0) : maximum);
    let [whole, fraction = ''] = text.replace('-', '').split('.');
    while (fraction.length > minimum && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
    whole = whole.padStart(minimumIntegerDigits, '0');
    if (useGrouping !== false && useGrouping !== 'false') whole = whole.replace(/\B(?=(\d{3})+$)/g, ',');
    const symbol = style === 'currency' ? (this.#options.currencyDisplay === 'code' ? `${currency}\u00a0` : SYMBOLS[currency] ?? `${currency}\u00a0`) : '';
    return `${negative ? '-' : ''}${symbol}${whole}${fraction === '' ? '' : `.${fraction}`}${suffix}`;
  }
  formatToParts(value) {
    return [{ type: 'literal', value: this.format(value) }];
  }
  resolvedOptions() {
    return { locale: 'en-US', numberingSystem: 'latn', ...this.#options };
  }
}

function compact(value) {
  const [divisor, suffix] = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']].find(([size]) => Math.abs(value) >= size) ?? [1, ''];
  return [value / divisor, suffix];
}

/** Rounds half away from zero, on the decimal digits of the number. */
function roundTo(value, digits) {
  if (typeof value === 'bigint') return String(value);
  const [mantissa, exponent = '0'] = String(Math.abs(Number(value))).split('e');
  const rounded = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  if (!Number.isSafeInteger(rounded)) return Math.abs(Number(value)).toFixed(Math.min(digits, 100));
  return Number(`${rounded}e-${digits}`).toFixed(digits);
}

class DateTimeFormat {
  #options;
  constructor(_locales, options = {}) {
    const zone = options.timeZone ?? 'UTC';
    if (offsetOf(zone) === undefined) throw new RangeError(`Invalid time zone specified: ${zone}`);
    const wantsNothing = !['weekday', 'year', 'month', 'day', 'hour', 'minute', 'second', 'dateStyle', 'timeStyle'].some((key) => options[key] !== undefined);
    this.#options = { ...(wantsNothing ? { year: 'numeric', month: 'numeric', day: 'numeric' } : {}), ...options, timeZone: zone };
    this.format = this.format.bind(this);
  }
  format(value = Date.now()) {
    const time = Number(value);
    if (Number.isNaN(time)) throw new RangeError('Invalid time value');
    const date = new Date(time + offsetOf(this.#options.timeZone) * 60000);
    const { dateStyle, timeStyle } = this.#options;
    const day = dateText(date, dateStyle === undefined ? this.#options : DATE_STYLES[dateStyle]);
    const clock = timeText(date, timeStyle === undefined ? this.#options : { ...TIME_STYLES[timeStyle], hour12: this.#options.hour12 }, this.#options.timeZone);
    return [day, clock].filter((part) => part !== '').join(['full', 'long'].includes(dateStyle) ? ' at ' : ', ');
  }
  formatToParts(value) {
    return [{ type: 'literal', value: this.format(value) }];
  }
  resolvedOptions() {
    return { locale: 'en-US', calendar: 'gregory', numberingSystem: 'latn', ...this.#options };
  }
}

const DATE_STYLES = {
  full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  long: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' },
  short: { year: '2-digit', month: 'numeric', day: 'numeric' },
};
const TIME_STYLES = {
  full: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'long' },
  long: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
  medium: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
  short: { hour: 'numeric', minute: '2-digit' },
};

/** Minutes east of UTC. There is no time zone database here: UTC and fixed offsets only. */
function offsetOf(zone) {
  if (/^(utc|gmt|etc\/(utc|gmt)|universal|zulu)$/i.test(zone)) return 0;
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  return fixed === null ? undefined : (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
}

function dateText(date, { weekday, year, month, day }) {
  const week = weekday === undefined ? '' : DAYS[date.getUTCDay()].slice(0, weekday === 'long' ? undefined : 3);
  const years = year === undefined ? '' : year === '2-digit' ? pad(date.getUTCFullYear() % 100) : String(date.getUTCFullYear());
  const days = day === undefined ? '' : day === '2-digit' ? pad(date.getUTCDate()) : String(date.getUTCDate());
  if (month === 'long' || month === 'short') {
    const name = MONTHS[date.getUTCMonth()].slice(0, month === 'long' ? undefined : 3);
    const monthAndDay = [name, days].filter(Boolean).join(' ');
    return [week, monthAndDay + (years !== '' && days === '' ? ` ${years}` : ''), days === '' ? '' : years].filter(Boolean).join(', ');
  }
  const months = month === undefined ? '' : month === '2-digit' ? pad(date.getUTCMonth() + 1) : String(date.getUTCMonth() + 1);
  return [week, [months, days, years].filter(Boolean).join('/')].filter(Boolean).join(', ');
}

function timeText(date, { hour, minute, second, hour12, hourCycle, timeZoneName }, zone) {
  if (hour === undefined && minute === undefined && second === undefined) return '';
  const twelve = hour12 ?? (hourCycle === undefined || hourCycle === 'h12');
  const hours = date.getUTCHours();
  const shown = twelve ? hours % 12 || 12 : hours;
  const parts = [];
  if (hour !== undefined) parts.push(hour === '2-digit' || !twelve ? pad(shown) : String(shown));
  if (minute !== undefined) parts.push(hour === undefined && second === undefined ? String(date.getUTCMinutes()) : pad(date.getUTCMinutes()));
  if (second !== undefined) parts.push(hour === undefined && minute === undefined ? String(date.getUTCSeconds()) : pad(date.getUTCSeconds()));
  const name = timeZoneName === undefined ? '' : ` ${timeZoneName === 'long' && zone === 'UTC' ? 'Coordinated Universal Time' : zone}`;
  return parts.join(':') + (twelve && hour !== undefined ? `\u202f${hours < 12 ? 'AM' : 'PM'}` : '') + name;
}

/** Alphabetical order as people expect it: case last, accents after the base letter. */
class Collator {
  #options;
  constructor(_locales, options = {}) {
    this.#options = options;
    this.compare = this.compare.bind(this);
  }
  compare(a, b) {
    const { numeric = false, sensitivity = 'variant' } = this.#options;
    const base = (text) => String(text).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    const first = numeric ? compareNumeric(base(a), base(b)) : compareText(base(a), base(b));
    if (first !== 0 || sensitivity === 'base') return first;
    const accents = (text) => String(text).normalize('NFD').toLowerCase();
    const second = compareText(accents(a), accents(b));
    if (second !== 0 || sensitivity === 'accent') return second;
    return -compareText(String(a), String(b));
  }
  resolvedOptions() {
    return { locale: 'en-US', usage: 'sort', ...this.#options };
  }
}

function rank(character) {
  if (/\p{L}/u.test(character)) return 3;
  return /\p{N}/u.test(character) ? 2 : /\s/.test(character) ? 0 : 1;
}

function compareText(a, b) {
  if (a === b) return 0;
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    if (left[index] === right[index]) continue;
    const order = rank(left[index]) - rank(right[index]);
    return Math.sign(order) || (left[index] < right[index] ? -1 : 1);
  }
  return Math.sign(left.length - right.length);
}

function compareNumeric(a, b) {
  const split = (text) => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [split(a), split(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const bothNumbers = /^\d/.test(left[index]) && /^\d/.test(right[index]);
    const order = bothNumbers ? Math.sign(Number(left[index]) - Number(right[index])) : compareText(left[index], right[index]);
    if (order !== 0) return order;
  }
  return Math.sign(left.length - right.length);
}

class PluralRules {
  #ordinal;
  constructor(_locales, { type } = {}) {
    this.#ordinal = type === 'ordinal';
  }
  select(value) {
    if (!this.#ordinal) return value === 1 ? 'one' : 'other';
    if (value % 100 >= 11 && value % 100 <= 13) return 'other';
    return { 1: 'one', 2: 'two', 3: 'few' }[value % 10] ?? 'other';
  }
}

class ListFormat {
  #word;
  constructor(_locales, { type = 'conjunction' } = {}) {
    this.#word = type === 'disjunction' ? 'or' : 'and';
  }
  format(list) {
    const items = [...list];
    if (items.length < 3) return items.join(` ${this.#word} `);
    return `${items.slice(0, -1).join(', ')}, ${this.#word} ${items.at(-1)}`;
  }
}

class RelativeTimeFormat {
  #numeric;
  constructor(_locales, { numeric = 'always' } = {}) {
    this.#numeric = numeric;
  }
  format(value, unit) {
    const name = unit.replace(/s$/, '');
    if (this.#numeric === 'auto' && name === 'day' && Math.abs(value) <= 1) return ['yesterday', 'today', 'tomorrow'][value + 1];
    const amount = `${new NumberFormat().format(Math.abs(value))} ${name}${Math.abs(value) === 1 ? '' : 's'}`;
    return value < 0 || Object.is(value, -0) ? `${amount} ago` : `in ${amount}`;
  }
}

/** The formatters can be called without `new`, and know their locales. */
function formatter(Type) {
  Type.supportedLocalesOf = (locales) => [locales ?? []].flat();
  return new Proxy(Type, { apply: (target, _self, args) => new target(...args) });
}

exports.Intl = {
  NumberFormat: formatter(NumberFormat),
  DateTimeFormat: formatter(DateTimeFormat),
  Collator: formatter(Collator),
  PluralRules, ListFormat, RelativeTimeFormat,
  getCanonicalLocales: (locales) => [locales ?? []].flat(),
};

const method = (target, name, value) => Object.defineProperty(target, name, { value, configurable: true, writable: true });
const DATE = { year: 'numeric', month: 'numeric', day: 'numeric' };
const TIME = { hour: 'numeric', minute: '2-digit', second: '2-digit' };
const wants = (options, keys) => keys.some((key) => options?.[key] !== undefined);
const DATE_KEYS = ['weekday', 'year', 'month', 'day', 'dateStyle'];
const TIME_KEYS = ['hour', 'minute', 'second', 'timeStyle'];
const formatDate = (date, locales, options) => (Number.isNaN(date.getTime()) ? 'Invalid Date' : new DateTimeFormat(locales, options).format(date));

method(Number.prototype, 'toLocaleString', function toLocaleString(locales, options) {
  return new NumberFormat(locales, options).format(this.valueOf());
});
method(BigInt.prototype, 'toLocaleString', Number.prototype.toLocaleString);
method(Date.prototype, 'toLocaleDateString', function toLocaleDateString(locales, options) {
  return formatDate(this, locales, wants(options, DATE_KEYS) ? options : { ...DATE, ...options });
});
method(Date.prototype, 'toLocaleTimeString', function toLocaleTimeString(locales, options) {
  return formatDate(this, locales, wants(options, TIME_KEYS) ? options : { ...TIME, ...options });
});
method(Date.prototype, 'toLocaleString', function toLocaleString(locales, options) {
  return formatDate(this, locales, wants(options, [...DATE_KEYS, ...TIME_KEYS]) ? options : { ...DATE, ...TIME, ...options });
});
for (const name of ['toString', 'toTimeString']) {
  const original = Date.prototype[name];
  method(Date.prototype, name, { [name]() {
    const text = original.call(this);
    return text.endsWith('GMT+0000') ? `${text} (Coordinated Universal Time)` : text;
  } }[name]);
}
method(String.prototype, 'localeCompare', function localeCompare(other, locales, options) {
  return new Collator(locales, options).compare(this, other);
});
