// The list of what was said. It only adds, replaces and removes its own items: never focus, never the text being written,
// and it scrolls only for whoever is already reading its end.
import { announce } from "../announce.js";

const SPOKEN_EVERY = 3000;

export function openTranscript(element) {
  const words = element.dataset;
  const list = element.querySelector("[data-room-list]");
  const newer = element.querySelector("[data-room-new]");
  const isPast = "roomPast" in list.dataset;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: words.timezone,
    dateStyle: "full",
    timeStyle: "short",
  });
  let unread = 0;
  let unspoken = [];
  let speaking = null;

  newer.addEventListener("click", () => {
    toEnd();
    list.lastElementChild?.scrollIntoView({ block: "nearest" });
  });
  for (const scrolled of [list, window]) {
    scrolled.addEventListener("scroll", () => isInnerEnd() && isEndInView() && settle(), { passive: true });
  }
  if (!isPast) list.scrollTop = list.scrollHeight;

  const pendingItem = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const nameOf = (event) => event.byline ?? words.textLeft;

  function add(event, isOwn) {
    pendingItem(event.key)?.remove();
    if (isPast || document.getElementById(`m${event.seq}`)) return;
    const follows = isOwn || isInnerEnd();
    const sees = isOwn || (follows && isEndInView());
    const item = draw(event);
    list.insertBefore(item, list.querySelector("[data-key]"));
    element.querySelector("[data-room-empty]")?.remove();
    if (follows) list.scrollTop = list.scrollHeight;
    if (!sees) countUnread();
    if (!isOwn) speak(`${nameOf(event)}: ${item.querySelector("[data-body]")?.textContent.trim() ?? ""}`);
  }

  function draw(event) {
    const item = document.getElementById("mensaje-en-vivo").content.firstElementChild.cloneNode(true);
    item.id = `m${event.seq}`;
    item.dataset.seq = event.seq;
    if (event.hidden) return tombstone(item, event.reason);
    item.querySelector("[data-name]").textContent = nameOf(event);
    item.querySelector("[data-badge]").append(badge(event.sector));
    item.querySelector("[data-channel]").textContent = event.channel === "online" ? "" : words.textInPerson;
    const time = item.querySelector("time");
    time.dateTime = event.at;
    time.textContent = when.format(new Date(event.at));
    item.querySelector("[data-body]").append(parsed(event.body_html ?? ""));
    return item;
  }

  function badge(sector) {
    return document.querySelector(`template[data-sector="${sector}"]`)?.content.cloneNode(true) ?? "";
  }

  function hide(event) {
    const item = document.getElementById(`m${event.of}`);
    if (item) tombstone(item, event.reason);
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
    item.append(line("chat__head", words.textQueued), line("preserve", message.body));
    list.append(item);
    toEnd();
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

  function isEndInView() {
    const end = list.lastElementChild?.getBoundingClientRect();
    return !end || (end.top < innerHeight && end.bottom > 0);
  }

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    settle();
  }

  function settle() {
    unread = 0;
    newer.hidden = true;
  }

  function countUnread() {
    unread += 1;
    newer.hidden = false;
    newer.textContent = unread === 1 ? words.textNewOne : words.textNewMany.replace("{n}", unread);
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

  return { add, hide, addPending, refuse, dropPending };
}

// The server cleaned this HTML when it was written; a parsed document is inert besides.
function parsed(html) {
  const fragment = document.createDocumentFragment();
  fragment.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  return fragment;
}
