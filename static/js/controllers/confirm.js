// Asks the question in data-confirm before a form is sent. Focus starts on the way back; Escape means no.
export default function confirm(form) {
  let answered = false;

  form.addEventListener(
    "submit",
    (event) => {
      if (answered) {
        answered = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form.dataset.confirm, event.submitter?.textContent.trim(), () => {
        answered = true;
        form.requestSubmit(event.submitter);
      });
    },
    { capture: true },
  );
}

function ask(question, effect, onYes) {
  const { textConfirm, textCancel } = document.body.dataset;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = element("p", "dialog__question", question);
  text.id = "dialog-question";
  dialog.setAttribute("aria-labelledby", text.id);
  const no = element("button", "button button--secondary", textCancel);
  const yes = element("button", "button button--danger", effect || textConfirm);
  no.type = yes.type = "button";
  no.autofocus = true;
  const actions = element("div", "actions");
  actions.append(no, yes);
  dialog.append(text, actions);
  document.body.append(dialog);
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => dialog.close("yes"));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue === "yes") onYes();
  });
  dialog.showModal();
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
