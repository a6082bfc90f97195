// Requests in the messages of crates/protocol, as the page's own panes send them: from the page to its worker, or
// begun and ended inside the worker, so that the way there is not measured.

/** What must run in the page before it starts its worker, so that `fromPage` finds that one. */
export function rememberWorker() {
  window.Worker = class extends Worker {
    constructor(...options) {
      super(...options);
      window.engine = this;
    }
  };
}

/** Requests that go from the page to the worker and back. */
export function fromPage(page) {
  return requests(page);
}

/** Requests that stay inside the worker: it is handed what the page would send, and what it answers is caught. */
export function insideWorker(page) {
  return requests(page.workers()[0]);
}

async function requests(place) {
  await place.evaluate(begin);
  return {
    /** The mean time of the same request, one after another, in microseconds; and what the trace says of it. */
    micros: (operation, body) => place.evaluate(([operation, body]) => self.wire.micros(operation, body), [operation, body]),
    /** Requests for each second, `lanes` under way at any time. */
    rate: (operation, bodies, lanes) =>
      place.evaluate(([operation, bodies, lanes]) => self.wire.rate(operation, bodies, lanes), [operation, bodies, lanes]),
    /** Any request `{ method, url, headers, body }`, answered with its status and its body's text. */
    call: (spec) => place.evaluate((spec) => self.wire.call(spec), spec),
    /** The milliseconds of each of `count` requests, one after another. */
    times: (spec, count) => place.evaluate(([spec, count]) => self.wire.times(spec, count), [spec, count]),
    /** Sends a request `count` times at once; the clock's milliseconds when the last one was answered. */
    together: (spec, count) => place.evaluate(([spec, count]) => self.wire.together(spec, count), [spec, count]),
  };
}

/** Runs in the page or in the worker. A message is a byte with the version, then postcard. */
function begin() {
  const [VERSION, REQUEST, RESPONSE] = [2, 1, 3];
  /** As many as the trace keeps. */
  const CALLS = 2000;
  // Far from what the page itself has asked for.
  let lastId = 1_000_000;
  const waiting = new Map();

  const writeNumber = (bytes, value) => {
    for (; value >= 128; value = Math.floor(value / 128)) {
      bytes.push((value % 128) + 128);
    }
    bytes.push(value);
  };
  const writeText = (bytes, value) => {
    const own = new TextEncoder().encode(value);
    writeNumber(bytes, own.length);
    bytes.push(...own);
  };
  /** A request without what stands before it in its message. */
  const request = (method, url, headers, body) => {
    const bytes = [];
    writeText(bytes, method);
    writeText(bytes, url);
    writeNumber(bytes, headers.length);
    headers.flat().forEach((part) => writeText(bytes, part));
    writeText(bytes, body);
    return bytes;
  };
  const operationRequest = (operation, body) =>
    request(
      "POST",
      "https://dynamodb.us-east-1.amazonaws.com/",
      [["content-type", "application/x-amz-json-1.0"], ["x-amz-target", `DynamoDB_20120810.${operation}`]],
      body,
    );

  /** Reads numbers and byte strings one after another. */
  const reader = (bytes, at) => ({
    number() {
      let [value, unit] = [0, 1];
      for (; bytes[at] >= 128; at += 1, unit *= 128) {
        value += (bytes[at] - 128) * unit;
      }
      value += bytes[at] * unit;
      at += 1;
      return value;
    },
    bytes() {
      const length = this.number();
      at += length;
      return bytes.subarray(at - length, at);
    },
  });

  const isInside = typeof window === "undefined";
  const say = self.postMessage;
  /** Takes in a message of the worker's; whether it was an answer to a request from here. */
  const hear = (buffer) => {
    const bytes = new Uint8Array(buffer);
    const rest = reader(bytes, 2);
    const settle = bytes[1] === RESPONSE ? waiting.get(rest.number()) : undefined;
    if (settle === undefined) {
      return false;
    }
    settle({ status: rest.number(), rest });
    return true;
  };
  if (isInside) {
    self.postMessage = (buffer, ...more) => hear(buffer) || say.call(self, buffer, ...more);
  } else {
    window.engine.addEventListener("message", ({ data }) => hear(data));
  }
  const ask = async (request) => {
    const answer = await send(request);
    if (answer.status >= 300) {
      throw new Error(`the engine answered ${answer.status}: ${body(answer.rest)}`);
    }
    return answer.rest;
  };
  const send = async (request) => {
    lastId += 1;
    const id = lastId;
    const start = [VERSION, REQUEST];
    writeNumber(start, id);
    const data = new Uint8Array(start.length + request.length);
    data.set(start);
    data.set(request, start.length);
    const answered = new Promise((resolve) => waiting.set(id, resolve));
    if (isInside) {
      self.dispatchEvent(new MessageEvent("message", { data: data.buffer }));
    } else {
      window.engine.postMessage(data.buffer, [data.buffer]);
    }
    const answer = await answered;
    waiting.delete(id);
    return answer;
  };
  /** The text of an answer's body, which follows its headers. */
  const body = (rest) => {
    for (let left = rest.number() * 2; left > 0; left -= 1) {
      rest.bytes();
    }
    return new TextDecoder().decode(rest.bytes());
  };
  const write = ({ method, url, headers = [], body: text = "" }) => request(method, url, headers, text);
  /** The mean time of the newest requests of an operation between the router's door and their answer. */
  const traced = async (operation) => {
    const answer = await ask(request("GET", "https://samlet.internal/requests", [], ""));
    const { requests } = JSON.parse(body(answer));
    const own = requests.filter((one) => one.operation === operation);
    return (own.reduce((sum, one) => sum + one.duration_ms, 0) * 1000) / own.length;
  };

  self.wire = {
    async call(spec) {
      const { status, rest } = await send(write(spec));
      return { status, text: body(rest) };
    },
    async times(spec, count) {
      const one = write(spec);
      const millis = [];
      for (let call = 0; call < count; call += 1) {
        const start = performance.now();
        await ask(one);
        millis.push(performance.now() - start);
      }
      return millis;
    },
    async together(spec, count) {
      const one = write(spec);
      await Promise.all(Array.from({ length: count }, () => ask(one)));
      return Date.now();
    },
    async micros(operation, body) {
      const one = operationRequest(operation, body);
      const start = performance.now();
      for (let call = 0; call < CALLS; call += 1) {
        await ask(one);
      }
      const whole = ((performance.now() - start) * 1000) / CALLS;
      return { whole, traced: await traced(operation) };
    },
    async rate(operation, bodies, lanes) {
      const left = bodies.map((body) => operationRequest(operation, body));
      const start = performance.now();
      const lane = async () => {
        for (let next = left.pop(); next !== undefined; next = left.pop()) {
          await ask(next);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      return (bodies.length * 1000) / (performance.now() - start);
    },
  };
}
