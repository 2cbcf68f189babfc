// The list of what was said, replies beneath what they answer. It only adds, replaces and removes its own items: never
// focus, never the text being written, and it scrolls only for whoever is already reading its end.
import { announce } from "../announce.js";

const SPOKEN_EVERY = 3000;
const NUMBER = /(\/|responder=|#m|data-reply="|<\/span>)0(?=["/<#&])/g; // where the frame has 0 for the message's number

export function openTranscript(element) {
  const words = element.dataset;
  const list = element.querySelector("[data-room-list]");
  const newer = element.querySelector("[data-room-new]");
  const isPast = "roomPast" in list.dataset;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: words.timezone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: words.timezone });
  const unread = new Set();
  const counted = new Map();
  let unspoken = [];
  let speaking = null;

  newer.addEventListener("click", () => {
    const [first] = unread;
    if (first?.dataset.parent) return first.scrollIntoView({ block: "nearest" });
    toEnd();
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
  });
  for (const scrolled of [list, window]) scrolled.addEventListener("scroll", settle, { passive: true });
  if (!isPast) list.scrollTop = list.scrollHeight;

  const pendingItem = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const nameOf = (event) => event.byline ?? words.textLeft;

  function add(event, isOwn) {
    pendingItem(event.key)?.remove();
    if (isPast || document.getElementById(`m${event.seq}`)) return;
    const follows = isInnerEnd() || (isOwn && !event.parent);
    const item = draw(event);
    if (!event.parent) begin(event);
    insert(item, event.parent);
    date(item, event);
    element.querySelector("[data-room-empty]")?.remove();
    if (follows) list.scrollTop = list.scrollHeight;
    if (isOwn) reveal(item);
    else if (!isSeen(item)) countUnread(item);
    if (!isOwn) speak(told(event, item));
  }

  // Threads stand in the order of their first messages. Whoever reads on below stays where they are.
  function insert(item, parent) {
    const { scrollTop, scrollHeight } = list;
    list.insertBefore(item, placeAfter(parent));
    if (item.offsetTop < scrollTop) list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
  }

  // What a new item of this thread stands before: what waits to be sent, or what belongs to a later thread or day.
  function placeAfter(parent) {
    if (!parent) return list.querySelector("[data-key]:not([data-parent])");
    const before = [...list.children].findLast((other) => Number(other.dataset.parent ?? other.dataset.seq) <= parent);
    return before ? before.nextElementSibling : list.firstElementChild;
  }

  function told(event, item) {
    const text = item.querySelector("[data-body]")?.textContent.trim() ?? "";
    const shape = event.parent ? words.textReplies : event.question ? words.textAsks : "{name}: {text}";
    return fill(shape, { name: nameOf(event), to: nameAt(event.parent), text });
  }

  const fill = (shape, values) => shape.replace(/{(\w+)}/g, (_all, name) => values[name]);

  function nameAt(seq) {
    const said = document.getElementById(`m${seq}`);
    return said ? (said.querySelector("[data-name]")?.textContent ?? words.textHiddenOne) : words.textOlder;
  }

  function draw(event) {
    const frame = document.getElementById("mensaje-en-vivo").innerHTML;
    const item = parsed(frame.replaceAll(NUMBER, `$1${event.seq}`)).querySelector("li");
    item.id = `m${event.seq}`;
    item.dataset.seq = event.seq;
    if (event.parent) {
      item.dataset.parent = event.parent;
      item.classList.add("chat__message--reply");
    }
    if (event.hidden) return tombstone(item, event.reason);
    thread(item, event.parent);
    if (event.question) mark(item, event.answered);
    else for (const part of item.querySelectorAll("[data-question], [data-waits], [data-answered]")) part.remove();
    item.querySelector("[data-name]").textContent = nameOf(event);
    item.querySelector("[data-badge]").append(badge(event.sector));
    item.querySelector("[data-channel]").textContent = event.channel === "online" ? "" : words.textInPerson;
    item.querySelector("[data-body]").append(parsed(event.body_html ?? ""));
    count(item, event.counts);
    return item;
  }

  // The day stands before the first that was said on it.
  function begin({ at }) {
    const day = calendar.format(new Date(at));
    const days = list.querySelectorAll("[data-day]");
    if (days[days.length - 1]?.dataset.day === day) return;
    const made = document.getElementById("dia-en-vivo").content.firstElementChild.cloneNode(true);
    made.dataset.day = day;
    made.querySelector("span").textContent = tellDay(at);
    insert(made, null);
  }

  // The hour alone, except beneath another day.
  function date(item, { at }) {
    const time = item.querySelector("time");
    if (!time) return;
    let day = item.previousElementSibling;
    while (day && !day.dataset.day) day = day.previousElementSibling;
    const { hour, minute } = partsOf(at);
    time.dateTime = at;
    time.textContent = day?.dataset.day === calendar.format(new Date(at)) ? `${hour}:${minute}` : `${tellDay(at)}, ${hour}:${minute}`;
  }

  const partsOf = (at) => Object.fromEntries(when.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  const tellDay = (at) => fill(words.textDay, partsOf(at));

  // Whom it answers; one that is not on this page is a way away.
  function thread(item, parent) {
    const line = item.querySelector(".chat__to");
    if (!parent) return line.remove();
    const name = line.querySelector("bdi");
    name.textContent = nameAt(parent);
    if (document.getElementById(`m${parent}`)) return;
    const link = document.createElement("a");
    link.href = `${location.pathname}?antes=${parent + 1}#m${parent}`;
    name.replaceWith(link);
    link.append(name);
  }

  // A question waits for its answer, or has it.
  function mark(item, answered) {
    for (const part of item.querySelectorAll("[data-waits]")) part.hidden = answered;
    for (const part of item.querySelectorAll("[data-answered]")) part.hidden = !answered;
  }

  function answer(event) {
    const item = document.getElementById(`m${event.of}`);
    if (!item?.querySelector("[data-question]")) return;
    mark(item, event.answered);
    if (event.answered) announce(fill(words.textAnswered, { name: nameAt(event.of) }));
  }

  // Several changes that come together are drawn once: each carries what the counts are now.
  function react(event) {
    if (!event.counts) return;
    if (!counted.size) requestAnimationFrame(drawCounts);
    counted.set(event.of, event.counts);
  }

  function drawCounts() {
    for (const [seq, counts] of counted) count(document.getElementById(`m${seq}`), counts);
    counted.clear();
  }

  function count(item, counts = {}) {
    for (const part of item?.querySelectorAll("[data-reaction]") ?? []) {
      const number = counts[part.dataset.reaction] ?? 0;
      const line = part.querySelector("[data-count]");
      line.textContent = number;
      (part.matches("button") ? line : part).hidden = !number;
    }
  }

  function badge(sector) {
    return document.querySelector(`template[data-sector="${sector}"]`)?.content.cloneNode(true) ?? "";
  }

  function hide(event) {
    const item = document.getElementById(`m${event.of}`);
    if (item) tombstone(item, event.reason);
    for (const name of list.querySelectorAll(`[data-parent="${event.of}"] .chat__to bdi`)) name.textContent = words.textHiddenOne;
  }

  function tombstone(item, reason = "") {
    const text = document.createElement("p");
    text.className = "muted";
    text.textContent = `${words.textHidden}: ${reason}`;
    item.replaceChildren(text);
    return item;
  }

  // --- what is not yet stored

  function addPending(message) {
    if (pendingItem(message.client_key)) return;
    const item = document.createElement("li");
    item.className = "chat__message chat__message--pending";
    item.dataset.key = message.client_key;
    if (message.parent) {
      item.dataset.parent = message.parent;
      item.classList.add("chat__message--reply");
    }
    item.append(line("chat__head", words.textQueued), line("preserve", message.body));
    insert(item, message.parent);
    reveal(item);
  }

  // Says why it was not taken, with a way to write it again.
  function refuse(message, reason, onRewrite) {
    const item = pendingItem(message.client_key);
    if (!item) return;
    item.querySelector(".chat__head").textContent = reason;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words.textRewrite;
    button.addEventListener("click", () => {
      item.remove();
      onRewrite();
    });
    item.append(button);
  }

  function dropPending(key) {
    pendingItem(key)?.remove();
  }

  function line(className, text) {
    const made = document.createElement("p");
    made.className = className;
    made.textContent = text;
    return made;
  }

  // --- where one is reading

  function isInnerEnd() {
    return list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  }

  function isSeen(item) {
    const [inner, own] = [list.getBoundingClientRect(), item.getBoundingClientRect()];
    return own.height > 0 && own.top < Math.min(inner.bottom, innerHeight) && own.bottom > Math.max(inner.top, 0);
  }

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    settle();
  }

  // Shows what one has just written, without moving the page under where one writes.
  function reveal(item) {
    if (!item.nextElementSibling) list.scrollTop = list.scrollHeight;
    else if (!isSeen(item)) list.scrollTop = item.offsetTop - list.clientHeight / 2;
    settle();
  }

  // Whoever is at the end has read all that is new there; a reply further up is read when it is seen.
  function settle() {
    const last = list.lastElementChild;
    const atEnd = !last || (isInnerEnd() && isSeen(last));
    for (const item of unread) if ((atEnd && !item.dataset.parent) || isSeen(item) || !item.isConnected) unread.delete(item);
    showUnread();
  }

  function countUnread(item) {
    unread.add(item);
    showUnread();
  }

  function showUnread() {
    newer.hidden = !unread.size;
    const text = unread.size === 1 ? words.textNewOne : words.textNewMany.replace("{n}", unread.size);
    if (unread.size && newer.textContent !== text) newer.textContent = text;
  }

  // One message is read out whole; several that come together, by how many they are.
  function speak(text) {
    unspoken.push(text);
    if (speaking) return;
    const say = () => {
      speaking = null;
      if (!unspoken.length) return;
      announce(unspoken.length === 1 ? unspoken[0].slice(0, 240) : words.textNewMany.replace("{n}", unspoken.length));
      unspoken = [];
      speaking = setTimeout(say, SPOKEN_EVERY);
    };
    say();
  }

  return { add, hide, answer, react, addPending, refuse, dropPending };
}

// The server cleaned this HTML when it was written; a parsed document is inert besides.
function parsed(html) {
  const fragment = document.createDocumentFragment();
  fragment.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  return fragment;
}
