// Serves the built page as any static host would: no special headers, under any base path.
import { createServer } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const DIST = process.env.SAMLET_DIST ?? fileURLToPath(new URL("../../../dist/", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/**
 * Serves `dist` under `base`; `extra` are files of the test's own, from path to content.
 * Answers with the URL of the page and a function that stops the server.
 */
export async function serve({ base = "/some/base/", extra = {} } = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const name = path.startsWith(base) ? path.slice(base.length) || "index.html" : null;
    const body = name === null ? null : await content(name, extra);
    const type = TYPES[extname(name ?? "")] ?? "application/octet-stream";
    response.writeHead(body === null ? 404 : 200, body === null ? {} : { "content-type": type });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}${base}`,
    stop() {
      server.closeAllConnections();
      // A second call finds it closed, which is as good.
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The names of all files of the built page. */
export async function files() {
  const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
  const isFile = (entry) => entry.isFile();
  return entries.filter(isFile).map((entry) => relative(DIST, join(entry.parentPath ?? entry.path, entry.name)));
}

async function content(name, extra) {
  if (Object.hasOwn(extra, name)) {
    return extra[name];
  }
  const file = join(DIST, normalize(`/${name}`));
  return readFile(file).catch(() => null);
}
