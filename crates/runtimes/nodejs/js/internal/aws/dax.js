// @amazon-dax-sdk/client-dax and lib-dax. The real ones speak DAX's binary protocol over TCP; a cluster's
// host answers DynamoDB's own API here, so these are DynamoDB's clients with another endpoint.
'use strict';

const { partsOf } = require('internal/aws/client');
const { DynamoDBDocument, paginateQuery, paginateScan } = require('internal/aws/lib-dynamodb');
const services = require('internal/aws/services');

const { Aggregated } = partsOf(services.byPackage('dynamodb'));

/** `dax://HOST`, `daxs://HOST`, `HOST:PORT` or the only one of a list: what DescribeClusters and GetAtt answer. */
function urlOf({ endpoint, endpoints }) {
  const first = [endpoint ?? endpoints].flat()[0];
  if (typeof first !== 'string') throw new Error('No endpoint of a DAX cluster is set.');
  const [, host] = /^(?:daxs?:\/\/)?([^:/]+)(?::\d+)?\/?$/.exec(first) ?? [];
  if (host === undefined) throw new Error(`${first} is no endpoint of a DAX cluster.`);
  return `http://${host}`;
}

class Dax extends Aggregated {
  constructor(config = {}) {
    super({ ...config, endpoint: urlOf(config) });
  }
}

class DaxDocument extends DynamoDBDocument {
  constructor(config = {}, translateConfig) {
    super(new Dax(config), translateConfig);
  }
}

exports.client = { Dax, daxPaginateQuery: paginateQuery, daxPaginateScan: paginateScan };
exports.document = { DaxDocument, daxPaginateQuery: paginateQuery, daxPaginateScan: paginateScan };
