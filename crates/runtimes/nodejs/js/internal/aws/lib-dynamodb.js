// @aws-sdk/lib-dynamodb
'use strict';

const { convertToAttr, convertToNative, marshall, unmarshall, NumberValue } = require('internal/aws/attributes');
const { Command } = require('internal/aws/client');
const { translate } = require('internal/aws/documents');
const { paginator } = require('internal/aws/pagination');

/** The commands, by their names here and in the service. */
const OPERATIONS = {
  BatchExecuteStatement: 'BatchExecuteStatement', BatchGet: 'BatchGetItem', BatchWrite: 'BatchWriteItem', Delete: 'DeleteItem',
  ExecuteStatement: 'ExecuteStatement', ExecuteTransaction: 'ExecuteTransaction', Get: 'GetItem', Put: 'PutItem', Query: 'Query',
  Scan: 'Scan', TransactGet: 'TransactGetItems', TransactWrite: 'TransactWriteItems', Update: 'UpdateItem',
};

function encoder({ marshallOptions = {} }) {
  // Nested values are never wrapped again, and undefined members of a map of keys are the caller's error.
  const options = { ...marshallOptions, convertTopLevelContainer: undefined };
  const convert = (value) => convertToAttr(value, options);
  return { convert, convertMap: (map) => marshall(map, options) };
}

function decoder({ unmarshallOptions = {} }) {
  return { convert: (value) => convertToNative(value, unmarshallOptions), convertMap: (map) => unmarshall(map, unmarshallOptions) };
}

const commands = {};
for (const [name, operation] of Object.entries(OPERATIONS)) {
  const className = `${name}Command`;
  const Type = { [className]: class extends Command {} }[className];
  Object.defineProperty(Type.prototype, '_operation', { value: operation });
  commands[className] = Type;
}

class DynamoDBDocumentClient {
  constructor(client, translateConfig = {}) {
    this._client = client;
    this.config = Object.assign(client.config, { translateConfig });
    this.middlewareStack = client.middlewareStack;
  }
  static from(client, translateConfig) {
    return new this(client, translateConfig);
  }
  send(command, ...rest) {
    const translated = Object.create(command, {
      _encode: { value: (input) => translate(input, encoder(this.config.translateConfig ?? {})) },
      _decode: { value: (output) => translate(output, decoder(this.config.translateConfig ?? {})) },
    });
    return this._client.send(command instanceof Command && isDocumentCommand(command) ? translated : command, ...rest);
  }
  destroy() {}
}

const isDocumentCommand = (command) => Object.values(commands).some((Type) => command instanceof Type);

/** The client with a method for each command. */
class DynamoDBDocument extends DynamoDBDocumentClient {}
for (const name of Object.keys(OPERATIONS)) {
  DynamoDBDocument.prototype[name[0].toLowerCase() + name.slice(1)] = function (input, ...rest) {
    return this.send(new commands[`${name}Command`](input), ...rest);
  };
}

module.exports = {
  ...commands,
  DynamoDBDocument,
  DynamoDBDocumentClient,
  NumberValue,
  NumberValueImpl: NumberValue,
  paginateQuery: paginator(commands.QueryCommand, 'ExclusiveStartKey', 'LastEvaluatedKey', 'Limit'),
  paginateScan: paginator(commands.ScanCommand, 'ExclusiveStartKey', 'LastEvaluatedKey', 'Limit'),
};
