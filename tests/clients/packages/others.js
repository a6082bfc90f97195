const DESCRIBE = 'https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15';

const express = () => {
  const app = require('express')();
  app.use(require('express').json());
  app.post('/hello/:name', (request, response) => response.status(201).json({ name: request.params.name, body: request.body }));
  return app;
};

const CHECKS = {
  async axios() {
    const axios = require('axios');
    const failure = await axios.get('https://example.com/').catch(({ code }) => code);
    return [(await axios.get(DESCRIBE)).status, failure];
  },
  dayjs: () => require('dayjs')('2026-01-02').format('YYYY/MM/DD'),
  async express() {
    const handler = require('serverless-http')(express());
    const requestContext = { http: { method: 'POST', path: '/hello/ann', sourceIp: '127.0.0.1' } };
    const headers = { 'content-type': 'application/json' };
    const { statusCode, body } = await handler({ version: '2.0', rawPath: '/hello/ann', headers, requestContext, body: '{"a":1}' }, {});
    return [statusCode, JSON.parse(body)];
  },
  async vendia() {
    const handler = require('@vendia/serverless-express')({ app: express() });
    const multiValueHeaders = { 'content-type': ['application/json'] };
    const requestContext = { httpMethod: 'POST', path: '/hello/ann', identity: {} };
    const event = { resource: '/', path: '/hello/ann', httpMethod: 'POST', multiValueHeaders, requestContext, body: '{"a":1}' };
    const { statusCode, body } = await handler(event, {});
    return [statusCode, JSON.parse(body)];
  },
  jsonwebtoken() {
    const jwt = require('jsonwebtoken');
    const { privateKey, publicKey } = require('crypto').generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const tokens = [jwt.sign({ a: 1 }, 'secret'), jwt.sign({ a: 2 }, privateKey, { algorithm: 'ES256' })];
    return [jwt.verify(tokens[0], 'secret').a, jwt.verify(tokens[1], publicKey).a];
  },
  lodash: () => require('lodash').chunk([1, 2, 3], 2),
  async middy() {
    const { default: middy } = await import('@middy/core');
    const after = { after: (request) => Object.assign(request.response, { after: true }) && undefined };
    return middy(async (event) => ({ got: event.a })).use(after)({ a: 1 }, {});
  },
  moment: () => require('moment').utc('2026-01-02').add(1, 'day').format(),
  async powertools() {
    const { Logger } = require('@aws-lambda-powertools/logger');
    const { Metrics, MetricUnit } = require('@aws-lambda-powertools/metrics');
    const { Tracer } = require('@aws-lambda-powertools/tracer');
    new Logger({ serviceName: 'shop' }).info('a line', { a: 1 });
    const metrics = new Metrics({ namespace: 'shop', serviceName: 'shop' });
    metrics.addMetric('orders', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    new Tracer({ serviceName: 'shop' }).putAnnotation('a', 1);
    return true;
  },
  uuid: () => require('uuid').v4().length,
};

exports.handler = async () => {
  const results = {};
  for (const [name, check] of Object.entries(CHECKS)) {
    results[name] = await Promise.resolve().then(check).catch((error) => String(error.stack));
  }
  return results;
};
