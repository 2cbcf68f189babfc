// Copies the text of [data-copy]. The button shows only where copying works.
import { announce } from "../announce.js";

export default function copy(element) {
  const button = element.querySelector("[data-copy-button]");
  if (!button || !navigator.clipboard) return;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.querySelector("[data-copy]").textContent.trim());
    const { textCopied } = document.body.dataset;
    button.textContent = textCopied;
    announce(textCopied);
    setTimeout(() => (button.textContent = label), 2000);
  });
}
