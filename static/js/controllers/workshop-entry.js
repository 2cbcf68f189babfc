// The page on which contributions are written down. Each is kept on this device first and sent as soon as there is a
// connection, once: it carries a key, and it stays here until the server has answered that it has it.
import { announce } from "../announce.js";
import { forget, keep, newKey, waiting } from "../entries.js";
import copy from "./copy.js"; // with the page, and not when the first row needs it: then there may be no connection

const RETRY = 15_000;
const FIELDS = ["title", "affected", "causes", "topic", "body"];
const LASTING = ["affected", "topic"]; // stay as they were for the next one

export default async function workshopEntry(place) {
  const { workshop, sessionUrl, sendUrl, worker, scope } = place.dataset;
  const form = place.querySelector("form");
  const fields = FIELDS.filter((name) => form?.elements[name]); // a kept page may be older than this script
  const written = fields.filter((name) => !LASTING.includes(name));
  const queue = place.querySelector("[data-queue]");
  const list = queue.querySelector("[data-queue-list]");
  const state = queue.querySelector("[data-queue-state]");
  const told = place.querySelector("[data-count]");
  let sending = false;
  let more = false;
  let shown = "";
  let correcting = null; // the key of the refused one that is in the form
  let person = ""; // who is signed in, once the server has said so: a kept page does not know
  const opening = newKey();

  try {
    await waiting(workshop);
  } catch {
    return; // this browser keeps nothing: the form goes the way it goes without scripts
  }

  // Before every other listener: nothing else may send the form or mark it as sent.
  document.addEventListener("submit", (event) => event.target === form && take(event), true);
  form?.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form?.addEventListener("input", () => (correcting = isEmpty() ? null : correcting));
  window.addEventListener("online", send);
  window.addEventListener("offline", show);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  setInterval(() => place.dataset.blocked === "denied" || send(), RETRY);
  keepPage(worker, scope, place);
  await show();
  await claimOpening();
  send();

  function isEmpty() {
    return written.every((name) => !form.elements[name].value.trim());
  }

  async function take(event) {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const said = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    const key = form.elements.key.value;
    const corrected = correcting;
    // In the same moment as the key: what is sent twice is empty, and what is typed from here on is the next one.
    empty();
    try {
      await keep({ ...said, key, workshop, person, opening, at: Date.now() });
    } catch {
      // The device is full: straight to the server, as without scripts.
      for (const name of written) form.elements[name].value = said[name];
      form.elements.key.value = key;
      return form.submit();
    }
    if (corrected) await forget(corrected);
    await show();
    send();
  }

  function empty() {
    form.elements.key.value = newKey();
    for (const name of written) form.elements[name].value = "";
    correcting = null;
    queue.querySelector("[data-busy]").hidden = true;
    form.elements.title.focus();
  }

  // Whoever the page was opened by also wrote what was typed before the server could answer who that is.
  async function claimOpening() {
    try {
      if (await begin()) await claim((entry) => entry.opening === opening);
    } catch {
      // No connection: whose they are is asked before they are sent.
    }
  }

  async function claim(chosen) {
    for (const entry of await waiting(workshop)) if (!entry.person && chosen(entry)) await keep({ ...entry, person });
  }

  // One round at a time; what is typed during a round is sent in the next.
  async function send() {
    more = true;
    if (sending) return;
    sending = true;
    try {
      while (more) {
        more = false;
        const entries = (await waiting(workshop)).filter((entry) => !entry.refused);
        const session = entries.length ? await begin() : null;
        if (session) for (const entry of entries) if (!(await deliver(entry, session))) break;
      }
    } catch {
      // No connection, or it broke in the middle: what was not answered stays and is sent again.
    } finally {
      sending = false;
      await show();
    }
  }

  // A fresh token, and who would send with it.
  async function begin() {
    const answer = await fetch(sessionUrl, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) place.dataset.blocked = "session";
    else if (answer.status === 403) place.dataset.blocked = "denied";
    else if (!answer.ok) place.dataset.blocked = "server";
    else delete place.dataset.blocked;
    if ("blocked" in place.dataset) return null;
    const session = await answer.json();
    person = session.person;
    place.dataset.name = session.name;
    return session;
  }

  async function deliver(entry, session) {
    if (entry.person !== session.person) {
      place.dataset.blocked = entry.person ? "person" : "unowned";
      return true; // those of others wait, not the next ones
    }
    const sent = new FormData();
    for (const name of [...FIELDS, "key"]) sent.set(name, entry[name] ?? "");
    sent.set("csrf_token", session.csrf_token);
    const answer = await fetch(sendUrl, { method: "POST", body: sent, redirect: "manual" });
    if (answer.ok) {
      add(await answer.json());
      await forget(entry.key);
    } else if (answer.status === 422 || answer.status === 403) {
      await keep({ ...entry, refused: (await answer.json()).message });
    } else {
      place.dataset.blocked = answer.status === 401 ? "session" : "server";
      return false;
    }
    return true;
  }

  // Only what has changed is drawn again: somebody may be reading or copying it.
  async function show() {
    const entries = await waiting(workshop);
    const named = stateOf(entries);
    const seen = JSON.stringify([named, place.dataset.name, entries]);
    if (seen === shown) return;
    shown = seen;
    queue.hidden = entries.length === 0;
    queue.querySelector("[data-queue-count]").textContent = entries.length;
    list.replaceChildren(...entries.map(row));
    state.replaceChildren(place.querySelector(`template[data-state="${named}"]`).content.cloneNode(true));
    if (named !== "unowned") return;
    state.querySelector("[data-name]").textContent = place.dataset.name;
    state.querySelector("[data-mine]").addEventListener("click", async () => {
      await claim(() => true);
      send();
    });
  }

  function stateOf(entries) {
    if (entries.length && entries.every((entry) => entry.refused)) return "refused";
    return navigator.onLine ? (place.dataset.blocked ?? "waiting") : "offline";
  }

  function row(entry) {
    const made = place.querySelector("template[data-queue-row]").content.cloneNode(true);
    made.querySelector("[data-title]").textContent = entry.title;
    made.querySelector("[data-copy]").textContent = [entry.title, entry.affected, entry.causes, entry.body].filter(Boolean).join("\n");
    copy(made.querySelector("[data-copyable]"));
    const why = made.querySelector("[data-why]");
    why.textContent = entry.refused ?? "";
    why.hidden = !entry.refused;
    const back = made.querySelector("[data-back]");
    back.addEventListener("click", () => takeBack(entry));
    back.hidden = !entry.refused || !form;
    return made;
  }

  // A refused one goes back into the form, to be corrected, under a new key: the old one made nothing. It stays here
  // until the corrected one is kept, and nothing that is being typed gives way to it.
  function takeBack(entry) {
    const busy = queue.querySelector("[data-busy]");
    busy.hidden = isEmpty();
    if (!busy.hidden) return;
    for (const name of fields) form.elements[name].value = entry[name] ?? "";
    correcting = entry.key;
    form.elements.title.focus();
  }

  function add({ title, url, reference, entered, topic, edit, withdraw }) {
    const made = place.querySelector("template[data-sent-row]").content.cloneNode(true);
    const link = made.querySelector("[data-link]");
    link.href = url;
    link.textContent = title;
    made.querySelector("[data-reference]").textContent = reference;
    made.querySelector("[data-topic]").textContent = topic;
    made.querySelectorAll("[data-of]").forEach((name) => (name.textContent = `«${title}»`));
    made.querySelector("[data-own]").hidden = !edit;
    made.querySelector("[data-edit]").href = edit ?? "";
    made.querySelector("[data-withdraw]").href = withdraw ?? "";
    const rows = place.querySelector("[data-sent]");
    if (![...rows.querySelectorAll("a")].some((known) => known.getAttribute("href") === url)) rows.prepend(made);
    told.textContent = entered;
    announce(place.dataset.textSent);
  }
}

// Keeps this page and what it is made of on the device, so that it opens without a connection.
async function keepPage(worker, scope, place) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker, { scope });
    const registration = await navigator.serviceWorker.getRegistration(scope);
    const active = registration.active ?? (await activated(registration));
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name);
    const here = parts.filter((url) => url.startsWith(location.origin) && !url.includes("/captura/"));
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => (place.querySelector("[data-kept]").hidden = !data.kept);
    active.postMessage({ urls: [scope, ...here] }, [channel.port2]);
  } catch {
    // Without it the page works as long as it stays open.
  }
}

function activated(registration) {
  const worker = registration.installing ?? registration.waiting;
  return new Promise((resolve) =>
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve(worker)),
  );
}
