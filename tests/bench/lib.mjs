// What benchmarks share.

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
