// DynamoDB's operations on items against the same bytes in IndexedDB itself: what is written is acknowledged when a
// transaction of its own is complete, what is read is read as JSON. Ours are fetched by the page, through the service
// worker; some also go the shorter way of the page's own panes, or begin and end inside the worker.
import { launch } from "../e2e/lib/chromium.mjs";
import { controlled } from "../e2e/lib/sdk.mjs";
import { operations } from "./items.mjs";
import { alternate, median, memory } from "./lib.mjs";
import { fromPage, insideWorker, rememberWorker } from "./wire.mjs";

const ROUNDS = 5;
const MILLIS = 1000;
/** Requests under way at once where many are. */
const LANES = 64;

/** Items that GetItem and Query find, and that a Scan finds. */
const FOUND = 10_000;
const SCANNED = 100_000;

const FETCHED = [
  ["PutItem", "put", "put"],
  ["GetItem", "get", "get"],
  ["Query(100)", "query", "getAll of 100"],
  ["BatchWrite(25)", "batch", "25 puts"],
  ["TransactWrite(10)", "transact", "10 puts"],
];

export default async function measure(site) {
  const browser = await launch();
  try {
    const page = await browser.context.newPage();
    await page.addInitScript(rememberWorker);
    await page.goto(`${site.url}?workspace=bench-items`);
    await controlled(page);
    const endpoint = `${site.url}~/bench-items/dynamodb.us-east-1.amazonaws.com/`;
    await page.evaluate(operations, { endpoint, found: FOUND, scanned: SCANNED });
    await page.evaluate(() => ours.fill());
    const peak = await memory(browser.context);
    const bytes = await page.evaluate(() => raw.fill());
    return [
      ...(await fetched(page)),
      await scanned(page),
      ...(await putByWire(page)),
      ...(await getInside(page)),
      {
        figure: `peak memory of the tab while it writes ${(FOUND + SCANNED).toLocaleString("en")} items`,
        reference: "their JSON",
        value: peak,
        referenceValue: bytes / 1e6,
        unit: "MB",
      },
    ];
  } finally {
    await browser.stop();
  }
}

/** Operations for each second, one and many at a time. */
async function fetched(page) {
  const rows = [];
  for (const [operation, name, raw] of FETCHED) {
    for (const lanes of [1, LANES]) {
      const [value, referenceValue] = await alternate(
        ROUNDS,
        () => rate(page, "ours", name, lanes),
        () => rate(page, "raw", name, 1),
      );
      rows.push(rates(`${operation} by fetch, ${lanes} at a time`, value, `raw IndexedDB ${raw}`, referenceValue));
    }
  }
  return rows;
}

/** A Scan of the large table, page by page to its end. */
async function scanned(page) {
  const { items, pages } = await page.evaluate(() => ours.scanAll());
  if (items !== SCANNED || pages < 2) {
    throw new Error(`a Scan found ${items} items in ${pages} pages`);
  }
  const count = Math.ceil(items / pages);
  const [value, referenceValue] = await alternate(
    ROUNDS,
    () => page.evaluate(() => ours.scan()),
    () => page.evaluate((count) => raw.scan(count), count),
  );
  const figure = `Scan of ${SCANNED.toLocaleString("en")} in ${pages} pages by fetch`;
  return { figure, reference: "raw IndexedDB getAll in as many pages", value, referenceValue, unit: "s" };
}

/** Durable puts, many at a time, without the service worker. */
async function putByWire(page) {
  const bodies = await page.evaluate(() => Array.from({ length: 4000 }, (_, number) => ours.putBody(number)));
  const ways = [
    ["from the page's panes", await fromPage(page)],
    ["inside the worker", await insideWorker(page)],
  ];
  const rows = [];
  for (const [way, wire] of ways) {
    const [value, referenceValue] = await alternate(
      ROUNDS,
      () => wire.rate("PutItem", bodies, LANES),
      () => rate(page, "raw", "put", 1),
    );
    rows.push(rates(`PutItem ${way}, ${LANES} at a time`, value, "raw IndexedDB put", referenceValue));
  }
  return rows;
}

/** What one GetItem takes inside the worker: from message to message, and from the router's door to its answer. */
async function getInside(page) {
  const wire = await insideWorker(page);
  const body = await page.evaluate(() => ours.getBody(4711));
  const [whole, traced, raw] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const took = await wire.micros("GetItem", body);
    whole.push(took.whole);
    traced.push(took.traced);
    raw.push(1e6 / (await rate(page, "raw", "get", 1)));
  }
  const common = { reference: "raw IndexedDB get", referenceValue: median(raw), unit: "µs" };
  return [
    { ...common, figure: "GetItem inside the worker, from message to message", value: median(whole) },
    { ...common, figure: "GetItem inside the worker, as its trace says", value: median(traced) },
  ];
}

function rates(figure, value, reference, referenceValue) {
  return { figure, value, reference, referenceValue, unit: "/s", isRate: true };
}

/** How often a function of the page's `ours` or `raw` is done for each second, `lanes` under way at any time. */
function rate(page, side, name, lanes) {
  return page.evaluate(
    async ([side, name, lanes, millis]) => {
      const start = performance.now();
      let done = 0;
      const lane = async () => {
        while (performance.now() - start < millis) {
          await window[side][name](window.nextNumber++);
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      return (done * 1000) / (performance.now() - start);
    },
    [side, name, lanes, MILLIS],
  );
}
