// Lambda in the page, inside its worker from message to message; and the page's frames while functions loop for ever.
import { launch } from "../e2e/lib/chromium.mjs";
import { controlled } from "../e2e/lib/sdk.mjs";
import { figures, Functions } from "./functions.mjs";
import { resident } from "./lib.mjs";
import { fromPage, insideWorker, rememberWorker } from "./wire.mjs";

const LOOPS = 4;
const MILLIS = 5000;

export default async function measure(site) {
  const browser = await launch();
  try {
    const inside = await opened(browser, site, "bench-functions");
    const rows = await figures(await insideWorker(inside), "in the page", () => resident(browser.context));
    await inside.close();
    const page = await opened(browser, site, "bench-frames");
    return [...rows, ...(await frames(page))];
  } finally {
    await browser.stop();
  }
}

async function opened(browser, site, workspace) {
  const page = await browser.context.newPage();
  await page.addInitScript(rememberWorker);
  await page.goto(`${site.url}?workspace=${workspace}`);
  await controlled(page);
  await page.locator("[data-test=stack-status]").filter({ hasText: "CREATE_COMPLETE" }).waitFor();
  return page;
}

/** The longest frame, and the longest wait for a request of a pane, while four functions loop. */
async function frames(page) {
  const wire = await fromPage(page);
  const functions = await new Functions(wire).open();
  await functions.create("loop", { "index.mjs": "export const handler = () => { for (;;); };" }, { Timeout: 60 });
  const list = { method: "GET", url: "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions", headers: [] };
  const [idle, idleTimes] = await Promise.all([longestFrame(page), wire.times(list, 100)]);
  // Their time is counted by the work they do: they loop for longer than is measured.
  const looping = wire.together(functions.invocation("loop", "{}"), LOOPS);
  looping.catch(() => {});
  const [busy, busyTimes] = await Promise.all([longestFrame(page), wire.times(list, 30)]);
  return [
    { figure: "longest frame while four functions loop", reference: "at rest", value: busy, referenceValue: idle, unit: "ms" },
    { figure: "longest wait for a pane's request meanwhile", reference: "at rest", value: Math.max(...busyTimes), referenceValue: Math.max(...idleTimes), unit: "ms" },
  ];
}

function longestFrame(page) {
  return page.evaluate(async (millis) => {
    let longest = 0;
    const start = performance.now();
    for (let last = start; last - start < millis; ) {
      const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  }, MILLIS);
}
