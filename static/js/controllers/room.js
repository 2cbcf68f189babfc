// The live room of a session (docs/live-protocol.md). What is written is kept on this device until the server says that
// it is stored. Without this module the page works by plain HTTP.
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { announce } from "../announce.js";
import { openFeed } from "../room/feed.js";
import { newKey, openOutbox } from "../room/outbox.js";
import { openTranscript } from "../room/transcript.js";

const PATIENCE = 8000;
const RETRY = 2000;
const CHECK_EVERY = 45000;
const TRANSIENT = new Set(["conflict", "failure"]);

export default function room(element) {
  const words = element.dataset;
  const transcript = openTranscript(element);
  const outbox = openOutbox(`sala:${words.session}:${words.me}`);
  const feed = openFeed(Number(words.last), apply, (since) => ask("room.since", { since }));
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 4000 });
  const own = new Set(outbox.all().map((message) => message.client_key));
  let sending = false;
  let wasConnected = false;

  // --- the connection, in words

  socket.on("connect", async () => {
    const answer = await ask("room.join", {});
    if (!answer) return;
    complain(answer.may_post || !form ? "" : answer.reason);
    await feed.catchUp();
    show(words.textConnected);
    flush();
  });
  socket.on("disconnect", (reason) => {
    show(words.textConnecting);
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), RETRY / 4);
  });
  socket.on("connect_error", () => show(words.textOffline));
  socket.on("room.events", ({ events }) => feed.take(events.filter((event) => event.session === words.session)));
  socket.on("room.presence", ({ counts }) => showPresence(counts));
  setInterval(() => socket.connected && !document.hidden && feed.catchUp(), CHECK_EVERY);

  // The answer to an event if it was accepted, else null; `refused` hears of a refusal.
  async function ask(name, payload, refused = (answer) => show(answer.message)) {
    const sent = socket.timeout(PATIENCE).emitWithAck(name, { session: words.session, ...payload });
    const answer = await sent.catch(() => null);
    if (!answer || answer.ok) return answer;
    refused(answer);
    return null;
  }

  function show(text) {
    const state = element.querySelector("[data-room-state]");
    if (state.textContent === text) return;
    state.textContent = text;
    if (wasConnected) announce(text);
    wasConnected ||= text === words.textConnected;
  }

  function showPresence(counts) {
    const box = element.querySelector("[data-room-presence]");
    if (!box) return;
    box.hidden = false;
    for (const item of box.querySelectorAll("[data-label]")) {
      const count = counts[item.dataset.label] ?? 0;
      item.hidden = !count;
      item.querySelector("[data-count]").textContent = count;
    }
  }

  // --- what happens

  function apply(event) {
    if (event.kind === "message") {
      outbox.remove(event.key);
      transcript.add(event, own.has(event.key));
    } else if (event.kind === "hidden") {
      transcript.hide(event);
    } else {
      const text = { opened: words.textOpened, ended: words.textEnded, agreement: words.textAgreed }[event.kind];
      if (text) tell(text);
    }
  }

  function tell(text) {
    const notice = element.querySelector("[data-room-notice]");
    notice.hidden = false;
    notice.querySelector("[data-room-notice-text]").textContent = text;
    announce(text);
  }

  // --- writing

  const form = element.querySelector("#mensaje");
  const body = form?.querySelector("textarea");
  const complaint = element.querySelector("[data-room-error]");

  form?.addEventListener(
    "submit",
    (submission) => {
      submission.preventDefault();
      submission.stopImmediatePropagation();
      body.focus();
      if (!body.value.trim()) return;
      const message = { body: body.value, client_key: newKey() };
      own.add(message.client_key);
      outbox.put(message);
      transcript.addPending(message);
      body.value = "";
      complain("");
      flush();
    },
    { capture: true },
  );
  body?.addEventListener("keydown", (press) => {
    if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) form.requestSubmit();
  });
  outbox.all().forEach(transcript.addPending);

  // Sends what waits, in the order it was written, each until it is acknowledged or refused.
  async function flush() {
    if (sending) return;
    sending = true;
    for (let message = outbox.all()[0]; message && socket.connected; message = outbox.all()[0]) {
      const answer = await ask("room.post", message, (refusal) => giveBack(message, refusal));
      if (answer) outbox.remove(message.client_key);
      else if (outbox.all()[0]?.client_key === message.client_key) await new Promise((go) => setTimeout(go, RETRY));
    }
    sending = false;
  }

  // What the server does not take goes back to where it was written, unless something else is being written there.
  function giveBack(message, refusal) {
    if (TRANSIENT.has(refusal.error)) return complain(refusal.message);
    outbox.remove(message.client_key);
    const reason = refusal.error === "signed_out" ? words.textExpired : refusal.message;
    complain(reason);
    if (!body || body.value) return transcript.refuse(message, reason, () => rewrite(message));
    transcript.dropPending(message.client_key);
    rewrite(message);
  }

  function rewrite(message) {
    if (!body) return;
    body.value = [body.value, message.body].filter(Boolean).join("\n");
  }

  function complain(text) {
    if (!complaint) return;
    complaint.hidden = !text;
    complaint.textContent = text;
  }
}
