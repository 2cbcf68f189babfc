// Who else is writing, in one line whose place is always kept. Each process of the server tells its counts by sector; what
// was not told again in a while is no longer believed. One does not count oneself.
const LASTS = 8000;
const OWN = 7000; // for as long as the server counts whoever said that they write
const SAY_EVERY = 4000;

export function openTyping(element, say) {
  const words = element.dataset;
  const line = element.querySelector("[data-room-typing]");
  const heard = new Map();
  let said = 0;
  let ownUntil = 0;
  let timer;

  function hear({ from, counts }) {
    heard.set(from, { counts, until: Date.now() + LASTS });
    show();
  }

  function show() {
    clearTimeout(timer);
    const totals = new Map();
    for (const [from, { counts, until }] of heard) {
      if (until <= Date.now()) heard.delete(from);
      else for (const [label, count] of Object.entries(counts)) totals.set(label, (totals.get(label) ?? 0) + count);
    }
    if (ownUntil > Date.now() && totals.has(words.own)) totals.set(words.own, totals.get(words.own) - 1);
    const there = [...totals].filter(([, count]) => count > 0);
    const text = tell(there);
    if (line.textContent !== text) line.textContent = text;
    if (heard.size) timer = setTimeout(show, LASTS / 4);
  }

  function tell(there) {
    const all = there.reduce((sum, [, count]) => sum + count, 0);
    if (!all) return "";
    const sector = there.length === 1 && sectorName(there[0][0]);
    const shape = all === 1 ? (sector ? words.textTypingOneOf : words.textTypingOne) : sector ? words.textTypingManyOf : words.textTypingMany;
    return shape.replace("{n}", all).replace("{sector}", sector);
  }

  const sectorName = (label) => document.querySelector(`template[data-sector="${label}"]`)?.content.textContent.trim();

  return {
    hear,
    // Called at each key: says so now and then.
    write() {
      ownUntil = Date.now() + OWN;
      if (Date.now() - said < SAY_EVERY) return;
      said = Date.now();
      say();
    },
    // What was written is sent: the server forgets within a second.
    sent() {
      said = 0;
      ownUntil = Date.now() + 2000;
    },
  };
}
