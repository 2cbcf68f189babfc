// Time left of something that began at data-since and was given data-minutes; it stands still with data-paused. data-now is
// the server's clock when the page was made: this device's may go wrong. data-text-near is said when little is left; once
// nothing is, the event "over" says so, data-text-up is said and what to do then (data-over, beside it) shows.
import { announce } from "../announce.js";

const NEAR = 30;

export default function timer(element) {
  const { since, minutes, now, paused, textLeft, textOver, textNear, textUp } = element.dataset;
  const ahead = Date.now() - Number(now);
  const end = Number(since) + Number(minutes) * 60000;

  let isOver = false;

  function show() {
    if (!element.isConnected) return clearInterval(ticking);
    const moment = paused === undefined ? Date.now() - ahead : Number(now);
    const left = Math.round((end - moment) / 1000);
    const time = `${Math.floor(Math.abs(left) / 60)}:${String(Math.abs(left) % 60).padStart(2, "0")}`;
    element.textContent = (left < 0 ? textOver : textLeft).replace("{time}", time);
    element.classList.toggle("is-near", left >= 0 && left <= NEAR);
    element.classList.toggle("is-over", left < 0);
    if (left < 0 && !isOver) element.dispatchEvent(new Event("over", { bubbles: true }));
    if (left < 0 && !isOver) pass();
    isOver = left < 0;
    if (left === NEAR && textNear && paused === undefined) announce(textNear);
  }

  function pass() {
    const act = element.parentElement.querySelector("[data-over]");
    if (!act?.hidden) return;
    act.hidden = false;
    announce(textUp);
  }

  const ticking = setInterval(show, 1000);
  show();
}
