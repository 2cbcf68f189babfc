// The screen of the hall: it shows anew what changed when the room hears that something did. Nobody types here.
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { openFeed } from "../room/feed.js";

const SHOWN = new Set(["agenda", "changed", "ended", "floor", "notice", "opened", "poll"]);
const SPREAD = 400;
const PATIENCE = 8000;
const RETRY = 2000;
const FULL = 30000;
const CHECK_EVERY = 45000;
const TRANSIENT = new Set(["conflict", "failure"]);

export default function projection(hall) {
  const { session, last } = hall.dataset;
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 4000 });
  const stale = document.querySelector("[data-hall-stale]");
  const send = (name, payload) => socket.timeout(PATIENCE).emitWithAck(name, { session, ...payload }).catch(() => null);
  const ask = async (name, payload) => {
    const answer = await send(name, payload);
    return answer?.ok ? answer : null;
  };
  const feed = openFeed(Number(last), (event) => SHOWN.has(event.kind) && refresh(), (since) => ask("room.since", { since }));
  let due;

  socket.on("connect", join);
  socket.on("disconnect", (reason) => {
    stale.hidden = false;
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), SPREAD);
  });
  socket.on("connect_error", () => {
    stale.hidden = false;
    if (!socket.active) setTimeout(() => socket.connect(), FULL); // this server has as many as it can hold
  });
  socket.on("room.events", ({ events }) => feed.take(events.filter((event) => event.session === session)));
  setInterval(() => socket.connected && feed.catchUp(), CHECK_EVERY);

  // As the room does: until the server lets it in, or says for good that it does not. The hall sees that it is behind.
  async function join() {
    const answer = await send("room.join", {});
    stale.hidden = Boolean(answer?.ok);
    if (answer?.ok) await feed.catchUp();
    else if (socket.connected && (!answer || TRANSIENT.has(answer.error))) setTimeout(join, RETRY);
  }

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
