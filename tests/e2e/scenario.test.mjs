// What a person does on the first day, in the built page under a base path of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { serve } from "./lib/static.mjs";
import { Workbench } from "./lib/workbench.mjs";

const USER = "mina@example.com";
const PASSWORD = "Correct-horse-1";

let site, browser, tab, bench;

before(async () => {
  site = await serve();
  browser = await launch();
  tab = await open(browser.context, site.url);
  bench = new Workbench(tab.page);
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

test("the first visit shows a project that runs: Ctrl+Enter gets its answer", async () => {
  await bench.ready();
  await bench.stackIs("CREATE_COMPLETE");
  await bench.at("request-path").press("Control+Enter");
  await bench.at("response-status").filter({ hasText: "200 OK" }).waitFor();
});

test("the to-do project deploys, and its API keeps what is posted", async () => {
  await bench.openExample("todo-api");
  await bench.stackIs("CREATE_COMPLETE");
  await bench.at("route-POST-/todos").waitFor();
  const posted = await bench.send("POST", "/todos", '{"title":"Buy rice"}');
  assert.equal(posted.status, 201);
  const listed = await bench.send("GET", "/todos");
  assert.equal(listed.status, 200);
  assert.equal(JSON.parse(listed.body)[0].title, "Buy rice");
});

test("the stack's events are listed as they came", async () => {
  await bench.click("drawer-events");
  const events = bench.at("event");
  await events.filter({ hasText: "TodoTable" }).filter({ hasText: "CREATE_COMPLETE" }).first().waitFor();
});

test("the item is in the table, and its record in the stream", async () => {
  await bench.select("TodoTable");
  await bench.at("item").filter({ hasText: "Buy rice" }).waitFor();
  await bench.click("drawer-stream");
  const record = bench.at("record").filter({ hasText: "INSERT" });
  await record.first().waitFor();
  await record.first().locator("summary").click();
  assert.match(await record.first().getByTestId("new-image").innerText(), /Buy rice/);
});

test("after a reload the project, its stack and the data are there", async () => {
  await tab.page.reload();
  await bench.ready();
  await bench.stackIs("CREATE_COMPLETE");
  await bench.select("TodoTable");
  await bench.at("item").filter({ hasText: "Buy rice" }).waitFor();
});

test("a share link opens the same project in another browser, and runs nothing by itself", async () => {
  await bench.click("share");
  const link = await bench.at("share-link").inputValue();
  await bench.click("dialog-close");
  const other = await launch();
  try {
    const visit = await open(other.context, link);
    const visitor = new Workbench(visit.page);
    await visitor.ready();
    await visitor.at("unsaved-copy").waitFor();
    await visitor.click("rail-files");
    await visitor.at("file-template.yaml").waitFor();
    await visitor.at("file-src/todos.mjs").waitFor();
    assert.equal(await visitor.at("stack-status").count(), 0);
    visit.check();
  } finally {
    await other.stop();
  }
});

test("a user signs up with the code from the mailbox, signs in, and the token opens the route", async () => {
  await bench.openExample("todo-cognito");
  await bench.stackIs("CREATE_COMPLETE");
  await bench.at("route-GET-/todos").waitFor();
  const refused = await bench.send("GET", "/todos");
  assert.equal(refused.status, 401);
  assert.deepEqual(JSON.parse(refused.body), { message: "Unauthorized" });

  await bench.select("UserPool");
  await bench.at("user-name").fill(USER);
  await bench.at("user-password").fill(PASSWORD);
  await bench.click("sign-up");
  await bench.click("use-code");
  await bench.click("confirm");
  await bench.at("person").filter({ hasText: USER }).filter({ hasText: "CONFIRMED" }).waitFor();
  await bench.click("sign-in");
  await bench.at("session").waitFor();
  const claims = JSON.parse(await bench.at("token-claims").innerText());
  assert.equal(claims.email, USER);
  assert.equal(claims.token_use, "id");

  await bench.click("use-token");
  const posted = await bench.send("POST", "/todos", '{"title":"Call Noor"}');
  assert.equal(posted.status, 201);
  const listed = await bench.send("GET", "/todos");
  assert.equal(listed.status, 200);
  assert.equal(JSON.parse(listed.body)[0].title, "Call Noor");
});

test("nothing in the page failed meanwhile", () => tab.check());
