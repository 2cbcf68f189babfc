// Says something to people who listen to the page, without moving focus.
const region = document.getElementById("live-region");

export function announce(text) {
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}
