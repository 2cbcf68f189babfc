// What could not be saved on the server waits on this device (localStorage), apart for each person and form.
// It is tried again when the form is next open, and forgotten once the server has it or its author signs out
// or deletes the account.
const PREFIX = "cocrea:copy:";

export function readCopy(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

// Whether the device could keep it. `base` says on which draft of the account it was written, `at` when.
export function writeCopy(key, pairs, base, at) {
  return write(key, { pairs, base, at });
}

function write(key, value) {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function dropCopy(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Storage is refused: there is nothing to forget.
  }
}

// Versions that another one took the place of, the last first: kept until their author has looked at them.
export function others(key) {
  return readCopy(`${key}:others`) ?? [];
}

export function writeOthers(key, versions) {
  if (versions.length) return write(`${key}:others`, versions);
  dropCopy(`${key}:others`);
  return true;
}

export function dropAllCopies() {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key));
  } catch {
    // As above.
  }
}
