// The pages that a service worker keeps on this device carry the name of whoever opened them: they go when that person
// signs out or deletes the account. What was typed on them and not sent stays (entries.js).
const KEPT = "captura:";
const PATIENCE = 2000;

export function dropKeptPages() {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  return Promise.race([Promise.allSettled([dropCaches(), dropWorkers()]), late]);
}

async function dropCaches() {
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith(KEPT)).map((name) => caches.delete(name)));
}

async function dropWorkers() {
  const found = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(found.filter(({ scope }) => scope.endsWith("/captura")).map((worker) => worker.unregister()));
}
