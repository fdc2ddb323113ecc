// Keeps the page for visits and what it is drawn with, so that it opens without a connection. It keeps nobody's data:
// what is typed lies in IndexedDB, and everything else goes to the network untouched.
"use strict";

const CACHE = "guatu-visit-2";
const PAGE = "/outreach/visit/";
const PATIENCE = 4000; // milliseconds after which a slow connection counts as none

async function keep(response) {
  const cache = await caches.open(CACHE);
  const text = await response.clone().text();
  const parts = Array.from(text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g), (found) => found[1]);
  // Page and parts belong together: the page is put last, so that it never stands without them.
  await cache.addAll([...new Set(parts)]);
  await cache.put(PAGE, response);
}

function good(response) {
  return response.ok && !response.redirected && response.type === "basic";
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const response = await fetch(PAGE, { credentials: "same-origin", redirect: "manual" });
    if (good(response)) await keep(response);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("guatu-visit-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function page(event) {
  const kept = await caches.match(PAGE);
  const fresh = fetch(event.request).then((response) => {
    if (good(response)) event.waitUntil(keep(response.clone()).catch(() => {}));
    return response;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh.then((response) => (response.status >= 500 ? kept : response)).catch(() => kept), late]);
}

async function part(event) {
  const kept = await caches.match(event.request);
  if (!kept) return fetch(event.request);
  event.waitUntil(fetch(event.request).then(async (response) => {
    if (good(response)) await (await caches.open(CACHE)).put(event.request, response);
  }).catch(() => {}));
  return kept;
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === PAGE) event.respondWith(page(event));
  else if (address.pathname.startsWith("/static/")) event.respondWith(part(event));
});
