// Lambda in the native host over HTTP, with the same functions as in the page.
import { spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { figures } from "./functions.mjs";
import { ofProcess } from "./lib.mjs";

const HOST = process.env.SAMLET_HOST ?? fileURLToPath(new URL("../../target/release/samlet", import.meta.url));

export default async function measure() {
  const host = spawn(HOST, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const port = await new Promise((resolve, reject) => {
      host.on("error", reject);
      host.stdout.on("data", (text) => {
        const found = /127\.0\.0\.1:(\d+)/.exec(text);
        if (found) resolve(Number(found[1]));
      });
    });
    return await figures(overHttp(port), "natively", () => ofProcess(host.pid, "VmRSS"));
  } finally {
    host.kill();
  }
}

/** Requests to the native host. A request is signed once, however often it is sent: what is measured is the host. */
function overHttp(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 2000 });
  const send = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => resolve({ status: answer.statusCode, text: Buffer.concat(parts).toString() }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  const expect = async (signed) => {
    const answer = await send(signed);
    if (answer.status >= 300) throw new Error(`the host answered ${answer.status}: ${answer.text}`);
  };
  return {
    call: (spec) => send(sign(spec)),
    async times(spec, count) {
      const signed = sign(spec);
      const millis = [];
      for (let call = 0; call < count; call += 1) {
        const start = performance.now();
        await expect(signed);
        millis.push(performance.now() - start);
      }
      return millis;
    },
    async together(spec, count) {
      const signed = sign(spec);
      await Promise.all(Array.from({ length: count }, () => expect(signed)));
      return Date.now();
    },
  };
}

const hash = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** Signature Version 4, of what the benchmarks send: paths and bodies without surprises, and no queries. */
function sign({ method, url, headers = [], body = "" }) {
  const { host, pathname, search } = new URL(url);
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const own = { ...Object.fromEntries(headers), host, "x-amz-date": moment };
  const names = Object.keys(own).sort();
  const canonical = [method, pathname, search.slice(1), ...names.map((name) => `${name}:${own[name]}`), "", names.join(";"), hash(body)];
  const [service, region] = host === "iam.amazonaws.com" ? ["iam", "us-east-1"] : host.split(".");
  const scope = `${moment.slice(0, 8)}/${region}/${service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", moment, scope, hash(canonical.join("\n"))].join("\n");
  const key = scope.split("/").reduce((key, part) => hmac(key, part), "AWS4test");
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { method, path: pathname + search, body, headers: { ...own, authorization } };
}
