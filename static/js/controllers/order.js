// Puts options in order by buttons or by dragging; the lists of places are what is sent, as without scripts.
import { announce } from "../announce.js";

export default function order(ballot) {
  const list = ballot.querySelector("[data-ranking]");
  const { upText, downText, outText, inText, placeText, leftOutText } = ballot.dataset;
  const items = [...list.querySelectorAll("[data-item]")];
  const select = (item) => item.querySelector("select");
  const title = (item) => item.querySelector("label").textContent.trim();
  let ranked = items.filter((item) => select(item).value);
  ranked.sort((a, b) => Number(select(a).value) - Number(select(b).value));

  items.forEach((item) => {
    select(item).hidden = true;
    item.draggable = true;
    item.append(place(), buttons(item));
    item.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      item.classList.add("ranking__item--dragged");
    });
    item.addEventListener("dragend", () => item.classList.remove("ranking__item--dragged"));
    item.addEventListener("dragover", (event) => {
      if (dragged()) event.preventDefault();
    });
    item.addEventListener("drop", (event) => {
      const moved = dragged();
      if (!moved) return;
      event.preventDefault();
      const before = ranked.indexOf(item);
      if (moved === item) return;
      ranked = ranked.filter((one) => one !== moved);
      ranked.splice(before < 0 ? ranked.length : before, 0, moved);
      show(moved);
    });
  });
  show();

  function dragged() {
    return list.querySelector(".ranking__item--dragged");
  }

  function place() {
    const mark = document.createElement("span");
    mark.className = "ranking__mark";
    mark.dataset.mark = "";
    return mark;
  }

  function buttons(item) {
    const row = document.createElement("div");
    row.className = "ranking__buttons";
    row.append(
      button("up", upText, item, () => move(item, -1)),
      button("down", downText, item, () => move(item, 1)),
      button("toggle", inText, item, () => toggle(item)),
    );
    return row;
  }

  function button(kind, text, item, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button--secondary ranking__button";
    made.dataset.kind = kind;
    name(made, text, item);
    made.addEventListener("click", act);
    return made;
  }

  function name(made, text, item) {
    made.textContent = text;
    made.setAttribute("aria-label", `${text}: ${title(item)}`);
  }

  function move(item, by) {
    const from = ranked.indexOf(item);
    ranked.splice(from, 1);
    ranked.splice(from + by, 0, item);
    show(item, by < 0 ? "up" : "down");
  }

  function toggle(item) {
    ranked = ranked.includes(item) ? ranked.filter((one) => one !== item) : [...ranked, item];
    show(item, "toggle");
  }

  // The ranked first, in their order; what is left out stays below as it was.
  function show(told, kind) {
    const rest = items.filter((item) => !ranked.includes(item));
    list.append(...ranked, ...rest);
    items.forEach((item) => draw(item, ranked.indexOf(item)));
    if (!told) return;
    const at = ranked.indexOf(told);
    announce(at < 0 ? `${title(told)}: ${leftOutText}` : `${title(told)}: ${placeText.replace("{n}", at + 1)}`);
    const pressed = told.querySelector(`[data-kind="${kind}"]`);
    (pressed && !pressed.disabled ? pressed : told.querySelector("button:not(:disabled)")).focus();
  }

  function draw(item, at) {
    select(item).value = at < 0 ? "" : String(at + 1);
    item.classList.toggle("ranking__item--out", at < 0);
    item.querySelector("[data-mark]").textContent = at < 0 ? leftOutText : `${at + 1}.º`;
    item.querySelector('[data-kind="up"]').disabled = at < 1;
    item.querySelector('[data-kind="down"]').disabled = at < 0 || at === ranked.length - 1;
    name(item.querySelector('[data-kind="toggle"]'), at < 0 ? inText : outText, item);
  }
}
