// While a person types, shows the published problems that say much the same; supporting one keeps what was typed.
import { announce } from "../announce.js";

const PAUSE = 300;
const FEWEST = 8; // characters that say something

export default function similar(place) {
  const form = place.closest("form");
  const texts = ["title", "body"].map((name) => form.elements[name]);
  const list = place.querySelector("[data-similar-list]");
  let timer;
  let asked = "";
  let underway;

  async function look(pressed = false) {
    const [title, body] = texts.map((field) => field.value.trim());
    const query = new URLSearchParams({ titulo: title.slice(0, 200), texto: body.slice(0, 1000) }).toString();
    if (!pressed && (query === asked || title.length + body.length < FEWEST)) return;
    asked = query;
    underway?.abort();
    underway = new AbortController();
    try {
      const answer = await fetch(`${place.dataset.url}?${query}`, { signal: underway.signal });
      if (answer.ok) show(await answer.text());
    } catch {
      asked = ""; // without a connection nothing is suggested; writing goes on
    }
  }

  function show(html) {
    if (list.contains(document.activeElement)) return; // never under the finger of who is about to choose
    const before = list.querySelectorAll("li").length;
    list.innerHTML = html;
    const now = list.querySelectorAll("li").length;
    if (now && now !== before) announce(list.querySelector("h3")?.textContent ?? "");
  }

  async function support(button) {
    button.disabled = true;
    const sent = new FormData();
    sent.set("csrf_token", form.elements.csrf_token.value);
    sent.set("mine", button.value);
    try {
      const answer = await fetch(place.dataset.supportUrl, { method: "POST", body: sent });
      if (!answer.ok) throw new Error(answer.status);
      const note = document.createElement("p");
      note.className = "muted";
      note.tabIndex = -1;
      note.textContent = place.dataset.textSupported;
      const figure = button.closest("li").querySelector(".row__number");
      if (figure) figure.textContent = Number(figure.textContent.replace(/\D/g, "")) + 1;
      button.replaceWith(note);
      note.focus();
      announce(note.textContent);
    } catch {
      button.disabled = false;
      announce(place.dataset.textFailed);
    }
  }

  texts.forEach((field) =>
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    }),
  );
  // The first button of the form is also what Enter presses in the title: it looks, and the page stays.
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-support], [name=look]");
    if (!button) return;
    event.preventDefault();
    if (button.name === "look") look(true);
    else support(button);
  });
}
