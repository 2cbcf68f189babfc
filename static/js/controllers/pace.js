// Whether one may write in the room now. It stands in a panel that is fetched anew when that changes; the form stays where
// it is with what is typed in it, and says in data-held why it is not sent. After a message of one's own in slow mode the
// wait begins here, before the server would have to say so.
import { announce } from "../announce.js";

export default function pace(element) {
  const { open, slow, textClosed, textWait, textFree } = element.dataset;
  const form = document.getElementById("mensaje");
  const line = element.querySelector("[data-pace-wait]");
  const button = form?.querySelector("[type=submit]");
  let until = Date.now() + Number(element.dataset.wait) * 1000;
  let ticking = null;

  if (!form) return reveal(open === "yes");
  if (open !== "yes") return hold(textClosed);
  form.closest("[data-room-write]")?.removeAttribute("hidden");
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
    const text = textWait.replace("{n}", left);
    if (line) line.textContent = text;
    hold(text);
    ticking = setTimeout(tick, 1000);
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
