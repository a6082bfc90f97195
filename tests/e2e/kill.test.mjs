// A tab that is killed in the middle of a stream of writes: what was acknowledged is there after.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { kill, launch, open } from "./lib/chromium.mjs";
import { load } from "./lib/sdk.mjs";
import { serve } from "./lib/static.mjs";

const KILLS = 20;
const LONGEST_MILLIS = 1000;
const LANES = 16;

let site, browser;

before(async () => {
  site = await serve();
  browser = await launch();
});

after(async () => {
  await browser?.stop();
  await site?.stop();
});

async function openWithClients() {
  const { page } = await open(browser.context, `${site.url}?workspace=kill`);
  await load(page, { base: site.url, workspace: "kill" });
  return page;
}

async function createTable(page) {
  await page.evaluate(async () => {
    const client = new sdk.dynamodb.DynamoDBClient(settings("dynamodb"));
    const table = {
      TableName: "written",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    };
    await client.send(new sdk.dynamodb.CreateTableCommand(table));
    await sdk.dynamodb.waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: "written" });
  });
}

/**
 * Starts writing items, several at once, and reports each acknowledgement. A report that the kill
 * overtakes is not counted, so nothing waits for it.
 */
async function writeForEver(page, round) {
  await page.evaluate(([round, lanes]) => {
    const client = new sdk.dynamodb.DynamoDBClient(settings("dynamodb"));
    const write = async (lane) => {
      for (let number = 0; ; number += 1) {
        const id = `${round}-${lane}-${number}`;
        await client.send(new sdk.dynamodb.PutItemCommand({ TableName: "written", Item: { id: { S: id } } }));
        acknowledge(id);
      }
    };
    for (let lane = 0; lane < lanes; lane += 1) {
      write(lane);
    }
  }, [round, LANES]);
}

async function writtenIds(page) {
  return page.evaluate(async () => {
    const client = new sdk.dynamodb.DynamoDBClient(settings("dynamodb"));
    const ids = [];
    for await (const { Items } of sdk.dynamodb.paginateScan({ client }, { TableName: "written" })) {
      ids.push(...Items.map((item) => item.id.S));
    }
    return ids;
  });
}

test(`every acknowledged item survives ${KILLS} kills of its tab`, async (context) => {
  const acknowledged = [];
  await browser.context.exposeBinding("acknowledge", (_source, id) => {
    acknowledged.push(id);
  });
  await createTable(await openWithClients());
  for (let round = 0; round < KILLS; round += 1) {
    const page = round === 0 ? browser.context.pages().at(-1) : await openWithClients();
    const before = acknowledged.length;
    await writeForEver(page, round);
    while (acknowledged.length === before) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // A different moment in each round, spread over the whole span.
    await new Promise((resolve) => setTimeout(resolve, (LONGEST_MILLIS * round) / KILLS));
    await kill(page);
    const survivor = await openWithClients();
    const found = new Set(await writtenIds(survivor));
    const lost = acknowledged.filter((id) => !found.has(id));
    assert.deepEqual(lost, [], `lost after kill ${round + 1}`);
    await survivor.close();
  }
  context.diagnostic(`${acknowledged.length} items acknowledged`);
});
