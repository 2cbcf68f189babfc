// Says how much is spent or left to mark on a ballot; whether it fits is judged by the server.
export default function marks(ballot) {
  const left = ballot.querySelector("[data-left]");
  const boxes = [...ballot.querySelectorAll("input")];
  const budget = Number(ballot.dataset.budget || 0);
  const most = Number(ballot.dataset.most || 0);
  if (!budget && !most) return;
  const pesos = (amount) => `$${amount.toLocaleString("en-US")}`;
  const say = (name, values) => left.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);

  const tell = () => {
    const marked = boxes.filter((box) => box.checked);
    const spent = marked.reduce((sum, box) => sum + Number(box.dataset.cost || 0), 0);
    const over = budget ? spent > budget : marked.length > most;
    left.classList.toggle("marks__left--over", over);
    left.hidden = false;
    if (budget) {
      left.textContent = say(over ? "overText" : "spentText", {
        spent: pesos(spent), budget: pesos(budget), over: pesos(spent - budget),
      });
    } else {
      left.textContent = marked.length < most ? say("leftText", { n: most - marked.length }) : left.dataset.noneText;
      boxes.forEach((box) => (box.disabled = !box.checked && marked.length >= most));
    }
  };

  ballot.addEventListener("change", tell);
  tell();
}
