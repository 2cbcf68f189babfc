// Shows of the figures of a contest those that its rule uses; the server ignores the others.
export default function fitting(figures) {
  const rules = figures.closest("form").elements.rule;
  const parts = [...figures.querySelectorAll("[data-for-rules]")];
  const fit = () => parts.forEach((part) => (part.hidden = !part.dataset.forRules.split(" ").includes(rules.value)));

  figures.closest("form").addEventListener("change", fit);
  fit();
}
