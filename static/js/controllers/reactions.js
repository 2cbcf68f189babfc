// Gives a reaction to a comment or takes it back without leaving the page; where that fails, the form is sent as it is.
export default function reactions(form) {
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || form.dataset.plain) return;
    event.preventDefault();
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const body = new FormData(form, button);
    const headers = { Accept: "application/json" };
    const sent = { method: "POST", body, headers, redirect: "manual" };
    const answer = await fetch(button.formAction, sent).catch(() => null);
    button.removeAttribute("aria-busy");
    if (answer?.status === 204) return turn(button);
    form.dataset.plain = "true";
    form.requestSubmit(button);
  });
}

// The server keeps the count; here it moves by the reader's own reaction.
function turn(button) {
  const given = button.getAttribute("aria-pressed") !== "true";
  const count = button.querySelector("[data-count]");
  count.textContent = Number(count.textContent) + (given ? 1 : -1);
  count.hidden = count.textContent === "0";
  button.setAttribute("aria-pressed", given);
  button.formAction = given ? `${button.formAction}/retiro` : button.formAction.replace(/\/retiro$/, "");
}
