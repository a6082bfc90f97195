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
  return request.call(this, { ...options, headers, port: endpoint.port }, ...rest);
};
