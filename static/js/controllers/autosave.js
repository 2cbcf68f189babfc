// Saves a form as its author's draft a few seconds after typing. Where the connection or the session is gone, a copy
// waits on this device and goes up as soon as it can; the last line of the form says in words what is kept and where.
// A copy never takes the place of a draft it was not written on: of the two, the later one is shown and the other offered.
import { dropCopy, others, readCopy, writeCopy, writeOthers } from "../local-copies.js";

const PAUSE = 2500;
const AGAIN = 10000;
const MOST = 10;
const LONGEST_WAIT = 20000;
const PRIVATE = new Set(["csrf_token"]);

export default function autosave(form) {
  const state = form.querySelector("[data-draft-state]");
  const words = state.dataset;
  const other = document.querySelector("[data-draft-other]");
  const key = `${words.owner}:${form.dataset.autosave}`;
  let timer;
  let underway;
  let busy = false;
  let waiting = false;
  const ours = new Set(); // what this page has sent
  let unsaved = false;
  let sending = false;
  let typedAt;

  const pairs = () => [...new FormData(form)].filter(([name, value]) => !PRIVATE.has(name) && typeof value === "string");

  function say(text, local = false) {
    state.textContent = text;
    state.classList.toggle("draft-state--local", local);
  }

  const keep = () => writeCopy(key, pairs(), words.savedAt, typedAt ?? Date.now());

  function keepHere(text) {
    say(keep() ? text : words.textNowhere, true);
  }

  function lead(url, text) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = text;
    state.append(" ", link);
  }

  function expired() {
    keepHere(words.textExpired);
    lead(words.signIn, words.textEnter);
  }

  function published(url) {
    dropCopy(key);
    say(words.textPublished);
    lead(url, words.textRead);
  }

  async function post(said) {
    underway = new AbortController();
    const limit = setTimeout(() => underway.abort(), LONGEST_WAIT);
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("on", words.savedAt);
    for (const [name, value] of said) body.append(name, value);
    return fetch(form.dataset.autosave, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: underway.signal,
      redirect: "error",
    }).finally(() => clearTimeout(limit));
  }

  // One saving after the other: the server never gets an older text after a newer one.
  async function save() {
    clearTimeout(timer);
    if (sending) return;
    if (busy) return (waiting = true);
    busy = true;
    unsaved = false;
    await attempt();
    busy = false;
    if (!waiting) return;
    waiting = false;
    await save();
  }

  async function attempt() {
    const sent = pairs();
    ours.add(text(sent));
    try {
      const answer = await post(sent);
      if (answer.status === 401 || answer.status === 400) return again(expired);
      const { said, at, other: newer, published: url } = await answer.json();
      if (newer) return besideNewer(newer);
      if (url) return published(url);
      if (!answer.ok) return again(() => keepHere(said ?? words.textRefused));
      words.savedAt = at;
      dropCopy(key);
      say(said);
    } catch (error) {
      if (sending) return;
      again(() => keepHere(error instanceof SyntaxError ? words.textRefused : words.textOffline));
    }
  }

  // Another tab or device saved meanwhile. Its text is put aside here before this one takes its place, if it is not our
  // own, whose answer was lost; where this device keeps nothing, the other one stays.
  function besideNewer(newer) {
    if (!ours.has(text(newer.pairs)) && !setAside(newer)) return say(words.textRefused, true);
    words.savedAt = String(newer.at);
    waiting = true;
  }

  function again(tell) {
    unsaved = true;
    if (sending) return;
    tell();
    clearTimeout(timer);
    timer = setTimeout(save, AGAIN);
  }

  function later() {
    unsaved = true;
    typedAt = Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  function fill(said) {
    const typed = new Map();
    for (const [name, value] of said) typed.set(name, [...(typed.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || PRIVATE.has(field.name)) continue;
      const values = typed.get(field.name) ?? [];
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = values.includes(field.value);
        if (field.checked) field.closest("details")?.setAttribute("open", "");
      } else if (values.length && "value" in field && field.type !== "submit") field.value = values[0];
    }
    form.dispatchEvent(new Event("filled"));
  }

  // What an earlier visit left here: the server says whether it was published meanwhile; if not, it is put back, unless
  // the account has a later draft. The server also says what time it is, as this device may go wrong by hours.
  async function restore() {
    const copy = readCopy(key);
    if (!copy) return;
    if ("answered" in form.dataset) return dropCopy(key), save(); // what was sent is what the page shows, and more
    let ahead = 0;
    try {
      const answer = await post([["ask", "1"], ...copy.pairs]);
      if (answer.status === 409) return dropCopy(key);
      ahead = Date.now() - (await answer.json()).now;
    } catch {
      // Still without a connection.
    }
    if (text(copy.pairs) === text(pairs())) return dropCopy(key), save(); // the page shows it: nothing to put back
    const kept = Number(words.savedAt);
    const differs = kept && copy.base !== words.savedAt && text(copy.pairs) !== text(pairs());
    if (typedAt || (differs && copy.at - ahead < kept)) {
      if (setAside(copy)) dropCopy(key);
      return;
    }
    if (differs) setAside({ pairs: pairs(), at: kept + ahead });
    typedAt = copy.at;
    fill(copy.pairs);
    document.querySelector("[data-draft-back]").hidden = false;
    await save();
    if (!unsaved) say(`${words.textBack} ${state.textContent}`);
  }

  const text = (said) => JSON.stringify(said.filter(([name, value]) => value && name !== "key"));

  function setAside(version) {
    const done = writeOthers(key, [version, ...others(key)].slice(0, MOST));
    offer();
    return done;
  }

  // The other version: to look at it changes places with what the form shows, so that neither is lost.
  function offer() {
    const [version] = others(key);
    other.hidden = !version;
    if (!version) return;
    const when = new Date(version.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    other.querySelector("[data-when]").textContent = when;
  }

  other.querySelector("[data-look]").addEventListener("click", () => {
    const [version, ...rest] = others(key);
    writeOthers(key, [{ pairs: pairs(), at: Number(words.savedAt) || Date.now() }, ...rest]);
    fill(version.pairs.filter(([name]) => name !== "key"));
    later();
    offer();
  });
  other.querySelector("[data-drop]").addEventListener("click", () => {
    writeOthers(key, others(key).slice(1));
    offer();
  });

  document.querySelector("[data-draft-discard]")?.addEventListener("submit", () => {
    clearTimeout(timer);
    underway?.abort();
    unsaved = false;
    sending = true;
    dropCopy(key);
  });
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("online", () => unsaved && save());
  window.addEventListener("pagehide", () => unsaved && !sending && keep());
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    sending = true;
    clearTimeout(timer);
    underway?.abort();
    keep(); // until the form is next open, when the server says what became of it
  });
  form.addEventListener("unsent", () => {
    sending = false;
    later();
  });
  window.addEventListener("pageshow", () => (sending = false));
  if (!state.textContent) say(words.textIdle);
  offer();
  if (!document.querySelector("[data-error-summary]")) restore();
}
