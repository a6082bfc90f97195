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
export async function memory(context) {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const peaks = renderers.map(({ id }) => /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]);
  return (Math.max(...peaks) * 1024) / 1e6;
}
