// From an empty browser to the first answer of a deployed API, against the same browser
// fetching the same files and compiling the same modules without running any of them.
import { launch } from "../e2e/lib/chromium.mjs";
import { files, serve } from "../e2e/lib/static.mjs";
import { Workbench } from "../e2e/lib/workbench.mjs";
import { alternate } from "./lib.mjs";

const ROUNDS = 5;
const NEEDED = /(^index\.html|^page-.*|^worker.*|^guests\/nodejs)\.(html|js|wasm)$|\.css$/;

export default async function measure(site) {
  const needed = (await files()).filter((name) => NEEDED.test(name));
  const bare = await serve({ base: "/bare/", extra: { "index.html": "<!doctype html><title>bare</title>" } });
  try {
    const [value, referenceValue] = await alternate(
      ROUNDS,
      () => inFreshBrowser(site.url, firstAnswer),
      () => inFreshBrowser(bare.url, (page) => fetchAndCompile(page, needed)),
    );
    return [{ figure: "cold load to first API response", reference: "fetch and compile alone", value, referenceValue, unit: "ms" }];
  } finally {
    await bare.stop();
  }
}

/** The milliseconds from navigation until `until` is done, in a browser that has never been here. */
async function inFreshBrowser(url, until) {
  const browser = await launch();
  try {
    const page = await browser.context.newPage();
    const start = performance.now();
    await page.goto(url, { waitUntil: "commit" });
    await until(page);
    return performance.now() - start;
  } finally {
    await browser.stop();
  }
}

/** The first visit deploys its example; then one request to its API. */
async function firstAnswer(page) {
  const bench = new Workbench(page);
  await bench.stackIs("CREATE_COMPLETE");
  await bench.at("send").click();
  await bench.at("response-status").filter({ hasText: "200" }).waitFor();
}

async function fetchAndCompile(page, names) {
  await page.evaluate(
    (names) =>
      Promise.all(
        names.map((name) =>
          name.endsWith(".wasm")
            ? WebAssembly.compileStreaming(fetch(name))
            : fetch(name).then((answer) => answer.arrayBuffer()),
        ),
      ),
    names,
  );
}
