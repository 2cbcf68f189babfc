// What has been written and is not yet acknowledged, kept on this device per session and person.
export function openOutbox(name) {
  let unstored = []; // what a full or forbidden store did not take: it is sent all the same, while this page is open

  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? [];
    } catch {
      return [];
    }
  };
  const store = (messages) => {
    try {
      if (messages.length) localStorage.setItem(name, JSON.stringify(messages));
      else localStorage.removeItem(name);
      return true;
    } catch {
      return false;
    }
  };
  const without = (messages, key) => messages.filter((other) => other.client_key !== key);

  return {
    all: () => [...stored(), ...unstored],
    put(message) {
      if (!store([...without(stored(), message.client_key), message])) unstored.push(message);
    },
    remove(key) {
      unstored = without(unstored, key);
      store(without(stored(), key));
    },
  };
}

// Something that is told once on this device; where nothing can be stored, each time.
export function recall(name) {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

export function remember(name) {
  try {
    localStorage.setItem(name, "1");
  } catch {
    // it is told again
  }
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
