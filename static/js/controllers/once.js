// A form is sent once: a second click while the answer is under way does nothing. Without a connection it is not sent at
// all, as the browser would put its own error page in the place of this one.
// The button is marked after the browser has read the form, so its own name and value are sent.
import { announce } from "../announce.js";

export default function once(form) {
  const line = document.createElement("p");
  line.className = "field__error";
  let sent = false;

  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    if (event.defaultPrevented) return;
    if (!navigator.onLine && !form.closest("[data-panel]")) return refuse(event); // a room's panel says so itself
    sent = true;
    const button = event.submitter;
    announce(document.body.dataset.textSending);
    setTimeout(() => {
      if (!button || !sent) return;
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
    });
  });

  // Whoever listens further on never hears of it; whoever came before takes it back on "unsent".
  function refuse(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    form.dispatchEvent(new Event("unsent"));
    line.textContent = document.body.dataset.textOffline;
    (event.submitter?.closest(".actions, p") ?? event.submitter ?? form.lastElementChild).after(line);
    line.scrollIntoView({ block: "nearest" });
    announce(line.textContent);
  }

  function reopen() {
    sent = false;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    });
  }

  form.addEventListener("unsent", reopen);
  window.addEventListener("online", () => line.remove());
  // Coming back with the browser's button shows the page as it was left: make it usable again.
  window.addEventListener("pageshow", (event) => event.persisted && reopen());
}
