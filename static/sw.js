// The service worker: gives every host of every workspace a URL, and keeps the page for use offline.
//
// BASE/~/WORKSPACE/HOST/PATH is the URL of HOST/PATH in WORKSPACE. The request goes to the worker of
// that workspace over the BroadcastChannel `samlet:WORKSPACE` (web/worker/src/bus.rs says which
// messages), and what that one answers is the response.

importScripts('precache.js');

const BASE = new URL('./', self.location.href);
const CACHE_PREFIX = `samlet:${BASE.pathname}:`;
const CACHE = CACHE_PREFIX + self.PRECACHE.version;

/** How often a request that waits looks whether its leader still lives. */
const LEADER_CHECK_MILLIS = 1000;
/** How long a request waits for a tab that is about to be there: a reload takes a moment. */
const TAB_WAIT_MILLIS = 2000;
/** How long it waits while such a tab is there but its engine is not ready yet. */
const LEADER_WAIT_MILLIS = 30_000;
/** The workspace of a page whose address names none. */
const DEFAULT_WORKSPACE = 'main';
const LEADER_POLL_MILLIS = 100;
/** Statuses whose responses may not have a body. */
const WITHOUT_BODY = [101, 103, 204, 205, 304];

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldPages().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== BASE.origin || !url.pathname.startsWith(BASE.pathname)) return;
  const path = url.pathname.slice(BASE.pathname.length);
  if (path.startsWith('~/')) {
    event.respondWith(carry(event.request, url, path));
  } else if (event.request.method === 'GET') {
    event.respondWith(page(event.request, url));
  }
});

// ---------------------------------------------------------------------------------------------------
// The page, offline

async function keepPage() {
  const cache = await caches.open(CACHE);
  const requests = self.PRECACHE.files.map((file) => new Request(new URL(file, BASE), { cache: 'no-cache' }));
  await cache.addAll(requests);
}

async function dropOldPages() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * A file of the page: the kept one, which belongs together with all the others that are kept. Some are
 * kept from the first time on that they are asked for.
 */
async function page(request, url) {
  const file = new URL(url.pathname, BASE);
  if (file.href === BASE.href) file.pathname += 'index.html';
  const cache = await caches.open(CACHE);
  const kept = await cache.match(file, { ignoreVary: true });
  if (kept) return kept;
  if (!self.PRECACHE.onDemand.some((name) => new URL(name, BASE).href === file.href)) return fetch(request);
  const fetched = await fetch(file, { cache: 'no-cache' });
  // A copy that cannot be kept, for want of room, is no reason to fail.
  if (fetched.ok) cache.put(file, fetched.clone()).catch(() => {});
  return fetched;
}

// ---------------------------------------------------------------------------------------------------
// The cloud

/** Hands a request to its workspace and answers with what comes back. */
async function carry(request, url, path) {
  const [, workspace, host, ...rest] = path.split('/');
  if (!workspace || !host) return problem(404, 'The URL of a cloud is ~/WORKSPACE/HOST/PATH.');
  try {
    const answer = await ask(decodeURIComponent(workspace), {
      method: request.method,
      url: `https://${decodeURIComponent(host)}/${rest.join('/')}${url.search}`,
      headers: [...request.headers],
      body: new Uint8Array(await request.arrayBuffer()),
    });
    return respond(request, answer);
  } catch (error) {
    return problem(error.status ?? 502, error.message);
  }
}

const name = `service-worker-${crypto.randomUUID()}`;
const workspaces = new Map();

/** Asks the leader of a workspace. */
function ask(workspace, request) {
  if (!workspaces.has(workspace)) workspaces.set(workspace, new Workspace(workspace));
  return workspaces.get(workspace).ask(request);
}

/** The way to the tab that holds a workspace, and the requests that wait for its answers. */
class Workspace {
  #name;
  #lock;
  #channel;
  #leader;
  #heardAt = -Infinity;
  #lastId = 0;
  #waiting = new Map();
  #timer;

  constructor(workspace) {
    this.#name = workspace;
    this.#lock = `samlet:${workspace}`;
    this.#channel = new BroadcastChannel(`samlet:${workspace}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  async ask(request) {
    // Who answered a moment ago is still there; if not, the check below finds it out.
    if (performance.now() - this.#heardAt > LEADER_CHECK_MILLIS) this.#leader = await this.#waitForLeader();
    const id = (this.#lastId += 1);
    this.#timer ??= setInterval(() => this.#check(), LEADER_CHECK_MILLIS);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#channel.postMessage({ kind: 'request', from: name, id, isPage: false, ...request });
    });
  }

  #hear(data) {
    if (data.kind === 'leader') this.#lose();
    if (data.kind !== 'response' || data.to !== name) return;
    this.#heardAt = performance.now();
    this.#waiting.get(data.id)?.resolve(data);
    this.#waiting.delete(data.id);
    this.#rest();
  }

  async #check() {
    if ((await this.#currentLeader()) !== this.#leader) this.#lose();
  }

  /** The leader is gone, and nobody knows how far it came. */
  #lose() {
    this.#heardAt = -Infinity;
    const message = 'The tab that worked on this request was closed: its outcome is unknown.';
    for (const { reject } of this.#waiting.values()) reject(failure(502, message));
    this.#waiting.clear();
    this.#rest();
  }

  #rest() {
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The browser's id of the worker that holds the workspace's lock. */
  async #currentLeader() {
    const { held } = await navigator.locks.query();
    return held.find((lock) => lock.name === this.#lock)?.clientId;
  }

  async #waitForLeader() {
    const start = performance.now();
    for (;;) {
      const leader = await this.#currentLeader();
      if (leader) return leader;
      const waited = performance.now() - start;
      if (waited > LEADER_WAIT_MILLIS || (waited > TAB_WAIT_MILLIS && !(await this.#hasTab()))) break;
      await new Promise((resolve) => setTimeout(resolve, LEADER_POLL_MILLIS));
    }
    throw failure(503, `The workspace ${this.#name} is open in no tab.`);
  }

  /** Whether a tab is open that will hold the workspace. */
  async #hasTab() {
    const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const workspaceOf = ({ url }) => new URL(url).searchParams.get('workspace') ?? DEFAULT_WORKSPACE;
    return tabs.some((tab) => tab.url.startsWith(BASE.href) && workspaceOf(tab) === this.#name);
  }
}

/**
 * Turns an answer into a response. What a navigation shows was written by the person's own code, or by
 * whoever shared it: its page gets an origin of its own, away from this one's storage.
 */
function respond(request, { status, headers, body }) {
  const own = new Headers();
  for (const [key, value] of headers) own.append(key, value);
  own.delete('set-cookie');
  const shows = request.mode === 'navigate' || ['document', 'iframe', 'frame', 'object', 'embed'].includes(request.destination);
  if (shows) {
    own.append('content-security-policy', 'sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads');
  }
  own.set('x-content-type-options', 'nosniff');
  return new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers: own });
}

function failure(status, message) {
  return Object.assign(new Error(message), { status });
}

function problem(status, message) {
  return Response.json({ message }, { status });
}
