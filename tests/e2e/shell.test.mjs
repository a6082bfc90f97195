// The page as static files: under a base path, and without a network after the first visit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

test("the page opens under any base path, and again without a network", async () => {
  const site = await serve({ base: "/docs/play/" });
  const browser = await launch();
  try {
    const { page, check } = await open(browser.context, site.url);
    const bench = new Workbench(page);
    await bench.ready();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await site.stop();
    await page.reload();
    await bench.ready();
    assert.equal(await bench.at("workspace").innerText(), "main");
    check();
  } finally {
    await browser.stop();
    await site.stop();
  }
});
