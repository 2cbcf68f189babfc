// Says how many characters are left once three quarters are used. A text that is too long is told, never cut.
import { announce } from "../announce.js";

const TOLD_FROM = 0.75;
const PAUSE = 1000;

export default function counter(field) {
  const limit = Number(field.dataset.limit);
  const { textLeft, textOver } = document.body.dataset;
  const shown = document.createElement("p");
  shown.className = "field__count";
  shown.setAttribute("aria-hidden", "true");
  field.after(shown);
  let timer;

  function show() {
    const left = limit - [...field.value.trim()].length;
    shown.hidden = left > limit * (1 - TOLD_FROM);
    shown.textContent = left < 0 ? `${textOver} ${-left}` : `${textLeft} ${left}`;
    shown.classList.toggle("field__count--over", left < 0);
  }

  field.addEventListener("input", () => {
    show();
    clearTimeout(timer);
    if (!shown.hidden) timer = setTimeout(() => announce(shown.textContent), PAUSE);
  });
  field.form?.addEventListener("filled", show);
  show();
}
