// A project inside a documentation page of another site: it runs there, with the storage that the
// browser gives to frames of other sites, and without any.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

const COOKIES_BLOCKED = 2;
/** Each with its preferences, and whether a frame of another site may store anything. */
const BROWSERS = [
  ["that keeps storage apart for each site", { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }, true],
  ["that blocks third parties", { profile: { cookie_controls_mode: 1, block_third_party_cookies: true } }, false],
  ["that stores nothing", { profile: { default_content_setting_values: { cookies: COOKIES_BLOCKED } } }, false],
];

const INLINE = {
  "template.yaml": `Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: src/
      Events:
        Greet:
          Type: HttpApi
          Properties:
            Path: /greet
            Method: get
`,
  "src/index.mjs": "export const handler = async () => ({ statusCode: 200, body: 'from the documentation' });\n",
};

let host, documentation;

before(async () => {
  host = await serve();
  const page = (element) =>
    `<!doctype html><meta charset="utf-8"><title>A guide</title><script src="${host.url}embed.js"></script>${element}`;
  const inline = `<script type="application/json">${JSON.stringify(INLINE)}</script>`;
  documentation = await serve({
    base: "/guide/",
    extra: {
      "example.html": page('<samlet-project example="hello-world" title="Hello"></samlet-project>'),
      "inline.html": page(`<samlet-project name="greeter" view="request">${inline}</samlet-project>`),
    },
  });
});

after(async () => {
  await host?.stop();
  await documentation?.stop();
});

/** Opens a page of the documentation, presses its poster, and answers with the workbench in the frame. */
async function embedded(browser, name) {
  // Another host name, so another site than the frame's.
  const url = `${documentation.url.replace("localhost", "127.0.0.1")}${name}`;
  const { page, check } = await open(browser.context, url);
  await page.getByRole("button").click();
  const element = await page.waitForSelector("iframe");
  return { page, check, bench: new Workbench(await element.contentFrame()) };
}

function canStore() {
  try {
    return localStorage.length >= 0;
  } catch {
    return false;
  }
}

for (const [which, preferences, stores] of BROWSERS) {
  test(`an example runs in another site's page, in a browser ${which}`, async () => {
    const browser = await launch({ preferences });
    try {
      const { page, check, bench } = await embedded(browser, "example.html");
      await bench.at("project-name").filter({ hasText: "Hello, world" }).waitFor();
      assert.equal(await bench.page.evaluate(canStore), stores);
      await bench.click("deploy");
      await bench.click("region-inspector");
      await bench.at("route-GET-/hello").waitFor({ timeout: 60_000 });
      await bench.at("request-path").press("Control+Enter");
      await bench.at("response-status").filter({ hasText: "200 OK" }).waitFor({ timeout: 60_000 });
      assert.equal(await page.evaluate(() => document.title), "A guide");
      check();
    } finally {
      await browser.stop();
    }
  });
}

test("a project that stands in the page itself runs from there", async () => {
  const browser = await launch();
  try {
    const { check, bench } = await embedded(browser, "inline.html");
    await bench.at("project-name").filter({ hasText: "greeter" }).waitFor();
    await bench.click("deploy");
    await bench.at("route-GET-/greet").waitFor({ timeout: 60_000 });
    const answer = await bench.send("GET", "/greet");
    assert.equal(answer.status, 200);
    assert.match(answer.body, /from the documentation/);
    check();
  } finally {
    await browser.stop();
  }
});
