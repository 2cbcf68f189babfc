// Service worker of one workshop's entry page, and of nothing else: answers with what the device keeps when the
// network does not. It never touches what is sent.
const KEPT = `captura:${new URL(self.registration.scope).pathname}`;
const PATIENCE = 5000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => Promise.all(event.data.urls.map((url) => refresh(cache, url))))
      .then((kept) => event.ports[0].postMessage({ kept: kept.every(Boolean) })),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin || url.pathname.includes("/captura/")) return;
  event.respondWith(answer(event));
});

async function refresh(cache, url) {
  const found = await fetch(url, { credentials: "same-origin" });
  if (!found.ok || found.redirected) return false;
  await cache.put(url, found);
  return true;
}

// The network first; what is kept when it fails, or takes too long to bring the page.
async function answer(event) {
  const cache = await caches.open(KEPT);
  const kept = () => cache.match(event.request, { ignoreVary: true, ignoreSearch: event.request.mode === "navigate" });
  const network = fetch(event.request).then((found) => {
    if (found.ok && !found.redirected && event.request.mode === "navigate") {
      const copy = found.clone();
      event.waitUntil(cache.put(event.request.url.split("?")[0], copy));
    }
    return found;
  });
  try {
    if (event.request.mode !== "navigate") return await network;
    const slow = new Promise((_resolve, reject) => setTimeout(reject, PATIENCE));
    const found = await Promise.race([network, slow]);
    // Whoever may not write here any more still finds what this device keeps and nobody has sent.
    return found.status === 403 ? ((await kept()) ?? found) : found;
  } catch {
    return (await kept()) ?? network;
  }
}
