// The packages of the SDK that Lambda's runtime brings along, as modules.
'use strict';

const { partsOf } = require('internal/aws/client');
const services = require('internal/aws/services');

const loaded = new Map();

/** Packages that are no clients. */
const OTHERS = {
  '@aws-sdk/lib-dynamodb': () => require('internal/aws/lib-dynamodb'),
  '@aws-sdk/util-dynamodb': () => require('internal/aws/attributes'),
  '@aws-sdk/credential-providers': () => credentialProviders(),
  '@aws-sdk/credential-provider-node': () => credentialProviders(),
  '@aws-sdk/credential-provider-env': () => credentialProviders(),
  '@smithy/node-http-handler': () => httpHandlers(),
  '@aws-sdk/node-http-handler': () => httpHandlers(),
  '@smithy/fetch-http-handler': () => httpHandlers(),
  'aws-sdk': () => require('internal/aws/v2'),
  'aws-xray-sdk': () => xray(),
  'aws-xray-sdk-core': () => xray(),
  '@amazon-dax-sdk/client-dax': () => require('internal/aws/dax').client,
  '@amazon-dax-sdk/lib-dax': () => require('internal/aws/dax').document,
};

function serviceOf(specifier) {
  const name = /^@aws-sdk\/client-([a-z0-9-]+)$/.exec(specifier)?.[1];
  return name === undefined ? undefined : services.byPackage(name);
}

function v2Client(specifier) {
  const name = /^aws-sdk\/clients\/([a-z0-9]+)$/.exec(specifier)?.[1];
  return name && services.v2Names.find((one) => one.toLowerCase() === name);
}

/** Says whether there is such a package. */
exports.define = (specifier) => serviceOf(specifier) !== undefined || Object.hasOwn(OTHERS, specifier) || v2Client(specifier) !== undefined;

/** What a package exports. */
exports.load = (specifier) => {
  let exported = loaded.get(specifier);
  if (exported === undefined) {
    const service = serviceOf(specifier);
    const v2 = v2Client(specifier);
    if (service !== undefined) exported = clientPackage(service);
    else if (v2 !== undefined) exported = require('internal/aws/v2')[v2];
    else exported = OTHERS[specifier]();
    loaded.set(specifier, exported);
  }
  return exported;
};

/** A client's package answers to every name: a command, an exception, a paginator or an enumeration. */
function clientPackage(service) {
  const parts = partsOf(service);
  const names = {
    [`${service.id}Client`]: parts.Client,
    [service.id]: parts.Aggregated,
    [`${service.id}ServiceException`]: parts.exceptions.Base,
    __Client: parts.Client,
    $Command: require('internal/aws/client').Command,
  };
  return new Proxy(names, {
    get(target, name) {
      if (typeof name === 'string' && !Object.hasOwn(target, name)) {
        const made = make(parts, name);
        if (made !== undefined) target[name] = made;
      }
      return target[name];
    },
    has: (target, name) => name in target || (typeof name === 'string' && make(parts, name) !== undefined),
  });
}

/** The client's class, whichever way the package writes the service's name: `RDSClient`, `RDS`. */
function clientOf(parts, name) {
  if (!parts.service.isElsewhere) return undefined;
  const plain = name.toLowerCase();
  const service = parts.service.id.toLowerCase();
  if (plain === `${service}client`) return parts.Client;
  return plain === service ? parts.Aggregated : undefined;
}

function make(parts, name) {
  const client = clientOf(parts, name);
  if (client !== undefined) return client;
  const { paginator, forOperation, hasWaiter, waiter } = require('internal/aws/pagination');
  if (/^[A-Z]\w*Command$/.test(name)) return parts.command(name.slice(0, -7));
  if (/^[A-Z]\w*(Exception|Error|Fault|NotFound|Exists|OwnedByYou)$|^NoSuch(Key|Bucket|Upload)$|^NotFound$/.test(name)) return parts.exceptions.classOf(name);
  if (/^paginate[A-Z]/.test(name)) {
    const operation = name.slice(8);
    return forOperation(parts.service, operation, parts.command(operation), paginator);
  }
  const waited = /^(waitUntil|waitFor)([A-Z]\w*)$/.exec(name)?.[2];
  if (waited !== undefined) return hasWaiter(waited) ? waiter(waited, parts.command) : undefined;
  return /^[A-Z]/.test(name) ? enumeration() : undefined;
}

/** The members of the SDK's enumerations are the words themselves. */
function enumeration() {
  return new Proxy({}, { get: (_target, name) => (typeof name === 'string' && name !== 'then' ? name : undefined) });
}

/**
 * The names that an importing module may ask a package for. A package that answers to every name cannot
 * list them, so they are read from the importer's source.
 */
exports.namesFor = (specifier, source) => {
  const names = new Set();
  if (serviceOf(specifier) === undefined) return [];
  const clause = /(?:import|export)\s*(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g;
  for (const [, list, from] of source.matchAll(clause)) {
    if (from !== specifier) continue;
    for (const item of list.split(',')) {
      const name = item.trim().split(/\s+as\s+/)[0].replace(/^type\s+/, '');
      if (name !== '' && name !== 'default') names.add(name);
    }
  }
  for (const [name] of source.matchAll(/\b(?:[A-Z]\w*(?:Command|Client|Exception)|paginate[A-Z]\w*|waitUntil[A-Z]\w*)\b/g)) names.add(name);
  const { id } = serviceOf(specifier);
  return [...names.add(id).add(`${id}Client`)];
};

function credentialProviders() {
  const { environmentCredentials } = require('internal/aws/client');
  const provider = () => environmentCredentials;
  return {
    fromEnv: provider, fromNodeProviderChain: provider, defaultProvider: provider, fromContainerMetadata: provider,
    fromIni: provider, fromInstanceMetadata: provider, fromTemporaryCredentials: provider,
  };
}

/** Handlers are only settings here: every call goes the one way out. */
function httpHandlers() {
  class NodeHttpHandler {
    constructor(options) {
      this.options = options;
      this.metadata = { handlerProtocol: 'http/1.1' };
    }
    destroy() {}
  }
  return { NodeHttpHandler, NodeHttp2Handler: NodeHttpHandler, FetchHttpHandler: NodeHttpHandler };
}

/** X-Ray's wrappers give back what they are given; the emulator traces every request itself. */
function xray() {
  const segment = {
    addAnnotation() {}, addMetadata() {}, addError() {}, close() {}, flush() {}, addNewSubsegment: () => segment, addAttribute() {},
  };
  const same = (value) => value;
  return {
    captureAWS: same, captureAWSClient: same, captureAWSv3Client: same, captureHTTPs: same, captureHTTPsGlobal() {}, capturePromise() {},
    captureFunc: (_name, run) => run(segment),
    captureAsyncFunc: (_name, run) => run(segment),
    captureCallbackFunc: (_name, run) => run,
    getSegment: () => segment, setSegment() {}, resolveSegment: same, enableManualMode() {}, enableAutomaticMode() {},
    setContextMissingStrategy() {}, setLogger() {}, plugins: {}, Segment: class {}, Subsegment: class {},
  };
}
