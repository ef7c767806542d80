// Keeps the page working without the network: every file of it is stored when
// the worker is installed, and the folder's own address answers from there.
// Calls to the service (POST, /health, the issuers' keys) are never touched.

declare const self: ServiceWorkerGlobalScope;
declare const __PRECACHE_FILES__: string[];
declare const __PRECACHE_VERSION__: string;

const PREFIX = 'licentia-page-';
const CACHE = PREFIX + __PRECACHE_VERSION__;
/** How long a slow network may hold up a page that is stored here, in milliseconds. */
const PATIENCE = 2000;

const urls = new Set(__PRECACHE_FILES__.map((path) => new URL(path, self.registration.scope).href));

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (request.method !== 'GET' || !urls.has(url.href)) {
    return;
  }
  event.respondWith(request.mode === 'navigate' ? newestPage(url.href) : stored(url.href));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([...urls].map((url) => new Request(url, { cache: 'reload' })));
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) {
      await caches.delete(name);
    }
  }
  await self.clients.claim();
}

/** The page from the network, so that an upgraded service shows its new page at once; else as stored. */
async function newestPage(url: string): Promise<Response> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) {
      return response;
    }
  } catch {
    // No network: that is what the stored page is for.
  }
  return stored(url);
}

/** A file whose name changes with its content: the stored one is the right one. */
async function stored(url: string): Promise<Response> {
  return (await caches.match(url, { ignoreVary: true })) ?? fetch(url);
}
