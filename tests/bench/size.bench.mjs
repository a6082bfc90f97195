// What a first visit has to fetch, file by file, against the same file uncompressed.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { DIST, files } from "../e2e/lib/static.mjs";

const SMALLEST = 10_000;

export default async function measure() {
  const rows = [];
  for (const file of await files()) {
    const bytes = await readFile(join(DIST, file));
    const name = file.replace(/-[0-9a-f]{16}/, "");
    if (bytes.length >= SMALLEST) {
      const kilobytes = (size) => size / 1000;
      const row = { reference: "raw", referenceValue: kilobytes(bytes.length), unit: "kB" };
      rows.push({ ...row, figure: `${name}, gzip`, value: kilobytes(gzipSync(bytes, { level: 9 }).length) });
      rows.push({ ...row, figure: `${name}, brotli`, value: kilobytes(brotliCompressSync(bytes).length) });
    }
  }
  return rows;
}
