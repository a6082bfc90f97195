// A runtime image: fetched when a function first needs it, with its progress in sight, and there offline from then on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { controlled } from "./lib/sdk.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

let site, browser, tab, bench;

before(async () => {
  site = await serve();
  browser = await launch();
  tab = await open(browser.context, `${site.url}?workspace=runtime`);
  tab.page.setDefaultTimeout(60_000);
  bench = new Workbench(tab.page);
  await bench.ready();
  await bench.openExample("guest-book");
  await bench.stackIs("CREATE_COMPLETE");
  await controlled(tab.page);
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

test("the image is fetched with its progress in sight", async () => {
  // What is on show for a moment only must be seen by somebody who looks all the time.
  await tab.page.evaluate(() => {
    window.progress = [];
    new MutationObserver(() => {
      const shown = document.querySelector("[data-test=runtime-progress]");
      if (shown !== null) window.progress.push(shown.innerText.trim());
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  assert.equal((await bench.send("POST", "/pages/1", '{"name": "ann"}')).status, 201);
  const seen = await tab.page.evaluate(() => window.progress);
  assert.match(seen.join("\n"), /python: [\d.]+ MB of [\d.]+ MB/);
  await bench.at("runtime-progress").waitFor({ state: "detached" });
});

test("a Python function runs with no network at all", async () => {
  await site.stop();
  await tab.page.reload();
  await bench.ready();
  await bench.stackIs("CREATE_COMPLETE");
  const answer = await bench.send("GET", "/pages/1");
  assert.match(answer.body, /ann/);
  tab.check();
});
