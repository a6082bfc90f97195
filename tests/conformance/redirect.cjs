// Loaded before a suite that talks to an emulator which it starts itself on 127.0.0.1: what the
// suite sends there goes to SAMLET_ENDPOINT instead.
"use strict";

const http = require("node:http");

const endpoint = new URL(process.env.SAMLET_ENDPOINT);
const request = http.request;

http.request = function redirected(options, ...rest) {
  const isLocal = typeof options === "object" && options.host === "127.0.0.1";
  return request.call(this, isLocal ? { ...options, port: endpoint.port } : options, ...rest);
};
