// A form is sent once: a second click while the answer is under way does nothing.
// The button is marked after the browser has read the form, so its own name and value are sent.
import { announce } from "../announce.js";

export default function once(form) {
  let sent = false;

  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    if (event.defaultPrevented) return;
    sent = true;
    const button = event.submitter;
    announce(document.body.dataset.textSending);
    setTimeout(() => {
      button?.setAttribute("aria-busy", "true");
      if (button) button.disabled = true;
    });
  });

  // Coming back with the browser's button shows the page as it was left: make it usable again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    });
  });
}
