// Whom one answers, and whether one asks: it stands above the text while that is written, and goes along with it. Whoever
// writes down what is said in the hall answers with that as well.
const EXCERPT = 120;

export function openReplying(element, form) {
  const boxes = [...element.querySelectorAll("[data-replying]")];
  const asks = form.elements.is_question;
  const to = form.elements.parent;

  element.addEventListener("click", (click) => {
    const link = click.target.closest("[data-reply]");
    if (!link) return;
    click.preventDefault();
    show(Number(link.dataset.reply));
    form.elements.body.focus();
  });
  for (const box of boxes) {
    box.querySelector("[data-replying-stop]").addEventListener("click", (click) => {
      click.preventDefault();
      show(null);
      box.closest("form").elements.body.focus();
    });
  }

  function show(seq) {
    const said = document.getElementById(`m${seq}`);
    const text = said?.querySelector(".prose")?.textContent.trim() ?? "";
    for (const box of boxes) {
      box.closest("form").elements.parent.value = seq ?? "";
      box.hidden = !seq;
      box.querySelector("[data-replying-name]").textContent = said?.querySelector("[data-name]")?.textContent ?? "";
      box.querySelector("[data-replying-text]").textContent = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
    }
  }

  // One that was hidden takes no replies.
  function isHidden(seq) {
    const said = document.getElementById(`m${seq}`);
    return Boolean(said) && !said.querySelector("[data-name]");
  }

  return {
    // Ends the reply to a message that was hidden. Whether there was one.
    drop(seq) {
      const isOpen = Number(to.value) === seq;
      if (isOpen) show(null);
      return isOpen;
    },
    // What is sent beside the text; then the next one begins without it.
    take() {
      const sent = { ...(to.value && { parent: Number(to.value) }), ...(asks.checked && { question: true }) };
      show(null);
      asks.checked = false;
      return sent;
    },
    give(message) {
      if (message.parent && !isHidden(message.parent)) show(message.parent);
      asks.checked ||= Boolean(message.question);
    },
  };
}
