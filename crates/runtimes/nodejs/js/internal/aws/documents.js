// Where attribute values stand in the inputs and outputs of DynamoDB's operations. The document
// clients of both SDK versions translate there.
'use strict';

const MAPS = new Set(['Item', 'Key', 'ExclusiveStartKey', 'LastEvaluatedKey', 'ExpressionAttributeValues', 'Attributes', 'ItemCollectionKey']);
const LISTS_OF_MAPS = new Set(['Items', 'Keys']);
const LISTS = new Set(['Parameters', 'AttributeValueList']);
const BY_TABLE = new Set(['RequestItems', 'UnprocessedItems', 'UnprocessedKeys']);
const BY_ATTRIBUTE = new Set(['AttributeUpdates', 'Expected', 'KeyConditions', 'ScanFilter', 'QueryFilter']);

const isObject = (value) => value !== null && typeof value === 'object';
const mapValues = (object, convert) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value)]));

/** Copies an input or output, with `convert` applied to each value and `convertMap` to each map of values. */
exports.translate = function translate(value, { convert, convertMap }, inAttribute = false) {
  const next = (item, within) => translate(item, { convert, convertMap }, within);
  if (Array.isArray(value)) return value.map((item) => next(item, false));
  if (!isObject(value) || value instanceof Date) return value;
  const result = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || item === null) result[key] = item;
    else if (MAPS.has(key)) result[key] = convertMap(item);
    else if (LISTS_OF_MAPS.has(key) && Array.isArray(item)) result[key] = item.map(convertMap);
    else if (LISTS.has(key) && Array.isArray(item)) result[key] = item.map(convert);
    else if (key === 'Value' && inAttribute) result[key] = convert(item);
    else if (BY_TABLE.has(key)) result[key] = mapValues(item, (one) => next(one, false));
    else if (BY_ATTRIBUTE.has(key)) result[key] = mapValues(item, (one) => next(one, true));
    else if (key === 'Responses' && !Array.isArray(item)) result[key] = mapValues(item, (items) => items.map(convertMap));
    else if (key === 'ItemCollectionMetrics' && isObject(item) && !('ItemCollectionKey' in item)) result[key] = mapValues(item, (one) => next(one, false));
    else if (key === '$metadata' || key === 'ExpressionAttributeNames') result[key] = item;
    else result[key] = next(item, false);
  }
  return result;
};
