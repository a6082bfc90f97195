// Every example as its README tells it: deployed in the page, called, and seen where it shows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

let site, browser, tab, bench;

before(async () => {
  site = await serve();
  browser = await launch();
  tab = await open(browser.context, site.url);
  tab.page.setDefaultTimeout(30_000);
  bench = new Workbench(tab.page);
  await bench.ready();
  await bench.stackIs("CREATE_COMPLETE");
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

/** Opens an example and waits until it is deployed. */
async function begin(id, title) {
  await bench.openExample(id);
  await bench.at("project-name").filter({ hasText: title }).waitFor();
  await bench.stackIs("CREATE_COMPLETE");
  await tab.page.locator("[data-test=deploy]:enabled").waitFor();
}

/** Sends a request and reads its JSON; anything else is `null`. */
async function call(method, path, body) {
  await bench.click("rail-resources");
  const request = bench.at("show-request");
  if (await request.isVisible()) {
    await request.click();
  }
  const answer = await bench.send(method, path, body === undefined ? "" : JSON.stringify(body));
  return { status: answer.status, body: /^[[{]/.test(answer.body) ? JSON.parse(answer.body) : null };
}

const shows = (id, text) => bench.at(id).filter({ hasText: text }).first().waitFor();

test("hello-world: the README stands beside the template", async () => {
  await bench.click("tab-README.md");
  await shows("editor-content", "GET /hello/{name}");
  assert.deepEqual((await call("GET", "/hello/ann")).body, { message: "Hello, ann!" });
});

test("todo-api: a change of the table shows in its stream", async () => {
  await begin("todo-api", "To-do API");
  assert.equal((await call("POST", "/todos", { title: "Buy milk" })).status, 201);
  await bench.click("drawer-stream");
  await shows("record", "INSERT");
});

test("todo-cognito: nobody gets in without a token", async () => {
  await begin("todo-cognito", "with users");
  assert.equal((await call("GET", "/todos")).status, 401);
});

test("stream-processor: the function has come as far as the stream", async () => {
  await begin("stream-processor", "Stream processor");
  await call("POST", "/orders", { customer: "ann", amount: 12 });
  await bench.click("drawer-stream");
  await shows("record", "INSERT");
  await bench.click("stream-shards");
  const follow = bench.at("consumer").filter({ hasText: "FollowFunction" });
  await follow.filter({ hasText: "OK" }).filter({ hasText: "Up to date" }).waitFor();
  assert.match(await follow.getByTestId("consumer-position").innerText(), /^\d{21}$/);
  assert.equal((await call("GET", "/customers/ann/orders")).body.total, 12);
});

test("order-filter: the function hears of what passes its filters, and what fails lies in the bucket", async () => {
  await begin("order-filter", "Order filter");
  const until = async (path, isThere) => {
    let body = [];
    for (let tries = 0; !isThere(body) && tries < 20; tries += 1) {
      await tab.page.waitForTimeout(500);
      body = (await call("GET", path)).body;
    }
    return body;
  };
  const ids = (orders) => orders.map(({ id }) => id);
  await call("POST", "/orders", [
    { id: "1", state: "paid", amount: 120, to: "Ann" },
    { id: "2", state: "open", amount: 500, to: "Bob" },
    { id: "3", state: "paid", amount: 5, gift: true, to: "Cid" },
    { id: "4", state: "paid", amount: 5, to: "Dan" },
  ]);
  assert.deepEqual(ids(await until("/shipments", ({ length }) => length === 2)), ["1", "3"]);
  await call("POST", "/orders", [
    { id: "5", state: "paid", amount: 200, to: "Eve" },
    { id: "6", state: "paid", amount: 300 },
    { id: "7", state: "paid", amount: 400, to: "Fay" },
  ]);
  const [failed] = await until("/failed", ({ length }) => length === 1);
  assert.equal(failed.condition, "RetryAttemptsExhausted");
  assert.deepEqual([failed.approximateInvokeCount, ids(failed.orders)], [3, ["6", "7"]]);
  assert.deepEqual(ids((await call("GET", "/shipments")).body), ["1", "3", "5"]);
});

test("high-scores: an index for each question, and a gauge for each index", async () => {
  await begin("high-scores", "High scores");
  await call("PUT", "/scores", { player: "ann", game: "chess", score: 900 });
  await call("PUT", "/scores", { player: "bob", game: "chess", score: 1000 });
  const leaders = (await call("GET", "/games/chess/leaders")).body;
  assert.deepEqual(leaders.map(({ player }) => player), ["bob", "ann"]);
  assert.equal((await call("GET", "/champions")).body.length, 1);
  await bench.select("ScoresTable");
  await bench.click("table-capacity");
  const write = (index) => bench.at(`gauge-${index}`).getByTestId("consumed-write");
  await write("leaders").filter({ hasText: /^2 WCU/ }).waitFor();
  await write("champions").filter({ hasText: /^1 WCU/ }).waitFor();
});

test("bank-transfer: all three steps or none", async () => {
  await begin("bank-transfer", "Bank transfer");
  await call("POST", "/accounts", { name: "ann", balance: 100 });
  await call("POST", "/accounts", { name: "bob" });
  const transfer = { id: "t1", from: "ann", to: "bob", amount: 30 };
  assert.equal((await call("POST", "/transfers", transfer)).status, 201);
  assert.match((await call("POST", "/transfers", transfer)).body.reasons[2], /made before/);
  await bench.select("TransfersTable");
  await shows("item-count", "1 item");
});

test("sessions: the clock goes to what expires next, and the function hears of it", async () => {
  await begin("sessions", "Sessions that expire");
  const { id } = (await call("POST", "/sessions", { user: "ann", minutes: 5 })).body;
  await bench.select("SessionsTable");
  await bench.click("table-overview");
  await shows("expiry", /in (5 min|4 min \d+ s)/);
  await bench.click("advance-to");
  await shows("expiry", "Expired, not deleted yet");
  assert.equal((await call("GET", `/sessions/${id}`)).body.isValid, false);
  await bench.click("clock-plus-hour");
  await bench.click("drawer-stream");
  await shows("record", "TTL");
  let farewells = [];
  for (let tries = 0; farewells.length === 0 && tries < 20; tries += 1) {
    farewells = (await call("GET", "/farewells")).body;
    await tab.page.waitForTimeout(500);
  }
  assert.equal(farewells[0]?.how, "expired");
});

test("busy-table: savings run dry, and throttles are counted as they happen", async () => {
  await begin("busy-table", "A busy table");
  let answer = {};
  for (let tries = 0; !answer.throttled && tries < 6; tries += 1) {
    answer = (await call("POST", "/writes", { count: 100 })).body;
  }
  assert.ok(answer.throttled > 0);
  await bench.select("BusyTable");
  await bench.click("table-capacity");
  await shows("throttled-write", "throttled");
  await shows("saved-write", /^\d of 300 saved/);
  await bench.click("clock-plus-minute");
  await shows("saved-write", /^6\d of 300 saved/);
  await bench.click("show-throttled");
  await shows("throttled", "throttled");
});

test("read-cache: the same reads cost the table ten units and the cluster's memory none", async () => {
  await begin("read-cache", "A cache for reads");
  await call("POST", "/products", {});
  assert.equal((await call("POST", "/reads", { through: "cluster", count: 20 })).body.consumedUnits, 0.5);
  await bench.select("Cluster");
  await shows("item-hits", "19");
  await shows("item-misses", "1");
  await bench.at("compare-key").selectOption("p1");
  await bench.click("compare");
  await shows("compared-table-units", "10 RCU");
  await shows("compared-cluster-units", "0 RCU");
  await shows("item-hits", "39");
  await call("PUT", "/products/p1", { price: 1 });
  await bench.select("Cluster");
  await bench.click("compare");
  await bench.at("compared-stale").waitFor();
});

test("two-regions: while the clock stands the replicas differ, and then they do not", async () => {
  await begin("two-regions", "Two regions");
  await bench.click("clock-pause");
  await call("PUT", "/regions/us-east-1/notes/n1", { text: "hello" });
  await bench.select("NotesTable");
  await bench.click("table-replicas");
  await shows("in-transit", "1 change on its way");
  const note = (differs) => tab.page.locator(`[data-test=replica-item][data-differs=${differs}]`);
  await note(true).filter({ hasText: "Not there" }).waitFor();
  await bench.click("clock-pause");
  await note(false).waitFor();
  await bench.at("replication-lag").selectOption("60000");
  await call("PUT", "/regions/eu-west-1/notes/n1", { text: "later" });
  await bench.select("NotesTable");
  await bench.click("table-replicas");
  await note(true).filter({ hasText: "later" }).waitFor();
  await bench.click("clock-plus-minute");
  await note(false).filter({ hasText: "later" }).waitFor();
});

test("custom-runtime: a program answers each event, and another one counts them", async () => {
  await begin("custom-runtime", "Custom runtime");
  const sent = (await call("POST", "/command", { hello: 1 })).body["you sent"];
  assert.deepEqual(JSON.parse(sent.body), { hello: 1 });
  assert.equal((await call("POST", "/loop", {})).body["events so far"], 1);
  assert.equal((await call("POST", "/loop", {})).body["events so far"], 2);
  assert.ok((await call("POST", "/vowels", {})).body.vowels > 10);
});

test("container-image: the image runs as it says, or as the function says", async () => {
  await begin("container-image", "Container image");
  assert.equal((await call("GET", "/english")).body.message, "Hello from a container image");
  assert.match((await call("GET", "/korean")).body.message, /컨테이너/);
});

test("layers: the later layer wins", async () => {
  await begin("layers", "Layers");
  assert.equal((await call("GET", "/node/ann")).body.message, "Hi, ann!");
  assert.equal((await call("GET", "/polite/ann")).body.message, "Good day, ann!");
  assert.equal((await call("GET", "/python/ann")).body.message, "Hello, ann!");
});

test("guest-book: a Python function keeps a table with boto3", async () => {
  await begin("guest-book", "Guest book");
  const signed = await call("POST", "/pages/1", { name: "ann", stars: 4 });
  assert.deepEqual([signed.status, signed.body.stars], [201, 4]);
  await call("POST", "/pages/1", { name: "bob", stars: 5 });
  const { entries, average } = (await call("GET", "/pages/1")).body;
  assert.deepEqual([entries.map(({ name }) => name), average], [["bob", "ann"], 4.5]);
  assert.equal((await call("POST", "/pages/1", { name: "bob", stars: "many" })).status, 500);
});

test("async-destinations: retries come on the cloud's clock, and each end goes where it belongs", async () => {
  await begin("async-destinations", "Asynchronous payments");
  const payment = async (id, until) => {
    for (let tries = 0; tries < 20; tries += 1) {
      const found = (await call("GET", "/payments")).body.find((other) => other.id === id);
      if (found && until(found)) return found;
      await tab.page.waitForTimeout(300);
    }
    throw new Error(`${id} does not get there`);
  };
  assert.equal((await call("POST", "/payments", { id: "p1", amount: 12 })).status, 202);
  assert.equal((await payment("p1", ({ state }) => state === "paid")).attempts, 1);
  await call("POST", "/payments", { id: "p2", failures: 1 });
  await call("POST", "/payments", { id: "p3", failures: 3 });
  await payment("p3", ({ attempts }) => attempts === 1);
  await bench.select("PayFunction");
  await bench.click("function-triggers");
  await shows("on-success", "ReceiptFunction");
  await shows("waiting-event", /in (1 min|\d+ s)/);
  await bench.click("clock-plus-minute");
  assert.equal((await payment("p2", ({ state }) => state === "paid")).attempts, 2);
  await payment("p3", ({ attempts }) => attempts === 2);
  await bench.select("PayFunction");
  await bench.click("function-triggers");
  await bench.click("advance-to");
  await bench.at("no-events").waitFor();
  const [failure] = (await call("GET", "/failures")).body;
  assert.deepEqual(
    [failure.requestContext.condition, failure.requestContext.approximateInvokeCount, failure.requestPayload.id],
    ["RetriesExhausted", 3, "p3"],
  );
});

test("memory-tuning: work gets faster with memory, waiting only dearer", async () => {
  await begin("memory-tuning", "Memory tuning");
  assert.equal((await call("GET", "/primes/25")).body.largest, 97);
  const sweep = async (name) => {
    await bench.select(name);
    await bench.click("function-memory");
    await bench.at("sweep-times").selectOption("1");
    await bench.click("sweep");
    await bench.at("sweep-advice").waitFor({ timeout: 120_000 });
    const rows = await bench.at("sweep-row").allInnerTexts();
    const millis = rows.map((row) => {
      const [, number, unit] = /MB\s+([\d.]+) (ms|s)/.exec(row);
      return Number(number) * (unit === "s" ? 1000 : 1);
    });
    return millis[0] / millis.at(-1);
  };
  // 1,769 MB buy one vCPU, and the least memory a fourteenth of it.
  assert.ok((await sweep("PrimesFunction")) > 10);
  assert.ok((await sweep("WaitFunction")) < 2);
  await shows("cheapest", "Cheapest");
});

test("concurrency: as many sandboxes as may be, and the others are refused", async () => {
  await begin("concurrency", "Concurrency");
  await bench.select("ReportFunction");
  await bench.click("function-monitor");
  await bench.click("load");
  await shows("sandboxes-busy", "3");
  await shows("sandboxes-throttled", "7");
  await shows("sandboxes-frozen", "3");
  await bench.click("clock-plus-hour");
  await shows("sandboxes-frozen", "0");
  await bench.select("CatalogFunction");
  await bench.click("function-monitor");
  await shows("provisioned", "2 / 2");
  await bench.click("function-test");
  await bench.click("invoke");
  await shows("report-init", /\d ms/);
  await bench.at("invoke-qualifier").selectOption("live");
  await bench.click("invoke");
  await shows("invoke-result", "provisioned-concurrency");
  await shows("report-init", "Warm");
  const { body } = await call("GET", "/catalog/42");
  assert.deepEqual([body.article.sku, body.startedAs], [42, "provisioned-concurrency"]);
});

test("layers: what functions share, merged in order", async () => {
  await begin("layers", "Layers");
  const text = async (path) => JSON.stringify((await call("GET", path)).body);
  assert.match(await text("/node/ann"), /Hi, ann!/);
  assert.match(await text("/polite/ann"), /Good day, ann!/);
  assert.match(await text("/python/ann"), /ann/);
});

test("custom-runtime: one program for each event, and one that stays", async () => {
  await begin("custom-runtime", "Custom runtime");
  assert.match(JSON.stringify((await call("POST", "/command", { a: 1 })).body), /command/);
  const first = await call("POST", "/loop", {});
  assert.notDeepEqual((await call("POST", "/loop", {})).body, first.body);
});

test("container-image: the same image with two commands", async () => {
  await begin("container-image", "Container image");
  const [english, korean] = [await call("GET", "/english"), await call("GET", "/korean")];
  assert.deepEqual([english.status, korean.status], [200, 200]);
  assert.notDeepEqual(english.body, korean.body);
});

test("nothing in the page failed meanwhile", () => tab.check());
