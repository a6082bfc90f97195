// A warm function that handles JSON, called from the page with the SDK, against the same handler in Node.js behind
// an HTTP server on this machine, called from the same page.
import { createServer } from "node:http";
import { launch, open } from "../e2e/lib/chromium.mjs";
import { load } from "../e2e/lib/sdk.mjs";
import { zip } from "../e2e/lib/zip.mjs";
import { alternate } from "./lib.mjs";

const ROUNDS = 5;
const CALLS = 40;

const SOURCE = `
export const handler = async (event) => {
  const order = JSON.parse(event.body);
  const total = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
  return { statusCode: 200, body: JSON.stringify({ ...order, total }) };
};`;

const lines = Array.from({ length: 20 }, (_, number) => ({ sku: `sku-${number}`, price: number, count: 2 }));
const EVENT = JSON.stringify({ rawPath: "/orders", body: JSON.stringify({ id: "1", lines }) });

export default async function measure(site) {
  const node = await nodeServer();
  const browser = await launch();
  try {
    const { page } = await open(browser.context, `${site.url}?workspace=bench-invoke`);
    await load(page, { base: site.url, workspace: "bench-invoke" });
    await create(page);
    await millis(page, "invoke");
    await millis(page, "post", node.url);
    const [value, referenceValue] = await alternate(
      ROUNDS,
      () => millis(page, "invoke"),
      () => millis(page, "post", node.url),
    );
    return [{ figure: "warm invoke", reference: "the handler in Node.js over HTTP", value, referenceValue, unit: "ms" }];
  } finally {
    await browser.stop();
    await node.stop();
  }
}

async function create(page) {
  await page.evaluate(async (archive) => {
    const { CreateFunctionCommand, InvokeCommand, LambdaClient, waitUntilFunctionActiveV2 } = sdk.lambda;
    const client = new LambdaClient(settings("lambda"));
    await client.send(
      new CreateFunctionCommand({
        FunctionName: "orders",
        Runtime: "nodejs22.x",
        Role: await lambdaRole(),
        Handler: "index.handler",
        MemorySize: 1769,
        Code: { ZipFile: new Uint8Array(archive) },
      }),
    );
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: "orders" });
    window.invoke = async (event) => {
      const answer = await client.send(new InvokeCommand({ FunctionName: "orders", Payload: event }));
      return new TextDecoder().decode(answer.Payload);
    };
    window.post = async (body, url) => (await fetch(url, { method: "POST", body })).text();
  }, [...zip({ "index.mjs": SOURCE })]);
}

/** The mean time of a call with the event, one after another. */
function millis(page, name, url) {
  return page.evaluate(
    async ([name, url, event, calls]) => {
      const start = performance.now();
      for (let call = 0; call < calls; call += 1) {
        const text = await window[name](event, url);
        if (!text.includes("total")) {
          throw new Error(text);
        }
      }
      return (performance.now() - start) / calls;
    },
    [name, url, EVENT, CALLS],
  );
}

async function nodeServer() {
  const { handler } = await import(`data:text/javascript,${encodeURIComponent(SOURCE)}`);
  const server = createServer(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    const parts = [];
    for await (const part of request) {
      parts.push(part);
    }
    response.end(JSON.stringify(await handler(JSON.parse(Buffer.concat(parts).toString()))));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
