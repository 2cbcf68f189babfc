// Holds the turn to write a section while somebody types; who stops typing lets it expire. See docs/decisions/0021.
import { announce } from "../announce.js";

const EVERY = 60_000;
const WRITING = 3 * EVERY; // who typed within this time still writes

export default function turn(form) {
  const said = document.querySelector("[data-turn-said]");
  const wanted = document.querySelector("[data-turn-wanted]");
  let typed = 0;
  let told = Date.now();

  async function hold() {
    told = Date.now();
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    const answer = await fetch(form.dataset.turn, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || ![200, 409].includes(answer.status)) return;
    const news = await answer.json();
    say(said, news.said, answer.status === 409);
    say(wanted, news.wanted ?? "", true);
  }

  function say(place, words, aloud) {
    if (!place || place.textContent === words) return;
    place.textContent = words;
    if (aloud && words) announce(words);
  }

  form.addEventListener("input", () => {
    typed = Date.now();
    if (typed - told > EVERY) hold();
  });
  setInterval(() => Date.now() - typed < WRITING && hold(), EVERY);
}
