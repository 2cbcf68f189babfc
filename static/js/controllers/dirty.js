// Warns before leaving a form with unsaved text and keeps a draft of its long texts in this tab (see drafts.js).
import { announce } from "../announce.js";
import { dropDraft, readDraft, writeDraft } from "../drafts.js";

export default function dirty(form) {
  const key = `${form.getAttribute("action") || location.pathname}#${form.id}`; // the same where an error shows it again
  const areas = [...form.querySelectorAll("textarea[name]")];
  let changed = false;
  let sending = false;
  let timer;

  const texts = () => Object.fromEntries(areas.map((area) => [area.name, area.value]));

  restore(form, areas, key);

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(() => writeDraft(key, texts()), 400);
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    sending = true;
    clearTimeout(timer);
    if (changed || readDraft(key)) writeDraft(key, texts(), true);
  });
  form.addEventListener("unsent", () => {
    sending = false;
    if (readDraft(key)) writeDraft(key, texts());
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !sending) event.preventDefault();
  });
  window.addEventListener("pageshow", () => (sending = false));
}

function restore(form, areas, key) {
  const draft = readDraft(key);
  const lost = areas.filter((area) => draft?.texts[area.name] && draft.texts[area.name] !== area.value);
  if (!lost.length) return;
  const before = new Map(lost.map((area) => [area, area.value]));
  lost.forEach((area) => (area.value = draft.texts[area.name]));
  const { textRestored, textDiscard } = document.body.dataset;
  const notice = document.createElement("div");
  notice.className = "notice notice--info";
  const text = document.createElement("p");
  text.className = "notice__body";
  text.textContent = textRestored;
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "button button--quiet";
  discard.textContent = textDiscard;
  discard.addEventListener("click", () => {
    before.forEach((value, area) => (area.value = value));
    dropDraft(key);
    notice.remove();
    lost[0].focus();
  });
  notice.append(text, discard);
  form.prepend(notice);
  announce(textRestored);
}
