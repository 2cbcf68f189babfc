// Whether one may write in the room now. It stands in a panel that is fetched anew when that changes; the form stays where
// it is with what is typed in it, and says in data-held why it is not sent. Who may not write at all sees no box, or what
// they had begun in it, to be read and copied. After a message of one's own in slow mode the wait begins here, before the
// server would have to say so.
import { announce } from "../announce.js";

export default function pace(element) {
  const words = element.dataset;
  const { open, slow, textClosed, textWait, textFree } = words;
  const form = document.getElementById("mensaje");
  const line = element.querySelector("[data-pace-wait]");
  const button = form?.querySelector("[type=submit]");
  let until = Date.now() + Number(element.dataset.wait) * 1000;
  let ticking = null;

  if (!form) return reveal(open === "yes");
  if (open !== "yes") return close();
  bringBack();
  form.addEventListener("said", begin);
  tick();

  function reveal(isOpen) {
    const way = element.querySelector("[data-pace-reload]");
    if (way) way.hidden = !isOpen;
  }

  function begin() {
    if (!element.isConnected || slow === "0") return;
    until = Date.now() + Number(slow) * 1000;
    tick();
  }

  // Once a second while there is something to wait for.
  function tick() {
    clearTimeout(ticking);
    if (!element.isConnected) return form.removeEventListener("said", begin);
    const left = Math.ceil((until - Date.now()) / 1000);
    if (line) line.hidden = left <= 0;
    if (left <= 0) return release();
    const text = textWait.replace("{time}", lasting(left));
    if (line) line.textContent = text;
    hold(text);
    ticking = setTimeout(tick, 1000);
  }

  function lasting(seconds) {
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
    const inMinutes = minutes === 1 ? words.textMinute : words.textMinutes.replace("{n}", minutes);
    const inSeconds = rest === 1 ? words.textSecond : words.textSeconds.replace("{n}", rest);
    if (!minutes) return inSeconds;
    return rest ? words.textBoth.replace("{minutes}", inMinutes).replace("{seconds}", inSeconds) : inMinutes;
  }

  function close() {
    hold(textClosed);
    const [box, body] = [form.closest("[data-room-write]"), form.elements.body];
    box.hidden = !body.value.trim();
    keep(box, body, true);
  }

  function bringBack() {
    const box = form.closest("[data-room-write]");
    const wasAway = box.hidden || box.classList.contains("is-kept");
    box.hidden = false;
    keep(box, form.elements.body, false);
    if (wasAway) announce(textFree);
  }

  function keep(box, body, isKept) {
    box.classList.toggle("is-kept", isKept);
    body.readOnly = isKept;
    box.querySelector("[data-room-kept]").hidden = !isKept;
  }

  function hold(text) {
    form.dataset.held = text;
    button?.setAttribute("aria-disabled", "true");
  }

  function release() {
    if (!("held" in form.dataset)) return;
    delete form.dataset.held;
    button?.removeAttribute("aria-disabled");
    if (line) announce(textFree);
    form.dispatchEvent(new Event("released"));
  }
}
