// Answers the statement by number keys, only while the focus is inside it (WCAG 2.1.4).
export default function answer(place) {
  const buttons = [...place.querySelectorAll("[data-key]")];
  place.querySelectorAll("[data-answer-help], kbd").forEach((hint) => hint.removeAttribute("hidden"));
  if (location.hash === `#${place.id}`) place.focus();

  place.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const button = buttons.find((candidate) => candidate.dataset.key === event.key);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
