// A WebAssembly module that a person has: chosen in the page, it becomes a function and answers.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

const MODULE = new URL("../../static/projects/custom-runtime/command/bootstrap", import.meta.url);

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

async function choose(name, buffer) {
  await bench.click("new-file");
  await bench.at("upload-module").setInputFiles({ name, mimeType: "application/wasm", buffer });
}

test("what is no module is not taken", async () => {
  await choose("text.wasm", Buffer.from("no module"));
  await tab.page.getByText("This is not a WebAssembly module").waitFor();
  await tab.page.keyboard.press("Escape");
});

test("a module becomes a function of the project", async () => {
  await choose("hello-world.wasm", await readFile(MODULE));
  assert.equal(await bench.at("new-module-id").inputValue(), "HelloWorldFunction");
  await bench.click("new-module-insert");
  await bench.at("file-helloworldfunction/bootstrap.wasm").waitFor();
  await bench.click("deploy");
  await bench.stackIs("UPDATE_COMPLETE");
  await bench.select("HelloWorldFunction");
  await bench.at("event-json").fill('{"n": 1}');
  await bench.click("invoke");
  await bench.at("invoke-log").filter({ hasText: "an event came" }).waitFor();
  await tab.check();
});
