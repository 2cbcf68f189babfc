// Starts a controller for every element with data-controller, now and when it is added later.
// A controller is a module in ./controllers whose default export takes the element.
import { settleDrafts } from "./drafts.js";

const started = new WeakMap();
let isLeft = false;

function start(element) {
  const running = started.get(element) ?? new Set();
  started.set(element, running);
  for (const name of element.dataset.controller.split(/\s+/)) {
    if (!/^[a-z][a-z-]*$/.test(name) || running.has(name)) continue;
    running.add(name);
    import(`./controllers/${name}.js`).then((module) => module.default(element), (error) => isLeft || console.error(error));
  }
}

function startWithin(root) {
  if (root.matches?.("[data-controller]")) start(root);
  root.querySelectorAll?.("[data-controller]").forEach(start);
}

// What has not come when the page is left is no fault.
window.addEventListener("pagehide", () => (isLeft = true));
window.addEventListener("pageshow", () => (isLeft = false));
settleDrafts();
startWithin(document);
document.querySelector("[data-error-summary]")?.focus();
// An address's anchor takes the focus away once more, at the latest in the first frame after the page has loaded: what an
// action just did gets it after that.
const afterFrame = (call) => requestAnimationFrame(() => setTimeout(call));
window.addEventListener("load", () => afterFrame(() => document.querySelector("[data-told]")?.focus()));
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(startWithin))).observe(
  document.body,
  { childList: true, subtree: true },
);
