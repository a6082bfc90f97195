// Acknowledged PutItem calls of the SDK for each second in the page, against IndexedDB itself: the same bytes,
// each put in a transaction of its own, acknowledged when that is complete.
import { launch, open } from "../e2e/lib/chromium.mjs";
import { load } from "../e2e/lib/sdk.mjs";
import { alternate } from "./lib.mjs";

const ROUNDS = 5;
const MILLIS = 1500;

export default async function measure(site) {
  const browser = await launch();
  try {
    const { page } = await open(browser.context, `${site.url}?workspace=bench-puts`);
    await load(page, { base: site.url, workspace: "bench-puts" });
    await prepare(page);
    const rows = [];
    for (const lanes of [1, 16]) {
      const [value, referenceValue] = await alternate(
        ROUNDS,
        () => rate(page, "putItem", lanes),
        () => rate(page, "putRaw", lanes),
      );
      const at = `${lanes} at a time`;
      rows.push({
        figure: `PutItem, ${at}`,
        reference: "raw IndexedDB put",
        value,
        referenceValue,
        unit: "/s",
        isRate: true,
      });
    }
    return rows;
  } finally {
    await browser.stop();
  }
}

/** Creates the table and the raw store, and sets `putItem` and `putRaw` in the page. */
async function prepare(page) {
  await page.evaluate(async () => {
    const { CreateTableCommand, DynamoDBClient, PutItemCommand } = sdk.dynamodb;
    const client = new DynamoDBClient(settings("dynamodb"));
    const table = {
      TableName: "puts",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    };
    await client.send(new CreateTableCommand(table));
    await sdk.dynamodb.waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: "puts" });
    const item = (id) => ({ id: { S: id }, text: { S: "x".repeat(200) }, count: { N: "42" } });
    window.putItem = (id) => client.send(new PutItemCommand({ TableName: "puts", Item: item(id) }));

    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open("bench-raw");
      request.onupgradeneeded = () => request.result.createObjectStore("raw");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    window.putRaw = (id) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction("raw", "readwrite", { durability: "strict" });
        transaction.objectStore("raw").put(new TextEncoder().encode(JSON.stringify(item(id))), id);
        transaction.oncomplete = resolve;
        transaction.onerror = () => reject(transaction.error);
      });
  });
}

/** How many calls of `put` are acknowledged for each second, `lanes` under way at any time. */
function rate(page, put, lanes) {
  return page.evaluate(
    async ([put, lanes, millis]) => {
      const start = performance.now();
      let done = 0;
      const lane = async (name) => {
        while (performance.now() - start < millis) {
          await window[put](`${start}-${name}-${done}`);
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: lanes }, (_, name) => lane(name)));
      return (done * 1000) / (performance.now() - start);
    },
    [put, lanes, MILLIS],
  );
}
