// Drafts of long texts, kept in this tab only (sessionStorage), so that an error or an expired session loses nothing.
// A draft that was sent stays "pending" until the next page tells whether it was kept: a page that shows an error, or
// only reads it back, makes it a draft again (until that is confirmed); any other page means it was saved.
import { dropKeptPages } from "./kept-pages.js";
import { dropAllCopies } from "./local-copies.js";

const PREFIX = "cocrea:draft:";

export function readDraft(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function writeDraft(key, texts, pending = false) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify({ texts, pending }));
  } catch {
    // Storage is full or refused: writing goes on without a draft.
  }
}

export function dropDraft(key) {
  sessionStorage.removeItem(PREFIX + key);
}

function allKeys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
}

// Nothing of whoever leaves stays on this device, but for what others said in a workshop and nobody has sent yet
// (entries.js): a colleague of theirs still can.
export async function leaveNothing() {
  allKeys().forEach(dropDraft);
  dropAllCopies();
  await dropKeptPages();
}

// The form that confirms has the address of the one that was read back, and so its draft (controllers/dirty.js).
function confirmDraft({ target, submitter }) {
  const key = `${target.getAttribute("action")}#`;
  const draft = submitter?.name === "confirmed" && readDraft(key);
  if (draft) writeDraft(key, draft.texts, true);
}

export function settleDrafts() {
  const readBack = document.querySelector("[data-read-back]");
  const unsaved = readBack || document.querySelector("[data-outcome=error], [data-error-summary]");
  for (const key of allKeys()) {
    const draft = readDraft(key);
    if (!draft?.pending) continue;
    if (unsaved) writeDraft(key, draft.texts);
    else dropDraft(key);
  }
  if (readBack) document.addEventListener("submit", confirmDraft);
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-clears-drafts]")) return;
    event.preventDefault(); // goes on once nothing is left behind
    await leaveNothing();
    event.target.submit();
  });
}
