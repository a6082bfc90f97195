// A table in the page: made in the template, filled, searched, asked in PartiQL, and let expire.
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
  tab.page.setDefaultTimeout(20_000);
  bench = new Workbench(tab.page);
  await bench.ready();
  await bench.stackIs("CREATE_COMPLETE");
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

const item = (text) => bench.at("item").filter({ hasText: text });

/** Fills in the form of a new item from `[name, type, value]`, the key's values first. */
async function addItem(keys, attributes) {
  await bench.click("new-item");
  for (const [place, value] of keys.entries()) {
    await bench.at(`field-value-${place}`).fill(value);
  }
  for (const [index, [name, type, value]] of attributes.entries()) {
    const place = keys.length + index;
    await bench.click("add-attribute");
    await bench.at(`field-name-${place}`).fill(name);
    await bench.at(`field-kind-${place}`).selectOption(type);
    await bench.at(`field-value-${place}`).fill(value);
  }
  await bench.click("item-save");
  await bench.at("item-editor").waitFor({ state: "detached" });
}

test("the wizard puts a table into the template, and Deploy makes it", async () => {
  await bench.click("rail-resources");
  await bench.click("new-table");
  await bench.at("new-table-id").fill("Orders");
  await bench.at("new-table-partition").fill("customer");
  await bench.at("new-table-sort").fill("number");
  await bench.at("new-table-sort-kind").selectOption("N");
  await bench.click("add-index");
  await bench.at("index-name-0").fill("ByState");
  await bench.at("index-partition-0").fill("state");
  await bench.at("new-table-stream").selectOption("NEW_AND_OLD_IMAGES");
  await bench.at("new-table-ttl").fill("expires");
  await bench.click("new-table-insert");
  await bench.at("resource-Orders").waitFor();
  await bench.click("deploy");
  await bench.stackIs("UPDATE_COMPLETE");
  await bench.select("Orders");
  await bench.at("new-item").waitFor();
});

test("items are written as a form; what is not a number is refused where it stands", async () => {
  await addItem(["mina", "1"], [["state", "S", "open"], ["amount", "N", "12.5"]]);
  await addItem(["mina", "2"], [["state", "S", "paid"], ["amount", "N", "30"]]);
  await addItem(["noor", "1"], [["state", "S", "open"], ["amount", "N", "7"]]);
  assert.equal(await bench.at("item").count(), 3);
  await bench.click("new-item");
  await bench.at("field-value-1").fill("one");
  await bench.at("item-editor").getByRole("alert").filter({ hasText: "not a number" }).waitFor();
  assert.equal(await bench.at("item-save").isDisabled(), true);
  await bench.click("item-cancel");
});

test("a new item does not take the place of one that has its key, unless one wants it to", async () => {
  await bench.click("new-item");
  await bench.at("field-value-0").fill("noor");
  await bench.at("field-value-1").fill("1");
  await bench.click("item-save");
  await bench.at("failure").filter({ hasText: "ConditionalCheckFailedException" }).waitFor();
  assert.equal(await bench.at("field-value-0").inputValue(), "noor");
  await bench.click("item-cancel");
  await item("noor").filter({ hasText: "7" }).waitFor();
});

test("a query shows the request that it sends, what it found and what it took", async () => {
  await bench.click("search-query");
  await bench.at("partition-value").fill("mina");
  await bench.at("sort-comparison").selectOption(">");
  await bench.at("sort-value").fill("1");
  await bench.click("search-request");
  const request = JSON.parse(await bench.at("search-body").innerText());
  assert.equal(request.KeyConditionExpression, "#n0 = :v0 AND #n1 > :v1");
  assert.deepEqual(request.ExpressionAttributeValues, { ":v0": { S: "mina" }, ":v1": { N: "1" } });
  await bench.click("run-search");
  await bench.at("item-count").filter({ hasText: "1 item" }).waitFor();
  await item("paid").waitFor();
  assert.equal(await bench.at("capacity-total").innerText(), "0.5 RCU");
});

test("an index is queried by its own key, and a limit makes pages", async () => {
  await bench.at("search-index").selectOption("ByState");
  await bench.at("partition-value").fill("open");
  await bench.click("search-options");
  await bench.at("search-limit").fill("1");
  await bench.click("run-search");
  await bench.at("item-count").filter({ hasText: "1 item so far" }).waitFor();
  await bench.click("more-items");
  await bench.at("item-count").filter({ hasText: "2 items" }).waitFor();
  assert.ok((await bench.at("call").count()) >= 2);
  assert.match(await bench.at("call-cost").first().innerText(), /ByState 0\.5/);
});

test("a filter narrows a scan and says how much was read for it", async () => {
  await bench.click("search-scan");
  await bench.at("search-index").selectOption("");
  await bench.at("search-limit").fill("");
  await bench.click("add-filter");
  await bench.at("filter-path-0").fill("amount");
  await bench.at("filter-comparison-0").selectOption(">=");
  await bench.at("filter-kind-0").selectOption("N");
  await bench.at("filter-value-0").fill("12.5");
  await bench.click("run-search");
  await bench.at("call").filter({ hasText: "2 of 3" }).waitFor();
  await bench.click("remove-filter-0");
  await bench.click("run-search");
  await bench.at("item-count").filter({ hasText: "3 items" }).waitFor();
});

test("an item goes through all notations, and an edit writes what changed", async () => {
  await item("paid").getByRole("button").click();
  await bench.click("item-plain");
  const plain = JSON.parse(await bench.at("item-json").inputValue());
  assert.deepEqual(plain, { amount: 30, customer: "mina", number: 2, state: "paid" });
  await bench.at("item-json").fill(JSON.stringify({ ...plain, lines: ["pen"] }));
  await bench.click("item-typed");
  const typed = JSON.parse(await bench.at("item-json").inputValue());
  assert.deepEqual(typed.lines, { L: [{ S: "pen" }] });
  await bench.at("item-json").fill(JSON.stringify({ ...typed, tags: { SS: ["a", "b"] } }));
  // Plain JSON has no sets.
  assert.equal(await bench.at("item-plain").isDisabled(), true);
  await bench.click("item-form-tab");
  await bench.at("item-form").waitFor();
  await bench.click("item-save");
  await item("{a, b}").waitFor();
});

test("an item is duplicated under another key and deleted", async () => {
  await item("noor").getByRole("button").click();
  await bench.click("item-duplicate");
  await bench.at("field-value-1").fill("9");
  await bench.click("item-save");
  await bench.at("item-count").filter({ hasText: "4 items" }).waitFor();
  await item("noor").filter({ hasText: "9" }).getByRole("button").click();
  await bench.click("item-delete");
  await bench.at("item-count").filter({ hasText: "3 items" }).waitFor();
});

test("PartiQL reads and writes, and says what that took", async () => {
  await bench.click("table-partiql");
  const statement = bench.at("partiql-statement");
  const [, table] = /FROM ("[^"]+")/.exec(await statement.inputValue());
  await statement.fill(`SELECT customer, amount FROM ${table} WHERE customer = 'mina' AND amount > 20`);
  await statement.press("Control+Enter");
  await bench.at("partiql-items").filter({ hasText: "30" }).waitFor();
  await bench.at("partiql-count").filter({ hasText: "1 item" }).waitFor();
  await statement.fill(`UPDATE ${table} SET amount = 31 WHERE customer = 'mina' AND "number" = 2`);
  await bench.click("partiql-run");
  assert.equal(await bench.at("partiql-status").innerText(), "Succeeded");
  assert.match(await bench.at("partiql-cost").innerText(), /WCU/);
  await statement.fill("SELEKT 1");
  await bench.click("partiql-run");
  await bench.at("failure").filter({ hasText: "ValidationException" }).waitFor();
  await bench.click("table-items");
  await item("paid").filter({ hasText: "31" }).waitFor();
});

test("the overview counts the index, and leads to the template's line", async () => {
  await bench.click("table-overview");
  await bench.at("index-ByState").filter({ hasText: "3 items" }).filter({ hasText: "ACTIVE" }).waitFor();
  assert.equal(await bench.at("ttl-attribute").innerText(), "expires");
  await bench.click("table-in-template");
  await bench.at("editor-content").filter({ hasText: "Orders:" }).waitFor();
});

test("the stream shows its shard and the records of what was done", async () => {
  await bench.click("watch-stream");
  await bench.at("record").filter({ hasText: "REMOVE" }).first().waitFor();
  await bench.click("stream-shards");
  await bench.at("shard").filter({ hasText: "Open" }).first().waitFor();
});

test("the clock advances to the moment at which an item expires", async () => {
  const later = Math.floor(Date.now() / 1000) + 7200;
  await bench.click("table-items");
  await addItem(["ida", "1"], [["expires", "N", String(later)]]);
  await bench.click("table-overview");
  await bench.at("expiry").filter({ hasText: "ida" }).waitFor();
  await bench.click("advance-to");
  // The item has expired; DynamoDB deletes it when it comes round to it.
  await bench.at("advance-to").first().waitFor({ state: "detached" });
});

test("nothing in the page failed meanwhile", () => tab.check());
