// What was typed on a workshop's page and is not yet on the server, kept on this device (IndexedDB).
const NAME = "cocrea-jornadas";
const STORE = "entries";

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// Resolves once the device has it for good, not before: then the form may be emptied.
async function act(mode, work) {
  const transaction = (await database()).transaction(STORE, mode, { durability: "strict" });
  const request = work(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const keep = (entry) => act("readwrite", (store) => store.put(entry));
export const forget = (key) => act("readwrite", (store) => store.delete(key));

// Those of one workshop, in the order in which they were typed.
export async function waiting(workshop) {
  const all = await act("readonly", (store) => store.getAll());
  return all.filter((entry) => entry.workshop === workshop).sort((one, other) => one.at - other.at);
}

// Made here and not by the server, so that what is sent twice is known to be the same.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
