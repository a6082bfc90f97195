// The operations that items.bench.mjs measures.

/**
 * Runs in the page. Sets `window.ours`, DynamoDB by fetch, and `window.raw`, the same with IndexedDB, to functions that
 * take a number which is another one each time. `fill` makes what the others read: so many items are `found` one by one
 * or by partition, so many `scanned`.
 */
export async function operations({ endpoint, found, scanned }) {
  const PER_PARTITION = 100;
  const key = (number) => ({
    pk: { S: `partition-${Math.floor(number / PER_PARTITION)}` },
    sk: { S: `item-${String(number % PER_PARTITION).padStart(6, "0")}` },
  });
  const item = (number) => ({
    ...key(number),
    title: { S: `A title of some length, number ${number}` },
    price: { N: `${number % 1000}.95` },
    stock: { N: String(number) },
    active: { BOOL: true },
    tags: { L: [{ S: "one" }, { S: "two" }] },
    address: { M: { street: { S: "Main Street 12" }, city: { S: "Springfield" }, zip: { S: "12345" } } },
    note: { S: "The quick brown fox jumps over the lazy dog and runs away." },
  });
  // In an order that does not follow the keys.
  const spread = (number) => (number * 7919) % found;
  const several = (number, count) => Array.from({ length: count }, (_, index) => item(number * count + index));
  window.nextNumber = 0;

  const headers = {
    "content-type": "application/x-amz-json-1.0",
    // Keys that the cloud has not issued act as the root of the account, and their signature is not verified.
    authorization: `AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    "x-amz-date": "20260101T000000Z",
  };
  const call = async (operation, input) => {
    const target = `DynamoDB_20120810.${operation}`;
    const body = typeof input === "string" ? input : JSON.stringify(input);
    const response = await fetch(endpoint, { method: "POST", headers: { ...headers, "x-amz-target": target }, body });
    const answer = await response.json();
    if (!response.ok || Object.keys(answer.UnprocessedItems ?? {}).length > 0) {
      throw new Error(`${operation}: ${JSON.stringify(answer)}`);
    }
    return answer;
  };
  const batch = (table, items) =>
    call("BatchWriteItem", { RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } });
  const seconds = async (work) => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  };
  window.ours = {
    putBody: (number) => JSON.stringify({ TableName: "written", Item: item(number) }),
    getBody: (number) => JSON.stringify({ TableName: "found", Key: key(number) }),
    put: (number) => call("PutItem", ours.putBody(number)),
    get: (number) => call("GetItem", ours.getBody(spread(number))),
    query: (number) =>
      call("Query", {
        TableName: "found",
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": key(spread(number)).pk },
      }),
    batch: (number) => batch("written", several(number, 25)),
    transact: (number) =>
      call("TransactWriteItems", {
        TransactItems: several(number, 10).map((Item) => ({ Put: { TableName: "written", Item } })),
      }),
    async scanAll() {
      let [items, pages, ExclusiveStartKey] = [0, 0, undefined];
      do {
        const page = await call("Scan", { TableName: "scanned", ExclusiveStartKey });
        items += page.Items.length;
        pages += 1;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return { items, pages };
    },
    scan: () => seconds(() => ours.scanAll()),
  };

  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("bench-raw-items");
    request.onupgradeneeded = () => ["written", "found", "scanned"].forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const keyText = ({ pk, sk }) => `${pk.S}/${sk.S}`;
  const put = (name, items) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(name, "readwrite", { durability: "strict" });
      const store = transaction.objectStore(name);
      items.forEach((one) => store.put(new TextEncoder().encode(JSON.stringify(one)), keyText(one)));
      transaction.oncomplete = resolve;
      transaction.onerror = () => reject(transaction.error);
    });
  const read = (name, ask) =>
    new Promise((resolve, reject) => {
      const request = ask(database.transaction(name).objectStore(name));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
  window.raw = {
    put: (number) => put("written", [item(number)]),
    get: async (number) => parse(await read("found", (store) => store.get(keyText(key(spread(number)))))),
    async query(number) {
      const prefix = `${key(spread(number)).pk.S}/`;
      const found = await read("found", (store) => store.getAll(IDBKeyRange.bound(prefix, `${prefix}~`)));
      return found.map(parse);
    },
    batch: (number) => put("written", several(number, 25)),
    transact: (number) => put("written", several(number, 10)),
    scan: (count) =>
      seconds(async () => {
        for (let after = ""; after !== undefined; ) {
          const range = IDBKeyRange.lowerBound(after, true);
          const ask = (method) => read("scanned", (store) => store[method](range, count));
          const [values, keys] = await Promise.all([ask("getAll"), ask("getAllKeys")]);
          values.map(parse);
          after = keys.at(-1);
        }
      }),
  };

  const create = async (TableName) => {
    const names = ["pk", "sk"];
    await call("CreateTable", {
      TableName,
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: ["HASH", "RANGE"][index] })),
      BillingMode: "PAY_PER_REQUEST",
    });
    while ((await call("DescribeTable", { TableName })).Table.TableStatus !== "ACTIVE") {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const kept = [
    ["found", found],
    ["scanned", scanned],
  ];
  ours.fill = async () => {
    for (const name of ["written", "found", "scanned"]) {
      await create(name);
    }
    for (const [name, count] of kept) {
      let next = 0;
      const lane = async () => {
        while (next < count / 25) {
          await batch(name, several(next++, 25));
        }
      };
      await Promise.all(Array.from({ length: 16 }, lane));
    }
  };
  raw.fill = async () => {
    const AT_ONCE = 5000;
    let bytes = 0;
    for (const [name, count] of kept) {
      for (let first = 0; first < count; first += AT_ONCE) {
        const items = several(first / AT_ONCE, AT_ONCE);
        await put(name, items);
        bytes += items.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
      }
    }
    return bytes;
  };
}
