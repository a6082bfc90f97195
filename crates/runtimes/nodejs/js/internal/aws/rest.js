// The operations of the REST services that functions call.
'use strict';

const LAMBDA = '/2015-03-31';

/** `METHOD path ?parameter=Member`; `Member` alone is a parameter of the same name. */
const ROUTES = {
  Lambda: {
    Invoke: {
      route: `POST ${LAMBDA}/functions/{FunctionName}/invocations ?Qualifier`,
      headers: { 'X-Amz-Invocation-Type': 'InvocationType', 'X-Amz-Log-Type': 'LogType', 'X-Amz-Client-Context': 'ClientContext' },
      payload: 'Payload',
      outputHeaders: { 'x-amz-function-error': 'FunctionError', 'x-amz-log-result': 'LogResult', 'x-amz-executed-version': 'ExecutedVersion' },
      outputStatus: 'StatusCode',
      outputPayload: 'Payload',
    },
    InvokeAsync: { route: 'POST /2014-11-13/functions/{FunctionName}/invoke-async', payload: 'InvokeArgs', outputStatus: 'Status' },
    ListFunctions: { route: `GET ${LAMBDA}/functions ?Marker ?MaxItems ?FunctionVersion ?MasterRegion` },
    CreateFunction: { route: `POST ${LAMBDA}/functions` },
    GetFunction: { route: `GET ${LAMBDA}/functions/{FunctionName} ?Qualifier` },
    DeleteFunction: { route: `DELETE ${LAMBDA}/functions/{FunctionName} ?Qualifier` },
    GetFunctionConfiguration: { route: `GET ${LAMBDA}/functions/{FunctionName}/configuration ?Qualifier` },
    UpdateFunctionConfiguration: { route: `PUT ${LAMBDA}/functions/{FunctionName}/configuration` },
    UpdateFunctionCode: { route: `PUT ${LAMBDA}/functions/{FunctionName}/code` },
    PublishVersion: { route: `POST ${LAMBDA}/functions/{FunctionName}/versions` },
    ListVersionsByFunction: { route: `GET ${LAMBDA}/functions/{FunctionName}/versions ?Marker ?MaxItems` },
    CreateAlias: { route: `POST ${LAMBDA}/functions/{FunctionName}/aliases` },
    GetAlias: { route: `GET ${LAMBDA}/functions/{FunctionName}/aliases/{Name}` },
    UpdateAlias: { route: `PUT ${LAMBDA}/functions/{FunctionName}/aliases/{Name}` },
    DeleteAlias: { route: `DELETE ${LAMBDA}/functions/{FunctionName}/aliases/{Name}` },
    ListAliases: { route: `GET ${LAMBDA}/functions/{FunctionName}/aliases ?FunctionVersion ?Marker ?MaxItems` },
    AddPermission: { route: `POST ${LAMBDA}/functions/{FunctionName}/policy ?Qualifier` },
    RemovePermission: { route: `DELETE ${LAMBDA}/functions/{FunctionName}/policy/{StatementId} ?Qualifier ?RevisionId` },
    GetPolicy: { route: `GET ${LAMBDA}/functions/{FunctionName}/policy ?Qualifier` },
    CreateEventSourceMapping: { route: `POST ${LAMBDA}/event-source-mappings` },
    GetEventSourceMapping: { route: `GET ${LAMBDA}/event-source-mappings/{UUID}` },
    UpdateEventSourceMapping: { route: `PUT ${LAMBDA}/event-source-mappings/{UUID}` },
    DeleteEventSourceMapping: { route: `DELETE ${LAMBDA}/event-source-mappings/{UUID}` },
    ListEventSourceMappings: { route: `GET ${LAMBDA}/event-source-mappings ?EventSourceArn ?FunctionName ?Marker ?MaxItems` },
    PutFunctionConcurrency: { route: 'PUT /2017-10-31/functions/{FunctionName}/concurrency' },
    DeleteFunctionConcurrency: { route: 'DELETE /2017-10-31/functions/{FunctionName}/concurrency' },
    GetFunctionConcurrency: { route: 'GET /2019-09-30/functions/{FunctionName}/concurrency' },
    GetAccountSettings: { route: 'GET /2016-08-19/account-settings' },
    ListTags: { route: 'GET /2017-03-31/tags/{Resource}' },
    TagResource: { route: 'POST /2017-03-31/tags/{Resource}' },
  },
  ApiGatewayManagementApi: {
    PostToConnection: { route: 'POST /@connections/{ConnectionId}', payload: 'Data' },
    GetConnection: { route: 'GET /@connections/{ConnectionId}' },
    DeleteConnection: { route: 'DELETE /@connections/{ConnectionId}' },
  },
  APIGateway: {
    GetRestApis: { route: 'GET /restapis ?limit ?position' },
    GetRestApi: { route: 'GET /restapis/{restApiId}' },
    GetApiKey: { route: 'GET /apikeys/{apiKey} ?includeValue' },
  },
  SESv2: {
    SendEmail: { route: 'POST /v2/email/outbound-emails' },
    SendBulkEmail: { route: 'POST /v2/email/outbound-bulk-emails' },
  },
};

exports.find = (service, operation) => {
  const entry = ROUTES[service.id]?.[operation];
  if (entry === undefined) {
    throw require('internal/errors').notSupported(`${operation} of the built-in ${service.id} client (a copy of the AWS SDK in the function's package has it)`);
  }
  const [method, path, ...parameters] = entry.route.split(' ');
  const query = Object.fromEntries(parameters.map((parameter) => {
    const [name, member = name] = parameter.slice(1).split('=');
    return [name, member];
  }));
  return { method, path, query, headers: {}, outputHeaders: {}, ...entry };
};
