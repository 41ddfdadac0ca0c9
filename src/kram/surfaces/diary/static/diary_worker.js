// Keeps the pages of the diary, so that it opens without a network. It keeps no entry: those are in the browser's own
// database, or with the server. Served with `KEPT` (the name of this version's cache), `PAGES` and `FILES` set before it.
"use strict";

const OLD = "kram-diary-pages-";
const PATIENCE = 4000; // ms for a network that is there but does not answer
const options = { ignoreVary: true, ignoreSearch: true };

const fresh = (address) => new Request(address, { cache: "reload", credentials: "same-origin" });

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll([...PAGES, ...FILES].map(fresh)))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith(OLD) && n !== KEPT).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (PAGES.includes(pathname)) event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});

// The newest there is; without a network the one that was kept.
async function page(event, pathname) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(pathname, options);
  const coming = fetch(event.request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await keep(cache, pathname, answer.clone(), kept);
    return answer;
  });
  event.waitUntil(coming.catch(() => {}));
  if (!kept) return coming;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([coming.catch(() => kept), late]);
}

// The language was changed: the other pages are kept in it, too.
async function keep(cache, pathname, answer, kept) {
  const language = answer.headers.get("content-language");
  await cache.put(pathname, answer);
  if (!kept || kept.headers.get("content-language") === language) return;
  await cache.addAll(PAGES.filter((other) => other !== pathname).map(fresh));
}

// An address of a file names its content: what is kept is right.
async function file(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request.url, options);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}
