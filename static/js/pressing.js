// What is under a finger stays there: whatever would move or replace it waits until it was let go and has been clicked.
let letGo = Promise.resolve();

addEventListener("pointerdown", () => (letGo = released()), { capture: true });

export const whenLetGo = () => letGo;

// A pointer that moves with nothing pressed was let go where nobody heard it.
function released() {
  return new Promise((resolve) => {
    const heard = new AbortController();
    const end = () => {
      heard.abort();
      setTimeout(resolve);
    };
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, { signal: heard.signal });
    addEventListener("pointermove", ({ buttons }) => buttons || end(), { signal: heard.signal, passive: true });
  });
}
