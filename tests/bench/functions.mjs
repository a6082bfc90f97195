// What the benchmarks of Lambda measure, of whatever cloud they are given: functions, their work, and the same work
// elsewhere.
//
// A cloud is `{ call(spec), times(spec, count), together(spec, count), fetch }`: requests to AWS's own hosts, as
// `wire.mjs` has them for the page and `native.mjs` for the native host.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { zip } from "../e2e/lib/zip.mjs";
import { median } from "./lib.mjs";

const LAMBDA = "https://lambda.us-east-1.amazonaws.com";
const FUNCTIONS = `${LAMBDA}/2015-03-31/functions`;

/** One vCPU. */
const WHOLE = 1769;
const COLD_ROUNDS = 15;
const WARM_CALLS = 200;
const WORK_CALLS = 5;
const SANDBOXES = 1000;
const RECORDS = 10_000;
const BATCH = 1000;

const ORDERS = `
export const handler = async (event) => {
  const order = JSON.parse(event.body);
  const total = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
  return { statusCode: 200, body: JSON.stringify({ ...order, total }) };
};`;

const ORDERS_IN_PYTHON = `
import json

def handler(event, context):
    order = json.loads(event["body"])
    order["total"] = sum(line["price"] * line["count"] for line in order["lines"])
    return {"statusCode": 200, "body": json.dumps(order)}
`;

const lines = Array.from({ length: 20 }, (_, number) => ({ sku: `sku-${number}`, price: number, count: 2 }));
const ORDER = JSON.stringify({ rawPath: "/orders", body: JSON.stringify({ id: "1", lines }) });

/** Work for the processor, the same text in every engine: `work(name)` does it once. */
const WORK = `
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
const numbers = () => {
  let seed = 1;
  return Array.from({ length: 10000 }, () => (seed = (seed * 1103515245 + 12345) % 2147483648));
};
const document = { items: Array.from({ length: 1000 }, (_, id) => ({ id, name: "Article " + id, tags: ["a", "b"], price: id / 7 })) };
const text = "the quick brown fox jumps over the lazy dog 2026-01-01 ".repeat(200);
const works = {
  fib: () => fib(22),
  sort: () => numbers().sort((a, b) => a - b)[5000],
  JSON: () => JSON.stringify(JSON.parse(JSON.stringify(document))).length,
  regex: () => text.match(/(\\d{4})-(\\d{2})-(\\d{2})|\\b\\w+o\\w*\\b/g).length,
};
globalThis.work = (name) => works[name]();`;

const WORK_HANDLER = `${WORK}
export const handler = async ({ name }) => globalThis.work(name);`;

const WAITING = `
export const handler = async ({ until }) => {
  await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
  return "woken";
};`;

const RECORDS_HANDLER = `
export const handler = async ({ Records }) => {
  let sum = 0;
  for (const { dynamodb } of Records) sum += Number(dynamodb.NewImage.amount.N);
  return { sum };
};`;

/** The functions of a cloud under measurement. */
export class Functions {
  constructor(cloud) {
    this.cloud = cloud;
  }

  async open() {
    const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] };
    const allow = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    const iam = (parameters) => this.expect({
      method: "POST",
      url: "https://iam.amazonaws.com/",
      headers: [["content-type", "application/x-www-form-urlencoded"]],
      body: new URLSearchParams({ Version: "2010-05-08", ...parameters }).toString(),
    });
    const role = await iam({ Action: "CreateRole", RoleName: "bench", AssumeRolePolicyDocument: JSON.stringify(trust) });
    this.role = /<Arn>(.*?)<\/Arn>/.exec(role)[1];
    await iam({ Action: "PutRolePolicy", RoleName: "bench", PolicyName: "all", PolicyDocument: JSON.stringify(allow) });
    return this;
  }

  /** Sends a request that must succeed; its answer's text. */
  async expect(spec) {
    const { status, text } = await this.cloud.call(spec);
    if (status >= 300) throw new Error(`${spec.method} ${spec.url}: ${status} ${text}`);
    return text;
  }

  json(method, url, body, headers = []) {
    const own = [["content-type", "application/json"], ...headers];
    return this.expect({ method, url, headers: own, body: JSON.stringify(body) }).then(JSON.parse);
  }

  async create(name, files, { Runtime = "nodejs22.x", Handler = "index.handler", MemorySize = WHOLE, Timeout = 30 } = {}) {
    const Code = { ZipFile: zip(files).toString("base64") };
    await this.json("POST", FUNCTIONS, { FunctionName: name, Runtime, Handler, MemorySize, Timeout, Role: this.role, Code });
    await this.settled(name);
  }

  async settled(name) {
    for (;;) {
      const { status, text } = await this.cloud.call({ method: "GET", url: `${FUNCTIONS}/${name}/configuration` });
      const { State, LastUpdateStatus } = status === 200 ? JSON.parse(text) : {};
      if (State === "Active" && LastUpdateStatus !== "InProgress") return;
    }
  }

  invocation(name, event) {
    return { method: "POST", url: `${FUNCTIONS}/${name}/invocations`, headers: [], body: event };
  }

  /** The milliseconds of `count` invocations, one after another, after one that is not counted. */
  async warm(name, event, count) {
    const spec = this.invocation(name, event);
    const text = await this.expect(spec);
    if (text.includes("errorMessage")) throw new Error(text);
    return this.cloud.times(spec, count);
  }

  /** The milliseconds of first invocations: each time the function has changed. */
  async cold(name, event) {
    const millis = [];
    for (let round = 0; round < COLD_ROUNDS; round += 1) {
      const Environment = { Variables: { ROUND: String(round) } };
      await this.json("PUT", `${FUNCTIONS}/${name}/configuration`, { Environment });
      await this.settled(name);
      millis.push(...(await this.cloud.times(this.invocation(name, event), 1)));
    }
    return millis;
  }
}

/** The figures that the page and the native host share; `where` says which it is, `resident` how much memory it has. */
export async function figures(cloud, where, resident) {
  const functions = await new Functions(cloud).open();
  const node = await nodeServer();
  try {
    const warm = await warmed(functions, node);
    return [
      ...(await coldStarts(functions)),
      { ...warm, figure: "warm invoke, p50" },
      ...(await worked(functions)),
      await streamed(functions, node),
      ...(await waited(functions, resident, warm.value)),
    ].map((row) => ({ ...row, figure: `${row.figure}, ${where}` }));
  } finally {
    await node.stop();
  }
}

async function coldStarts(functions) {
  const runtimes = [
    ["nodejs", { "index.mjs": ORDERS }, {}, ["node", "--input-type=module", "-e", `${ORDERS}; console.log(await handler(${ORDER}))`]],
    ["python", { "index.py": ORDERS_IN_PYTHON }, { Runtime: "python3.13" }, ["python3", "-c", `${ORDERS_IN_PYTHON}\nimport sys\nprint(handler(json.loads(sys.argv[1]), None))`, ORDER]],
    ["provided", { bootstrap: echo() }, { Runtime: "provided.al2023" }, ["node", "-e", ""]],
  ];
  const rows = [];
  for (const [runtime, files, options, words] of runtimes) {
    const name = `cold-${runtime}`;
    await functions.create(name, files, options);
    // The first one of all waits for the image.
    await functions.warm(name, ORDER, 1);
    const value = median(await functions.cold(name, ORDER));
    const referenceValue = median(Array.from({ length: COLD_ROUNDS }, () => timed(() => execFileSync(words[0], words.slice(1)))));
    rows.push({ figure: `cold start of ${runtime} to its first answer`, reference: `a process of ${words[0]}`, value, referenceValue, unit: "ms" });
  }
  return rows;
}

function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function warmed(functions, node) {
  await functions.create("warm", { "index.mjs": ORDERS });
  const value = median(await functions.warm("warm", ORDER, WARM_CALLS));
  const referenceValue = median(await node.times("orders", ORDER, WARM_CALLS));
  return { reference: "the handler in Node.js over HTTP", value, referenceValue, unit: "ms" };
}

/** The same work in a function, in its engine compiled by Node.js's WebAssembly, and in Node.js itself. */
async function worked(functions) {
  await functions.create("work", { "index.mjs": WORK_HANDLER });
  const engine = await quickjs();
  (0, eval)(WORK);
  const rows = [];
  for (const name of ["fib", "sort", "JSON", "regex"]) {
    const value = median(await functions.warm("work", JSON.stringify({ name }), WORK_CALLS));
    const compiled = median(Array.from({ length: WORK_CALLS }, () => timed(() => engine.work(name))));
    const node = Array.from({ length: 50 }, () => timed(() => globalThis.work(name)));
    const common = { figure: `${name} in a function`, value, unit: "ms" };
    rows.push({ ...common, reference: "the same engine, compiled", referenceValue: compiled });
    rows.push({ ...common, reference: "Node.js", referenceValue: median(node.slice(25)) });
  }
  return rows;
}

async function quickjs() {
  const require = createRequire(new URL("../e2e/", import.meta.url));
  const { QuickJS } = await import(pathToFileURL(require.resolve("quickjs-wasi")));
  const vm = await QuickJS.create({ wasm: readFileSync(require.resolve("quickjs-wasi/quickjs.wasm")) });
  vm.evalCode(WORK).dispose();
  return { work: (name) => vm.evalCode(`work("${name}")`).dispose() };
}

/** Records of a table's stream, all there before the mapping, until the function has had them all. */
async function streamed(functions, node) {
  const dynamodb = (operation, body) =>
    functions.json("POST", "https://dynamodb.us-east-1.amazonaws.com/", body, [["x-amz-target", `DynamoDB_20120810.${operation}`]]);
  const { TableDescription: table } = await dynamodb("CreateTable", {
    TableName: "streamed",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  while ((await dynamodb("DescribeTable", { TableName: "streamed" })).Table.TableStatus !== "ACTIVE");
  const item = (number) => ({ id: { S: `order-${number}` }, amount: { N: String(number) }, note: { S: "a note of some length" } });
  for (let first = 0; first < RECORDS; first += 25) {
    const puts = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: item(first + at) } }));
    await dynamodb("BatchWriteItem", { RequestItems: { streamed: puts } });
  }
  await functions.create("records", { "index.mjs": RECORDS_HANDLER });
  const start = performance.now();
  await functions.json("POST", `${LAMBDA}/2015-03-31/event-source-mappings`, {
    FunctionName: "records", EventSourceArn: table.LatestStreamArn, StartingPosition: "TRIM_HORIZON", BatchSize: BATCH,
  });
  for (;;) {
    const { consumers } = JSON.parse(await functions.expect({ method: "GET", url: "https://samlet.internal/consumers" }));
    const own = consumers.filter(({ name, position }) => name === "records" && position !== null);
    if (own.length > 0 && own.every(({ records }) => records === 0)) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const value = (RECORDS * 1000) / (performance.now() - start);
  const record = (number) => ({ eventName: "INSERT", dynamodb: { Keys: { id: item(number).id }, NewImage: item(number) } });
  const batch = JSON.stringify({ Records: Array.from({ length: BATCH }, (_, number) => record(number)) });
  const times = await node.times("records", batch, RECORDS / BATCH);
  const referenceValue = (RECORDS * 1000) / times.reduce((sum, one) => sum + one, 0);
  return { figure: "stream records through a mapping", reference: "the handler in Node.js over HTTP", value, referenceValue, unit: "/s", isRate: true };
}

/** A thousand sandboxes that wait at the same time: what they hold, and how fast all answer once they may. */
async function waited(functions, resident, warmMillis) {
  await functions.create("waiting", { "index.mjs": WAITING }, { MemorySize: 128, Timeout: 300 });
  const [start] = await functions.cloud.times(functions.invocation("waiting", JSON.stringify({ until: 0 })), 1);
  const before = await resident();
  // All have been started long before the first may go on.
  const until = Date.now() + Math.max(start, 10) * SANDBOXES * 2 + 10_000;
  const answered = functions.cloud.together(functions.invocation("waiting", JSON.stringify({ until })), SANDBOXES);
  let [busy, most] = [0, 0];
  while (Date.now() < until - 1000) {
    most = Math.max(most, await resident());
    const { sandboxes } = JSON.parse(await functions.expect({ method: "GET", url: "https://samlet.internal/sandboxes/waiting" }));
    busy = Math.max(busy, sandboxes.filter(({ state }) => state === "busy").length);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (busy < SANDBOXES) throw new Error(`only ${busy} sandboxes were waiting`);
  const millis = (await answered) - until;
  return [
    { figure: "memory of 1,000 waiting sandboxes", reference: "1,000 times 128 MB", value: most - before, referenceValue: 128 * 1.048576 * SANDBOXES, unit: "MB" },
    { figure: "1,000 waiting sandboxes until all have answered", reference: "1,000 warm invokes", value: millis, referenceValue: warmMillis * SANDBOXES, unit: "ms" },
  ];
}

/** The handlers in Node.js behind HTTP, called from this process. */
async function nodeServer() {
  const load = (source) => import(`data:text/javascript,${encodeURIComponent(source)}`);
  const handlers = { orders: await load(ORDERS), records: await load(RECORDS_HANDLER) };
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { handler } = handlers[request.url.slice(1)];
    response.end(JSON.stringify(await handler(JSON.parse(Buffer.concat(parts).toString()))));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}/`;
  return {
    async times(name, body, count) {
      const millis = [];
      for (let call = 0; call < count; call += 1) {
        const start = performance.now();
        await (await fetch(url + name, { method: "POST", body })).text();
        millis.push(performance.now() - start);
      }
      return millis;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A module for WASI preview 1 that writes what it reads. */
function echo() {
  const text = (value) => [value.length, ...Buffer.from(value)];
  const section = (id, bytes) => [id, bytes.length, ...bytes];
  const call = (which, file) => [0x41, file, 0x41, 0, 0x41, 1, 0x41, 8, 0x10, which, 0x1a];
  const wasi = (name) => [...text("wasi_snapshot_preview1"), ...text(name), 0, 0];
  // The vector at 0 is { 64, 60000 }; what was read is counted at 8, and becomes the length to write.
  const keep = [0x41, 4, 0x41, 8, 0x28, 2, 0, 0x36, 2, 0];
  const body = [0, ...call(0, 0), ...keep, ...call(1, 1), 0x0b];
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0]),
    ...section(2, [2, ...wasi("fd_read"), ...wasi("fd_write")]),
    ...section(3, [1, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...text("memory"), 2, 0, ...text("_start"), 0, 2]),
    ...section(10, [1, body.length, ...body]),
    ...section(11, [1, 0, 0x41, 0, 0x0b, 8, 64, 0, 0, 0, 0x60, 0xea, 0, 0]),
  ]);
}
