// The conversation reaches from where it stands down to the foot of the window, whatever is above it, so that its end and
// the box to write in are in sight. Whoever is reading its end stays there.
import { whenLetGo } from "../pressing.js";

const FOOT = 8;
const END = 60;

export default function tall(element) {
  const list = element.querySelector("[data-room-list]");
  let atEnd = !("roomPast" in list.dataset);
  let isDue = false;

  list.addEventListener("scroll", () => (atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < END), { passive: true });
  for (const what of ["scroll", "resize"]) addEventListener(what, later, { passive: true });
  const watch = new ResizeObserver(later);
  for (const changing of [document.body, list]) watch.observe(changing);
  fit();

  function later() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => whenLetGo().then(fit));
  }

  // Never higher up than the style sheet lets it stand once the page is scrolled.
  function fit() {
    isDue = false;
    const stays = atEnd;
    const top = Math.max(element.getBoundingClientRect().top, parseFloat(getComputedStyle(element).top));
    element.style.setProperty("--tall", `${Math.floor(innerHeight - top - FOOT)}px`);
    if (stays) list.scrollTop = list.scrollHeight;
  }
}
