// One workspace in several tabs: one of them holds the cloud, the others reach it, and the next one
// takes over when it is closed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./lib/chromium.mjs";
import { load } from "./lib/sdk.mjs";
import { serve } from "./lib/static.mjs";

let site, browser;

before(async () => {
  site = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

async function openTab(workspace) {
  const { page } = await open(browser.context, `${site.url}?workspace=${workspace}`);
  await load(page, { base: site.url, workspace });
  return page;
}

function createTable(page, name) {
  return page.evaluate(async (TableName) => {
    const client = new sdk.dynamodb.DynamoDBClient(settings("dynamodb"));
    const table = {
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    };
    await client.send(new sdk.dynamodb.CreateTableCommand(table));
  }, name);
}

function tableNames(page) {
  return page.evaluate(async () => {
    const client = new sdk.dynamodb.DynamoDBClient(settings("dynamodb"));
    return (await client.send(new sdk.dynamodb.ListTablesCommand({}))).TableNames;
  });
}

const ours = (names) => names.filter((name) => name.startsWith("tab-"));

test("a second tab shares the cloud of the first, and goes on when that one is closed", async () => {
  const first = await openTab("shared");
  await createTable(first, "tab-first");
  const second = await openTab("shared");
  await createTable(second, "tab-second");
  assert.deepEqual(ours(await tableNames(first)), ["tab-first", "tab-second"]);
  await first.close();
  assert.deepEqual(ours(await tableNames(second)), ["tab-first", "tab-second"]);
  await second.close();
});

test("another workspace is another cloud", async () => {
  const one = await openTab("one");
  await createTable(one, "tab-one");
  const two = await openTab("two");
  assert.deepEqual(ours(await tableNames(two)), []);
  await one.close();
  await two.close();
});

test("a workspace that no tab has open says so", async () => {
  const page = await openTab("open");
  const answer = await page.evaluate(async () => {
    const response = await fetch("~/closed/dynamodb.us-east-1.amazonaws.com/");
    return { status: response.status, ...(await response.json()) };
  });
  assert.deepEqual(answer, { status: 503, message: "The workspace closed is open in no tab." });
  await page.close();
});

test("what a cloud shows to a visitor has an origin of its own", async () => {
  const page = await openTab("visited");
  const visitor = await browser.context.newPage();
  // The cloud's own answer to a host that it does not have is as good a page as any.
  const response = await visitor.goto(`${site.url}~/visited/nowhere.example/`);
  assert.match(response.headers()["content-security-policy"], /^sandbox allow-scripts/);
  assert.equal(await visitor.evaluate(() => self.origin), "null");
  await visitor.close();
  await page.close();
});
