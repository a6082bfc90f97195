// The little XML that AWS's older protocols speak.
'use strict';

const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescape = (text) => text.replace(/&(#x?[\da-fA-F]+|\w+);/g, (whole, name) => {
  if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
  return String.fromCodePoint(name[1] === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1)));
});

exports.escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** Parses a document into `{ name, children, text }`. */
function parse(document) {
  const root = { name: '', children: [], text: '' };
  const open = [root];
  const token = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!\w[^>]*>|<\/[^>]+>|<([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g;
  for (const [whole, data, name, , empty, text] of document.matchAll(token)) {
    if (data !== undefined) open.at(-1).text += data;
    else if (text !== undefined) open.at(-1).text += unescape(text);
    else if (name !== undefined) {
      const element = { name: name.replace(/^.*:/, ''), children: [], text: '' };
      open.at(-1).children.push(element);
      if (empty === '') open.push(element);
    } else if (whole.startsWith('</') && open.length > 1) open.pop();
  }
  return root.children[0] ?? root;
}

/** An element as a value: `member` makes a list, `entry` a map, repeated names a list. */
function toValue(element, lists = []) {
  if (element.children.length === 0) return element.text;
  const { children } = element;
  if (children.every((child) => child.name === 'member')) return children.map((child) => toValue(child, lists));
  if (children.every((child) => child.name === 'entry')) {
    return Object.fromEntries(children.map(({ children: [key, value] }) => [key.text, toValue(value, lists)]));
  }
  const value = {};
  for (const child of children) {
    const item = toValue(child, lists);
    if (lists.includes(child.name)) (value[child.name] ??= []).push(item);
    else if (Object.hasOwn(value, child.name)) value[child.name] = [value[child.name], item].flat();
    else value[child.name] = item;
  }
  return value;
}

exports.parse = parse;
exports.toValue = toValue;
exports.find = (element, name) => {
  if (element.name === name) return element;
  for (const child of element.children) {
    const found = exports.find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
};
