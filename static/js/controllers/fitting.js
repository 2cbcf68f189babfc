// Shows of a form those parts that fit what was chosen in one of its fields; the server ignores the others.
// What is wrong stays in sight.
export default function fitting(form) {
  const parts = [...form.querySelectorAll("[data-fits]")];
  const fits = (part) => part.dataset.for.split(" ").includes(form.elements[part.dataset.fits].value);
  const fit = () => parts.forEach((part) => (part.hidden = !fits(part) && !part.querySelector(".field--wrong")));

  form.addEventListener("change", fit);
  fit();
}
