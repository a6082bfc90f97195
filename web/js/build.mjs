// Bundles the editor into one ES module and puts the typefaces beside it, in dist/.
// Trunk copies dist/ into the page, which loads both when it needs them.
import { build } from "esbuild";
import { copyFile, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");
const fonts = {
  "geist.woff2": "@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
  "geist-mono.woff2": "@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2",
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  entryPoints: [join(here, "editor.mjs")],
  outfile: join(dist, "editor.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
});
for (const [name, source] of Object.entries(fonts)) {
  await copyFile(join(here, "node_modules", source), join(dist, name));
}
