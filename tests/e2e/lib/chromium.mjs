// A real Chromium with a profile of its own.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium with a fresh profile; `stop` ends it and removes the profile. `preferences` are what a
 * person has set in the browser, `options` are Playwright's.
 */
export async function launch({ preferences = {}, ...options } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "samlet-chromium-"));
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    args: ARGUMENTS,
    headless: true,
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  return {
    context,
    async stop() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function executable() {
  if (process.env.SAMLET_CHROMIUM) {
    return process.env.SAMLET_CHROMIUM;
  }
  for (const name of NAMES) {
    try {
      return execFileSync("which", [name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    } catch {
      // Not this one.
    }
  }
  throw new Error("There is no Chromium: set SAMLET_CHROMIUM to the path of one");
}

/** Opens a page that fails the test on an uncaught error: `check` throws what was caught. */
export async function open(context, url) {
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(url);
  return {
    page,
    check() {
      if (errors.length > 0) {
        throw new AggregateError(errors, errors.map((error) => error.message).join("\n"));
      }
    },
  };
}

/** Kills the tab by signal, as the system does when memory is short: nothing in it can say goodbye. */
export async function kill(page) {
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  const session = await page.context().browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  for (const { id, type } of processInfo) {
    if (type === "renderer") {
      process.kill(id, "SIGKILL");
    }
  }
  await crashed;
  await session.detach();
  await page.close();
}
