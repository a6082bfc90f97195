// Figures of the page, each against a reference that is measured in the same run.
//
// A benchmark is a file NAME.bench.mjs here. Its default export takes a site and answers with rows:
// { figure, value, reference, referenceValue, unit, isRate }. The ratio is worked out so that more
// than 1 means slower, or larger, than the reference.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { serve } from "../e2e/lib/static.mjs";

const here = new URL(".", import.meta.url);
const scoreboard = new URL("../scoreboard/bench.txt", import.meta.url);

const wanted = process.argv.slice(2);
const all = (await readdir(here)).filter((name) => name.endsWith(".bench.mjs")).sort();
const chosen = wanted.length === 0 ? all : wanted.map((name) => `${name}.bench.mjs`);
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`error: there is no ${unknown.join(", ")} in tests/bench`);
  process.exit(1);
}

const site = await serve();
const rows = [];
try {
  for (const name of chosen) {
    console.log(`▸ ${name.replace(".bench.mjs", "")}`);
    const { default: measure } = await import(new URL(name, here));
    rows.push(...(await measure(site)));
  }
} finally {
  await site.stop();
}

const HEAD = `${"ratio".padStart(8)}${"here".padStart(14)}${"reference".padStart(16)}  figure / reference`;
const lines = rows.map(render);
console.log(["", HEAD, ...lines].join("\n"));
// What was not measured now stays as it was measured last.
const kept = wanted.length === 0 ? [] : (await readFile(scoreboard, "utf8")).split("\n").slice(1, -1);
const measured = new Map([...kept, ...lines].map((line) => [line.slice(HEAD.indexOf("figure")), line]));
await writeFile(scoreboard, [HEAD, ...measured.values(), ""].join("\n"));

function render({ figure, value, reference, referenceValue, unit, isRate = false }) {
  const ratio = isRate ? referenceValue / value : value / referenceValue;
  const figures = `${number(value)} ${unit}`.padStart(14) + `${number(referenceValue)} ${unit}`.padStart(16);
  return `${ratio.toFixed(2).padStart(8)}${figures}  ${figure} / ${reference}`;
}

function number(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
