// The parts of a room that change while one looks. Each is fetched anew when something happened to it, and its forms are
// answered with the panel alone. What someone is typing, focus and open folds stay as they are.
import { announce } from "../announce.js";
import { whenLetGo } from "../pressing.js";

const SPREAD = 400; // so that a full room does not ask in the same instant
const CALM = 3000; // for what a full room does all at once

export function openPanels(element) {
  const words = element.dataset;
  const panels = new Map([...element.querySelectorAll("[data-panel]")].map((panel) => [panel.dataset.panel, panel]));
  const due = new Map();
  const shown = new Map(); // the number of the question whose answer a panel shows
  let questions = 0;
  const heard = new Map([...panels.values()].map((panel) => [panel, newsOf(panel)]));

  for (const panel of panels.values()) panel.addEventListener("submit", (submission) => send(panel, submission));

  // Several changes are shown by one fetch; one that is urgent does not wait for one that is `calm`.
  function refresh(name, calm = false) {
    const panel = panels.get(name);
    if (!panel || (due.has(name) && (calm || !due.get(name).calm))) return;
    clearTimeout(due.get(name)?.timer);
    const timer = setTimeout(
      () => {
        due.delete(name);
        load(panel).catch(() => {}); // the next event, or the next catching up, asks again
      },
      Math.random() * (calm ? CALM : SPREAD),
    );
    due.set(name, { timer, calm });
  }

  async function load(panel) {
    const question = ++questions;
    const answer = await ask(panel, panel.dataset.panelUrl);
    const html = await answer.text();
    await whenLetGo();
    if (answer.ok && isNews(panel, question)) put(panel, html);
    return answer.ok;
  }

  // An answer that was overtaken tells how things were before.
  function isNews(panel, question) {
    if (question < (shown.get(panel) ?? 0)) return false;
    shown.set(panel, question);
    return true;
  }

  const ask = (panel, address, more = {}) =>
    fetch(address, { ...more, headers: { "X-Cocrea-Panel": panel.dataset.panel }, redirect: "error" });

  async function send(panel, submission) {
    const form = submission.target;
    if (submission.defaultPrevented || form.method !== "post") return;
    submission.preventDefault();
    const button = submission.submitter;
    const question = ++questions;
    try {
      const answer = await ask(panel, form.action, { method: "POST", body: new FormData(form, button) });
      if (answer.status === 403) return await overtaken(panel, form);
      if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
      put(panel, await answer.text(), form, answer.ok);
      if (!isNews(panel, question)) refresh(panel.dataset.panel);
      panel.querySelector("[data-error-summary]")?.focus();
    } catch {
      announce(words.textUnsent);
      tell(form, words.textUnsent);
      form.dispatchEvent(new Event("unsent"));
    }
  }

  // What was pressed may not be done any more: the panel, as it is now, says why, and what was typed stays.
  async function overtaken(panel, form) {
    if (!(await load(panel))) throw new Error("no panel");
    form.dispatchEvent(new Event("unsent"));
  }

  function tell(form, text) {
    const line = form.querySelector("[data-unsent]") ?? document.createElement("p");
    line.dataset.unsent = "";
    line.className = "field__error";
    line.textContent = text;
    form.append(line);
  }

  // Puts new content in the panel's place. A form in which something is typed stays, if it is not the one just sent; what
  // was typed into one that has no place any more is shown, to be copied.
  function put(panel, html, sent = null, isTaken = false) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const active = document.activeElement;
    const placeOf = (form) => made.content.querySelector(`#${CSS.escape(form.id)}`);
    const kept = [...panel.querySelectorAll("form[id]")].filter((form) => form !== sent && isTouched(form, active));
    const gone = kept.filter((form) => !placeOf(form));
    if (sent?.id && !isTaken && !placeOf(sent)) gone.push(sent);
    const texts = gone.flatMap(typedInto);
    for (const fold of panel.querySelectorAll("details[open]")) {
      const same = sent && fold.contains(sent) ? null : sameFold(fold, panel, made.content);
      if (same) same.open = true;
    }
    for (const form of kept) placeOf(form)?.replaceWith(form);
    const missed = panel.querySelectorAll("[data-missed]");
    const back = active && panel.contains(active) ? waysBack(active) : null;
    panel.replaceChildren(made.content);
    atTop(panel, ...missed);
    if (back) (panel.contains(active) ? active : back(panel))?.focus({ preventScroll: true });
    if (gone.length) miss(panel, texts);
    report(panel);
  }

  // What was being filled in has no place any more: whoever was at it is told, where it stood, and what they typed stays
  // there until they have copied it.
  function miss(panel, texts) {
    announce(words.textGone);
    const line = document.createElement("p");
    line.className = "field__error";
    line.textContent = words.textGone;
    if (!texts.length) return atTop(panel, line);
    const block = document.createElement("div");
    block.className = "stack";
    block.dataset.missed = "";
    line.append(` ${words.textCopy}`);
    const done = document.createElement("button");
    done.type = "button";
    done.className = "button button--quiet";
    done.textContent = words.textCopied;
    done.addEventListener("click", () => block.remove());
    block.append(line, ...texts.map(toCopy), done);
    atTop(panel, block);
  }

  // What is new in a panel is said once; what depends on it elsewhere on the page shows while it is there.
  function report(panel) {
    const news = newsOf(panel);
    if (news && news !== heard.get(panel)) announce(news);
    heard.set(panel, news);
    for (const line of document.querySelectorAll("[data-while]")) line.hidden = !element.querySelector(line.dataset.while);
  }

  return { refresh, refreshAll: () => panels.forEach((_panel, name) => refresh(name)) };
}

function atTop(panel, ...parts) {
  const heading = panel.querySelector("h2");
  if (heading) heading.after(...parts);
  else panel.prepend(...parts);
}

// The fold in new content that is the same as one on the page: it holds one of its forms, else stands in the same thing.
// Several folds may have the same words.
function sameFold(fold, panel, content) {
  const words = fold.querySelector("summary").textContent;
  const alike = [...content.querySelectorAll("details")].filter((other) => other.querySelector("summary").textContent === words);
  const forms = formsIn(fold);
  if (forms.length) return alike.find((other) => formsIn(other).some((form) => forms.includes(form)));
  const within = holderOf(fold, panel);
  return alike.find((other) => holderOf(other, content) === within);
}

const formsIn = (fold) => [...fold.querySelectorAll("form")].map((form) => form.id || form.getAttribute("action"));

function holderOf(fold, root) {
  const holder = fold.closest("[id]");
  return holder && root.contains(holder) ? holder.id : "";
}

// What someone wrote into a form, with what it was asked as.
function typedInto(form) {
  const written = [...form.elements].filter((field) => field.matches("textarea, input:not([type]), input[type=text], input[type=url]"));
  const typed = written.filter((field) => field.value.trim() && field.value !== field.defaultValue);
  return typed.map((field) => ({ label: field.labels?.[0]?.textContent.trim() ?? "", text: field.value }));
}

function toCopy({ label, text }) {
  const made = document.createElement("label");
  made.className = "field__label";
  const area = document.createElement("textarea");
  area.className = "field__input";
  area.readOnly = true;
  area.rows = 3;
  area.value = text;
  made.append(label, area);
  return made;
}

function newsOf(panel) {
  return panel.querySelector("[data-news]")?.dataset.news ?? "";
}

function isTouched(form, active) {
  if (form.contains(active) && active.matches("input, textarea, select")) return true;
  return [...form.elements].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return isChosen(field);
    return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

// Whether a list was given another choice than it came with; where it came with none, that is its first.
function isChosen(list) {
  const options = [...list.options];
  if (!options.some((option) => option.defaultSelected)) return list.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

// Finds what had the focus in the new content: by its id, else by where it sends or leads, else the panel's heading.
function waysBack(active) {
  const address = active.form?.getAttribute("action") ?? active.getAttribute("href");
  return (panel) => {
    const same = active.id && panel.querySelector(`#${CSS.escape(active.id)}`);
    if (same) return same;
    const leads = address && panel.querySelector(`form[action="${CSS.escape(address)}"] button, a[href="${CSS.escape(address)}"]`);
    if (leads) return leads;
    const heading = panel.querySelector("h2");
    if (heading) heading.tabIndex = -1;
    return heading;
  };
}
