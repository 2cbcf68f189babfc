// On a narrow screen shows one part of the room at a time; without it the links lead to each part.
const narrow = matchMedia("(width < 64rem)");

export default function tabs(nav) {
  const links = [...nav.querySelectorAll("[data-tab]")];
  const parts = links.map((link) => document.getElementById(link.dataset.tab));
  let shown = 0;

  function show() {
    links.forEach((link, place) => link.toggleAttribute("aria-current", place === shown && narrow.matches));
    parts.forEach((part, place) => part.classList.toggle("is-away", narrow.matches && place !== shown));
  }

  // An address that points into a part opens it.
  function follow() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const place = parts.findIndex((part) => target && part.contains(target));
    if (place >= 0) shown = place;
    show();
  }

  links.forEach((link, place) =>
    link.addEventListener("click", (click) => {
      if (!narrow.matches) return;
      click.preventDefault();
      shown = place;
      show();
    }),
  );
  narrow.addEventListener("change", show);
  addEventListener("hashchange", follow);
  follow();
}
