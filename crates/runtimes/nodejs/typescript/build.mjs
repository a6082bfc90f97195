// Bundles Sucrase for the image, without its parts that no function needs: Flow, JSX, React, Jest, CommonJS, source
// maps, and syntax that the engine has itself. The result is compressed: it is in the memory of every sandbox, and few
// need it.
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";

const LEFT_OUT = [
  "parser/plugins/flow",
  "parser/plugins/jsx/index",
  "transformers/(CJSImport|Flow|JSX|JestHoist|NumericSeparator|OptionalCatchBinding|OptionalChainingNullish|ReactDisplayName|ReactHotLoader)Transformer",
  "CJSImportProcessor",
  "Options",
  "computeSourceMap",
  "util/formatTokens",
];
const leaveOut = {
  name: "leave-out",
  setup(build) {
    // What is asked of them is a function that gives nothing, so that every check is false.
    build.onLoad({ filter: new RegExp(`/sucrase/dist/esm/(${LEFT_OUT.join("|")})\\.js$`) }, ({ path }) => {
      const names = [...readFileSync(path, "utf8").matchAll(/^export (?:async )?(?:function|class|const|var) (\w+)/gm)];
      return { contents: [...names.map(([, name]) => `export const ${name} = () => {};`), "export default () => {};"].join("\n") };
    });
  },
};
const entry = `
import { transform } from "sucrase/dist/esm/index.js";
/** JavaScript for TypeScript, line for line. */
export const toJavaScript = (source) => transform(source, { transforms: ["typescript"], disableESTransforms: true, keepUnusedImports: false, preserveDynamicImport: true }).code;
`;
const { outputFiles } = await build({
  stdin: { contents: entry, resolveDir: import.meta.dirname },
  write: false,
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "neutral",
  mainFields: ["main"],
  target: "es2022",
  legalComments: "none",
  plugins: [leaveOut],
});
writeFileSync(new URL("sucrase.deflate", import.meta.url), deflateRawSync(outputFiles[0].contents, { level: 9 }));
