// The live connection to a session: it joins until the server lets it in, or says for good that it does not, comes back by
// itself, and asks for what it missed. Whoever opens it says what is done with each.
import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { openFeed } from "./feed.js";

const PATIENCE = 8000;
const RETRY = 2000;
const FULL = 30000;
const CHECK_EVERY = 45000;
const TRANSIENT = new Set(["conflict", "failure"]);

export const isTransient = (refusal) => TRANSIENT.has(refusal.error);
export const later = () => new Promise((go) => setTimeout(go, RETRY));

// `apply` gets each event once, in order; `joined` the server's answer; `failed` a refusal, or nothing where no answer came;
// `parted` hears that the connection is gone, and whether there is a network at all.
export function openConnection({ session, last, apply, joined, failed, parted }) {
  const socket = io({ transports: ["websocket", "polling"], reconnectionDelayMax: 4000 });
  const feed = openFeed(Number(last), apply, (since) => ask("room.since", { since }));

  socket.on("connect", join);
  socket.on("disconnect", (reason) => {
    parted(true);
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), RETRY / 4);
  });
  socket.on("connect_error", () => {
    parted(false);
    if (!socket.active) setTimeout(() => socket.connect(), FULL); // this server has as many as it can hold
  });
  socket.on("room.events", ({ events }) => feed.take(events.filter((event) => event.session === session)));
  setInterval(() => socket.connected && !document.hidden && feed.catchUp(), CHECK_EVERY);

  // Its database may be away for a moment.
  async function join() {
    let isWorthTrying = true;
    const answer = await ask("room.join", {}, (refusal) => {
      isWorthTrying = !refusal || isTransient(refusal);
      failed(refusal);
    });
    if (answer) await joined(answer);
    else if (isWorthTrying && socket.connected) setTimeout(join, RETRY);
  }

  // The answer to an event if it was accepted, else null; `refused` hears why, or nothing where no answer came.
  async function ask(name, payload, refused = failed) {
    const sent = socket.timeout(PATIENCE).emitWithAck(name, { session, ...payload });
    const answer = await sent.catch(() => null);
    if (answer?.ok) return answer;
    refused(answer ?? undefined);
    return null;
  }

  return { socket, ask, catchUp: feed.catchUp };
}
