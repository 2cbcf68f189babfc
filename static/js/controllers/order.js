// Puts options in order by buttons or by dragging; the lists of places are what is sent, as without scripts.
// Dragging is by a handle and by pointer events, which mouse, pen and finger all send; a finger elsewhere scrolls.
import { announce } from "../announce.js";

const EDGE = 72; // near the top or the bottom of the screen the page scrolls along
const STEP = 14;

export default function order(ballot) {
  const list = ballot.querySelector("[data-ranking]");
  const { upText, downText, outText, inText, placeText, leftOutText } = ballot.dataset;
  const items = [...list.querySelectorAll("[data-item]")];
  const select = (item) => item.querySelector("select");
  const title = (item) => item.querySelector("label").textContent.trim();
  let ranked = [];

  items.forEach((item) => {
    select(item).hidden = true;
    item.append(handle(item), buttons(item));
  });
  list.closest("form").addEventListener("filled", read);
  read();

  function read() {
    ranked = items.filter((item) => select(item).value);
    ranked.sort((a, b) => Number(select(a).value) - Number(select(b).value));
    show();
  }

  function handle(item) {
    const made = document.createElement("span");
    made.className = "ranking__handle";
    made.dataset.mark = "";
    made.addEventListener("pointerdown", (event) => event.button === 0 && drag(item, made, event));
    return made;
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
    put(item, ranked.indexOf(item) + by);
    show(item, by < 0 ? "up" : "down");
  }

  function toggle(item) {
    if (ranked.includes(item)) ranked = ranked.filter((one) => one !== item);
    else put(item, ranked.length);
    show(item, "toggle");
  }

  function put(item, at) {
    ranked = ranked.filter((one) => one !== item);
    ranked.splice(at, 0, item);
  }

  // The list stays as it is until the pointer lets go: a line shows where the option will stand.
  function drag(item, grip, start) {
    const others = ranked.filter((one) => one !== item);
    const listening = new AbortController();
    let y = start.clientY;
    let at = -1; // not moved yet: a click is no drag
    let scrolling;

    start.preventDefault();
    grip.setPointerCapture(start.pointerId);
    item.classList.add("ranking__item--dragged");

    function aim() {
      at = others.filter((one) => middle(one) < y).length;
      items.forEach((one) => one.classList.remove("ranking__item--before", "ranking__item--after"));
      others[at]?.classList.add("ranking__item--before");
      if (at === others.length) others.at(-1)?.classList.add("ranking__item--after");
    }

    function scroll() {
      const by = y < EDGE ? -STEP : y > innerHeight - EDGE ? STEP : 0;
      if (by) scrollBy({ top: by, behavior: "instant" });
      if (by) aim();
      scrolling = requestAnimationFrame(scroll);
    }

    function stop(isDropped) {
      listening.abort();
      cancelAnimationFrame(scrolling);
      items.forEach((one) => one.classList.remove("ranking__item--before", "ranking__item--after"));
      item.classList.remove("ranking__item--dragged");
      if (!isDropped || at < 0) return;
      put(item, at);
      show(item);
    }

    const on = (target, type, act) => target.addEventListener(type, act, { signal: listening.signal });
    on(grip, "pointermove", (event) => {
      if (at < 0 && Math.abs(event.clientY - start.clientY) < 4) return;
      y = event.clientY;
      aim();
      scrolling ??= requestAnimationFrame(scroll);
    });
    on(grip, "pointerup", () => stop(true));
    on(grip, "pointercancel", () => stop(false));
    on(document, "keydown", (event) => event.key === "Escape" && stop(false));
  }

  // The ranked first, in their order; what is left out stays below as it was.
  function show(told, kind) {
    const rest = items.filter((item) => !ranked.includes(item));
    list.append(...ranked, ...rest);
    items.forEach((item) => draw(item, ranked.indexOf(item)));
    if (!told) return;
    list.dispatchEvent(new Event("change", { bubbles: true }));
    const at = ranked.indexOf(told);
    announce(at < 0 ? `${title(told)}: ${leftOutText}` : `${title(told)}: ${placeText.replace("{n}", at + 1)}`);
    const pressed = told.querySelector(`[data-kind="${kind}"]`);
    (pressed && !pressed.disabled ? pressed : told.querySelector("button:not(:disabled)")).focus();
  }

  function draw(item, at) {
    select(item).value = at < 0 ? "" : String(at + 1);
    item.classList.toggle("ranking__item--out", at < 0);
    item.querySelector("[data-mark]").textContent = at < 0 ? leftOutText : `${at + 1}.º`;
    const [up, down] = ["up", "down"].map((kind) => item.querySelector(`[data-kind="${kind}"]`));
    up.hidden = down.hidden = at < 0;
    up.disabled = at < 1;
    down.disabled = at < 0 || at === ranked.length - 1;
    name(item.querySelector('[data-kind="toggle"]'), at < 0 ? inText : outText, item);
  }
}

function middle(item) {
  const { top, height } = item.getBoundingClientRect();
  return top + height / 2;
}
