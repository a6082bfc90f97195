// The real AWS clients inside a page, their endpoint the service worker's URL.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

let bundled;

/** One script that sets `window.sdk`. */
export function bundle() {
  bundled ??= build({
    entryPoints: [fileURLToPath(new URL("sdk-entry.mjs", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "sdk",
    platform: "browser",
    target: "es2022",
    define: { global: "globalThis" },
    logLevel: "error",
  }).then((result) => result.outputFiles[0].text);
  return bundled;
}

/** Waits until the service worker answers for `page`. */
export async function controlled(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) => {
        navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      });
    }
  });
}

/**
 * Loads the clients into `page` and sets `window.settings(service)`: the configuration of a client
 * of that service in `workspace`; `window.lambdaRole()` creates a role for a function.
 */
export async function load(page, { base, workspace = "main" }) {
  await controlled(page);
  await page.addScriptTag({ content: await bundle() });
  await page.evaluate(
    ([base, workspace]) => {
      window.settings = (service) => ({
        region: "us-east-1",
        endpoint: `${base}~/${workspace}/${service}.us-east-1.amazonaws.com`,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      });
      const trust = {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      };
      window.lambdaRole = async () => {
        const client = new sdk.iam.IAMClient(settings("iam"));
        const role = { RoleName: `role-${Date.now()}`, AssumeRolePolicyDocument: JSON.stringify(trust) };
        return (await client.send(new sdk.iam.CreateRoleCommand(role))).Role.Arn;
      };
    },
    [base, workspace],
  );
}
