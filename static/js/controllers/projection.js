// The screen of the hall: it shows anew what changed when the room hears that something did. Nobody types here, and the hall
// sees when it is behind.
import { openConnection } from "../room/connection.js";

const SHOWN = new Set(["agenda", "changed", "ended", "floor", "notice", "opened", "poll"]);
const SPREAD = 400;
const PATIENCE = 8000;

export default function projection(hall) {
  const { session, last } = hall.dataset;
  const stale = document.querySelector("[data-hall-stale]");
  const fallBehind = () => (stale.hidden = false);
  let due;

  const { socket, catchUp } = openConnection({
    session,
    last,
    apply: (event) => SHOWN.has(event.kind) && refresh(),
    joined: () => {
      stale.hidden = true;
      return catchUp();
    },
    failed: fallBehind,
    parted: fallBehind,
  });

  function refresh() {
    due ??= setTimeout(show, Math.random() * SPREAD);
  }

  async function show() {
    due = null;
    const answer = await fetch(location.href).catch(() => null);
    stale.hidden = Boolean(answer?.ok) && socket.connected;
    if (!answer?.ok) return void setTimeout(refresh, PATIENCE);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".hall");
    if (made) hall.replaceChildren(...made.childNodes);
  }
}
