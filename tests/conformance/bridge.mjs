// The built page as an endpoint on 127.0.0.1, for clients that know nothing of browsers: every request goes into a tab
// of a real Chromium, is fetched there from the service worker, and what the page's cloud answers goes back.
//
// Prints `ready URL` when the cloud answers, and ends when its standard input does.
import { createServer } from "node:http";
import { launch, open } from "../e2e/lib/chromium.mjs";
import { controlled } from "../e2e/lib/sdk.mjs";
import { serve } from "../e2e/lib/static.mjs";

const WORKSPACE = "conformance";
/** Fields that concern one side of the bridge alone. */
const OF_A_CONNECTION = ["connection", "content-length", "keep-alive", "transfer-encoding"];

const site = await serve();
const browser = await launch();
const { page } = await open(browser.context, `${site.url}?workspace=${WORKSPACE}`);
await controlled(page);
const clouds = `${site.url}~/${WORKSPACE}`;

const server = createServer(async (request, response) => {
  try {
    const answer = await page.evaluate(fetchInTab, await read(request));
    const body = Buffer.from(answer.body, "base64");
    const length = ["content-length", String(body.length)];
    response.writeHead(answer.status, [...answer.headers.filter(isForwarded), length].flat());
    response.end(body);
  } catch (error) {
    // The client must see that it was not the cloud that answered.
    console.error(error);
    response.destroy();
  }
});
// A client may keep a connection for as long as it wants.
server.keepAliveTimeout = 0;
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
// The first answer comes when the cloud is open.
await page.evaluate(fetchInTab, { url: `${clouds}/samlet.internal/clock`, method: "GET", headers: [], body: "" });
console.log(`ready http://127.0.0.1:${server.address().port}`);

process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
server.closeAllConnections();
server.close();
await browser.stop();
await site.stop();

/** A request in the form in which it goes into the tab: plain data, its body in base64. */
async function read(request) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0);
  const headers = names.map((name, index) => [name, request.rawHeaders[2 * index + 1]]);
  return {
    // The host stays the one that the client knows, so that the cloud sees what it would see natively.
    url: `${clouds}/${encodeURIComponent(request.headers.host)}${request.url}`,
    method: request.method,
    headers: headers.filter(isForwarded),
    body: Buffer.concat(parts).toString("base64"),
  };
}

function isForwarded([name]) {
  return !OF_A_CONNECTION.includes(name.toLowerCase());
}

/** Runs in the tab. The browser leaves out the fields that it does not let a page set, such as `host`. */
async function fetchInTab({ url, method, headers, body }) {
  const hasBody = !["GET", "HEAD"].includes(method);
  const answer = await fetch(url, { method, headers, body: hasBody ? Uint8Array.fromBase64(body) : undefined });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, headers: [...answer.headers], body: bytes.toBase64() };
}
