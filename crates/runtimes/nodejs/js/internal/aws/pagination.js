// Paginators and waiters.
'use strict';

/** Tokens of the operations whose pages are walked by other names than NextToken. */
const TOKENS = {
  Query: ['ExclusiveStartKey', 'LastEvaluatedKey', 'Limit'],
  Scan: ['ExclusiveStartKey', 'LastEvaluatedKey', 'Limit'],
  'DynamoDB.ListTables': ['ExclusiveStartTableName', 'LastEvaluatedTableName', 'Limit'],
  'CognitoIdentityProvider.ListUsers': ['PaginationToken', 'PaginationToken', 'Limit'],
  'S3.ListObjectsV2': ['ContinuationToken', 'NextContinuationToken', 'MaxKeys'],
  Lambda: ['Marker', 'NextMarker', 'MaxItems'],
  CloudWatchLogs: ['nextToken', 'nextToken', 'limit'],
};

exports.paginator = (Command, inputToken, outputToken, sizeToken) =>
  async function* paginate(config, input, ...rest) {
    let token = config.startingToken;
    do {
      const page = { ...input };
      if (token !== undefined) page[inputToken] = token;
      if (config.pageSize !== undefined && sizeToken !== undefined) page[sizeToken] = config.pageSize;
      const output = await config.client.send(new Command(page), ...rest);
      yield output;
      const previous = token;
      token = output[outputToken];
      if (config.stopOnSameToken && token === previous) return;
    } while (token !== undefined && token !== null && token !== '');
  };

exports.forOperation = (service, operation, Command) => {
  const tokens = TOKENS[`${service.id}.${operation}`] ?? TOKENS[operation] ?? TOKENS[service.id] ?? ['NextToken', 'NextToken', 'MaxResults'];
  return exports.paginator(Command, ...tokens);
};

const hasName = (name) => (error) => error?.name === name;

/** What each waiter asks, and when it has seen enough. */
const WAITERS = {
  TableExists: { operation: 'DescribeTable', done: (output) => output?.Table?.TableStatus === 'ACTIVE', retry: hasName('ResourceNotFoundException') },
  TableNotExists: { operation: 'DescribeTable', done: (_output, error) => hasName('ResourceNotFoundException')(error) },
  FunctionActive: { operation: 'GetFunctionConfiguration', done: (output) => output?.State === 'Active', failed: (output) => output?.State === 'Failed' },
  FunctionActiveV2: { operation: 'GetFunction', done: (output) => output?.Configuration?.State === 'Active', failed: (output) => output?.Configuration?.State === 'Failed' },
  FunctionUpdated: { operation: 'GetFunctionConfiguration', done: (output) => output?.LastUpdateStatus === 'Successful', failed: (output) => output?.LastUpdateStatus === 'Failed' },
  FunctionUpdatedV2: { operation: 'GetFunction', done: (output) => output?.Configuration?.LastUpdateStatus === 'Successful', failed: (output) => output?.Configuration?.LastUpdateStatus === 'Failed' },
  FunctionExists: { operation: 'GetFunction', done: (output) => output !== undefined, retry: hasName('ResourceNotFoundException') },
  BucketExists: { operation: 'HeadBucket', done: (output) => output !== undefined, retry: hasName('NotFound') },
  BucketNotExists: { operation: 'HeadBucket', done: (_output, error) => hasName('NotFound')(error) },
  ObjectExists: { operation: 'HeadObject', done: (output) => output !== undefined, retry: hasName('NotFound') },
  ObjectNotExists: { operation: 'HeadObject', done: (_output, error) => hasName('NotFound')(error) },
};

exports.hasWaiter = (name) => Object.hasOwn(WAITERS, name);

exports.waiter = (name, command) => async function wait({ client, maxWaitTime, minDelay = 2, maxDelay = 20 }, input) {
  const { operation, done, failed = () => false, retry = () => false } = WAITERS[name];
  const Command = command(operation);
  const started = Date.now();
  for (let delay = minDelay; ; delay = Math.min(delay * 2, maxDelay)) {
    let output;
    let error;
    try {
      output = await client.send(new Command(input));
    } catch (caught) {
      error = caught;
    }
    if (done(output, error)) return { state: 'SUCCESS', reason: output ?? error };
    if (failed(output) || (error !== undefined && !retry(error))) {
      throw Object.assign(new Error(JSON.stringify({ result: { state: 'FAILURE', reason: error?.name ?? output } })), { name: 'Error' });
    }
    if (Date.now() - started + delay * 1000 > maxWaitTime * 1000) {
      throw Object.assign(new Error(JSON.stringify({ state: 'TIMEOUT', reason: 'Waiter has timed out' })), { name: 'TimeoutError' });
    }
    await new Promise((resolve) => setTimeout(resolve, delay * 1000));
  }
};
