// A function's room: invoked with a sample event, split between versions, watched, and measured by memory.
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
  await bench.select("HelloFunction");
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

test("a sample event is invoked, and the REPORT line is told in figures", async () => {
  await bench.at("event-template").selectOption({ label: "REST API proxy" });
  assert.match(await bench.at("event-json").inputValue(), /"httpMethod"/);
  await bench.click("invoke");
  await bench.at("invoke-log").filter({ hasText: "REPORT RequestId" }).waitFor();
  assert.match(await bench.at("report-billed").textContent(), /ms/);
});

test("an alias shares its traffic between two versions", async () => {
  await bench.click("function-versions");
  await bench.click("publish");
  await bench.at("version").nth(1).waitFor();
  await bench.at("new-alias").fill("live");
  await bench.click("create-alias");
  await bench.at("alias-live").waitFor();
});

test("the triggers say who may invoke it, and an event is taken without waiting", async () => {
  await bench.click("function-triggers");
  await bench.at("trigger").filter({ hasText: "apigateway.amazonaws.com" }).first().waitFor();
  await bench.click("invoke-event");
  await bench.at("notice").filter({ hasText: "Accepted" }).waitFor();
});

test("the monitor shows the sandboxes that stand ready", async () => {
  await bench.click("function-monitor");
  await bench.at("load-count").fill("3");
  await bench.click("load");
  await bench.at("sandbox").first().waitFor();
});

test("a sweep measures every memory and puts the old one back", async () => {
  await bench.click("function-memory");
  await bench.click("sweep");
  await bench.at("sweep-advice").waitFor({ timeout: 120_000 });
  assert.ok((await bench.at("sweep-row").count()) >= 5);
  await bench.click("function-configuration");
  const before = (await bench.at("function-facts").textContent()).match(/(\d+) MB/)[1];
  assert.equal(await bench.at("memory-size").inputValue(), before);
});
