// Says how much is spent or left to mark on a ballot; whether it fits is judged by the server.
import { announce } from "../announce.js";

export default function marks(ballot) {
  const left = ballot.querySelector("[data-left]");
  const boxes = [...ballot.querySelectorAll("input")];
  const budget = Number(ballot.dataset.budget || 0);
  const most = Number(ballot.dataset.most || 0);
  if (!budget && !most) return;
  const pesos = (amount) => `$${amount.toLocaleString("en-US")}`;
  const say = (name, values) => left.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);

  function tell() {
    const marked = boxes.filter((box) => box.checked);
    const spent = marked.reduce((sum, box) => sum + Number(box.dataset.cost || 0), 0);
    const isOver = spent > budget && budget > 0;
    const extra = most ? marked.length - most : 0;
    const said = [];
    if (isOver) said.push(say("overText", { over: pesos(spent - budget), budget: pesos(budget) }));
    else if (budget) said.push(say("spentText", { spent: pesos(spent), left: pesos(budget - spent) }));
    if (most) said.push(extra > 0 ? say("extraText", { n: extra, most }) : say("markedText", { n: marked.length, most }));
    left.classList.toggle("marks__left--over", isOver || extra > 0);
    left.textContent = said.join(" ");
    left.hidden = false;
  }

  ballot.addEventListener("change", () => {
    tell();
    announce(left.textContent);
  });
  ballot.closest("form").addEventListener("filled", tell);
  tell();
}
