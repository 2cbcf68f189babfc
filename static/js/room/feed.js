// Numbered events, each applied once and in order. Early ones wait; what is missing is asked for with `fetchSince`,
// which resolves to { events, last_seq }, or to null when there is no answer.
const WAIT_FOR_GAP = 300;
const RETRY = 2000;

export function openFeed(start, apply, fetchSince) {
  const waiting = new Map();
  let last = start;
  let catching = null;
  let timer;

  function advance() {
    for (let event = waiting.get(last + 1); event; event = waiting.get(last + 1)) {
      waiting.delete(event.seq);
      last = event.seq;
      apply(event);
    }
  }

  function take(events) {
    for (const event of events) if (event.seq > last) waiting.set(event.seq, event);
    advance();
    clearTimeout(timer);
    if (waiting.size) timer = setTimeout(catchUp, WAIT_FOR_GAP);
  }

  // Asks page after page until nothing is missing. Whether it got there.
  function catchUp() {
    catching ??= pages().finally(() => (catching = null));
    return catching;
  }

  async function pages() {
    for (;;) {
      const answer = await fetchSince(last);
      if (!answer) break;
      const before = last;
      take(answer.events);
      if (last >= answer.last_seq) return true;
      if (last === before) break;
    }
    clearTimeout(timer);
    if (waiting.size) timer = setTimeout(catchUp, RETRY);
    return false;
  }

  return { take, catchUp };
}
