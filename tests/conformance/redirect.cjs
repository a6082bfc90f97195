// Loaded before a suite that talks to an emulator which it starts itself on 127.0.0.1: what the
// suite sends there goes to SAMLET_ENDPOINT instead, under the host name by which it would reach AWS:
// some of it names no service otherwise.
"use strict";

const http = require("node:http");

const endpoint = new URL(process.env.SAMLET_ENDPOINT);
const region = process.env.AWS_REGION ?? "us-east-1";
const request = http.request;

http.request = function redirected(options, ...rest) {
  const isLocal = typeof options === "object" && options.host === "127.0.0.1";
  if (!isLocal) return request.call(this, options, ...rest);
  const given = Object.entries(options.headers ?? {}).filter(([name]) => name.toLowerCase() !== "host");
  const headers = { ...Object.fromEntries(given), host: `dynamodb.${region}.amazonaws.com` };
  return blaming(current, request.call(this, { ...options, headers, port: endpoint.port }, ...rest));
};

// The test that runs. Many tests have several requests under way at once; what goes wrong with the others
// when one has failed is no fault of the tests that run by then.
let current;

function blaming(test, emitter) {
  const { emit } = emitter;
  emitter.emit = function blamed(event, ...values) {
    if (event === "response") blaming(test, values[0]);
    try {
      return emit.call(this, event, ...values);
    } catch (error) {
      if (test !== current || test?.isFailed()) return true;
      throw error;
    }
  };
  return emitter;
}

// The suite waits for throttled tables in real time. Here its requests take a fraction of the time that
// they take on AWS, in which a table of a few units earns a fraction of them.
exports.mochaHooks = {
  beforeEach() {
    current = this.currentTest;
  },
  async beforeAll() {
    // Keys that a cloud has not issued act as the root of the account, and their signature is not verified.
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/samlet/aws4_request, SignedHeaders=host, Signature=0`,
      "x-amz-date": "20260101T000000Z",
    };
    const body = JSON.stringify({ unthrottled: true, table_ms: 200 });
    // A peer does not know this address, and does not throttle.
    await fetch(new URL("/~/samlet.internal/dynamodb", endpoint), { method: "POST", headers, body });
  },
};
