// Many lines typed one after another: Enter goes on to the next one instead of sending the form.
export default function lines(list) {
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const inputs = [...list.querySelectorAll("input")];
    const next = inputs[inputs.indexOf(event.target) + 1] ?? event.target.form.querySelector("button[name='review'], button:not([name])");
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select?.();
  });
}
