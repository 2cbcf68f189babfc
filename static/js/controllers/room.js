// The live room of a session (docs/live-protocol.md). What is written is kept on this device until the server says that
// it is stored. Without this module the page works by plain HTTP.
import { announce } from "../announce.js";
import { isTransient, later, openConnection } from "../room/connection.js";
import { newKey, openOutbox, recall, remember } from "../room/outbox.js";
import { openPanels } from "../room/panels.js";
import { openReplying } from "../room/replying.js";
import { openTranscript } from "../room/transcript.js";
import { openTyping } from "../room/typing.js";

const PATIENCE = 8000;
const CALM = new Set(["answered", "entered"]); // what a full room does all at once

export default function room(element) {
  const words = element.dataset;
  const transcript = openTranscript(element);
  const panels = openPanels(element);
  const outbox = openOutbox(`sala:${words.session}:${words.me}`);
  const own = new Set(outbox.all().map((message) => message.client_key));
  // The kinds of event that a panel shows, and how they are told; the floor and the rules, by what is news in their panels.
  const changed = {
    agenda: () => words.textAgenda,
    agreement: ({ act }) => ({
      drafted: words.textAgreementDrafted,
      changed: words.textAgreementChanged,
      put: words.textAgreementPut,
      adopted: words.textAgreementAdopted,
      rejected: words.textAgreementRejected,
      withdrawn: words.textAgreementWithdrawn,
    })[act],
    breakout: ({ act }) => ({
      opened: words.textGroupsOpened,
      extended: words.textGroupsExtended,
      ended: words.textGroupsEnded,
    })[act],
    floor: () => "",
    rules: () => "",
    notice: ({ act }) => (act === "removed" ? words.textNotice : ""),
    poll: ({ act }) => ({ opened: words.textPollOpened, closed: words.textPollClosed })[act],
  };
  let sending = false;
  let acting = Promise.resolve();
  let wasConnected = false;

  // --- the connection, in words

  const { socket, ask, catchUp } = openConnection({
    session: words.session,
    last: words.last,
    apply,
    joined,
    failed: (refusal) => refusal && show(refusal.message),
    parted: (isNetworkThere) => show(isNetworkThere ? words.textConnecting : words.textOffline),
  });
  socket.on("room.presence", ({ counts }) => showPresence(counts));

  async function joined(answer) {
    complain("");
    const open = element.querySelector("[data-open]")?.dataset.open === "yes";
    if (open !== answer.may_post) panels.refresh("rules");
    await catchUp();
    show(words.textConnected);
    flush();
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
      if (own.has(event.key)) afterOwn();
    } else if (event.kind === "hidden") {
      transcript.hide(event);
      if (replying?.drop(event.of)) announce(words.textHidden);
    } else if (event.kind === "question") {
      transcript.answer(event);
    } else if (event.kind === "reaction") {
      transcript.react(event);
    } else if (event.kind in changed) {
      panels.refresh(event.kind, CALM.has(event.act));
      if (event.kind === "rules") panels.refresh("moderation");
      if (event.kind === "breakout") panels.refresh("rules"); // who may write here may be others
      const text = changed[event.kind](event);
      if (text) announce(text);
    } else {
      const change = event.act === "cancelled" ? words.textCancelled : words.textChanged;
      const text = { opened: words.textOpened, changed: change, ended: words.textEnded, minutes: words.textMinutes }[event.kind];
      if (text) tell(text);
      if (event.kind === "ended") leave();
    }
  }

  // Whoever has written once knows that it is public.
  function afterOwn() {
    form?.dispatchEvent(new Event("said"));
    remember(isTold);
    warning?.classList.remove("is-shown");
  }

  // The time of small groups, or of a word that was taken, is over by its date, whether or not anybody says so.
  element.addEventListener("over", ({ target }) => target.closest("[data-panel=breakout], [data-panel=rules]") && leave());

  function leave() {
    for (const panel of ["breakout", "rules"]) panels.refresh(panel);
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
  const replying = form && openReplying(element, form);
  const typing = openTyping(element, () => socket.connected && socket.emit("room.typing", { session: words.session }));
  socket.on("room.typing", typing.hear);
  body?.addEventListener("input", () => {
    if (!body.value) return;
    typing.write();
    if (complaint.textContent === words.textEmpty) complain("");
  });
  const warning = element.querySelector("[data-room-public]");
  const isTold = `publico:${words.me}`;
  warning?.classList.toggle("is-shown", !recall(isTold));

  form?.addEventListener(
    "submit",
    (submission) => {
      submission.preventDefault();
      submission.stopImmediatePropagation();
      body.focus();
      if (form.dataset.held) return announce(form.dataset.held);
      if (!body.value.trim()) return complain(words.textEmpty);
      const message = { body: body.value, client_key: newKey(), ...replying.take() };
      own.add(message.client_key);
      typing.sent();
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
  form?.addEventListener("released", () => complain(""));
  outbox.all().forEach(transcript.addPending);

  // Sends what waits, in the order it was written, each until it is acknowledged or refused.
  async function flush() {
    if (sending) return;
    sending = true;
    for (let message = outbox.all()[0]; message && socket.connected; message = outbox.all()[0]) {
      const answer = await ask("room.post", message, (refusal) => refusal && giveBack(message, refusal));
      if (answer) outbox.remove(message.client_key);
      else if (outbox.all()[0]?.client_key === message.client_key) await later();
    }
    sending = false;
  }

  // What the server does not take goes back to where it was written, unless something else is being written there.
  function giveBack(message, refusal) {
    if (isTransient(refusal)) return complain(refusal.message);
    outbox.remove(message.client_key);
    panels.refresh("rules");
    const reason = refusal.error === "signed_out" ? words.textExpired : refusal.message;
    complain(reason);
    if (!body || body.value) return transcript.refuse(message, reason, () => rewrite(message));
    transcript.dropPending(message.client_key);
    rewrite(message);
  }

  function rewrite(message) {
    if (!body) return;
    body.value = [body.value, message.body].filter(Boolean).join("\n");
    replying.give(message);
  }

  // What one does with a message is done without leaving what one is writing; what it changes comes as an event.
  element.querySelector("#actos")?.addEventListener("submit", async (submission) => {
    submission.preventDefault();
    const { submitter: button, target: acts } = submission;
    const address = button.formAction;
    if (button.dataset.reaction) turn(button);
    const sent = { method: "POST", body: new FormData(acts), headers: { "X-Cocrea-Panel": "actos" }, redirect: "error" };
    acting = acting.then(() => fetch(address, sent)).catch(() => null);
    if ((await acting)?.ok) return;
    if (button.dataset.reaction) turn(button);
    tellUnsent(button);
  });

  // A reaction is given or taken back; its count comes as an event.
  function turn(button) {
    const on = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!on));
    button.formAction = on ? button.formAction.replace(/\/retiro$/, "") : `${button.formAction}/retiro`;
  }

  function tellUnsent(button) {
    announce(words.textUnsent);
    const line = document.createElement("span");
    line.className = "field__error";
    line.textContent = words.textUnsent;
    button.after(line);
    setTimeout(() => line.remove(), PATIENCE);
  }

  function complain(text) {
    if (!complaint) return;
    complaint.hidden = !text;
    complaint.textContent = text;
  }
}
