// What benchmarks share.
import { readFileSync } from "node:fs";

/** The middle one of `values`. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures `ours` and `theirs` in turn, `rounds` times, so that what the machine does besides
 * touches both alike; answers with the two medians.
 */
export async function alternate(rounds, ours, theirs) {
  const [here, there] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    here.push(await ours());
    there.push(await theirs());
  }
  return [median(here), median(there)];
}

/** The most memory that any process of the browser's tabs has had, in megabytes; as Linux tells it. */
export function memory(context) {
  return ofRenderers(context, "VmHWM");
}

/** The memory that the largest process of the browser's tabs has in use now, in megabytes. */
export function resident(context) {
  return ofRenderers(context, "VmRSS");
}

async function ofRenderers(context, name) {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return Math.max(...processInfo.filter(({ type }) => type === "renderer").map(({ id }) => ofProcess(id, name)));
}

/** A line of a process's status, in megabytes. */
export function ofProcess(id, name) {
  const [, kilobytes] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${id}/status`, "utf8"));
  return (kilobytes * 1024) / 1e6;
}
