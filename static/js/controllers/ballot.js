// Keeps a half-filled ballot in this tab only, under whose it is, until it is cast (cast.js) or they sign out
// (drafts.js); nothing of it is sent. A page on which the server gave the ballot back counts more than what was kept.
import { announce } from "../announce.js";
import { dropDraft, readDraft, writeDraft } from "../drafts.js";

export default function ballot(form) {
  const { draft, owner, answered } = form.dataset;
  const line = form.querySelector("[data-kept]");
  const said = () => [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  const kept = () => {
    const found = readDraft(draft)?.texts;
    return found?.owner === owner ? found.said : null;
  };

  function fill(pairs) {
    for (const field of form.elements) {
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.tagName === "SELECT") field.value = values[0] ?? "";
    }
    form.dispatchEvent(new Event("filled"));
  }

  function restore() {
    const found = kept();
    if (!found?.some(([, value]) => value)) return dropDraft(draft);
    fill(found);
    line.querySelector("[data-restored]").hidden = false;
    announce(line.textContent);
  }

  line.hidden = false;
  line.querySelector("button").addEventListener("click", () => {
    dropDraft(draft);
    fill([]);
    line.querySelector("[data-restored]").hidden = true;
    line.tabIndex = -1;
    line.focus();
  });
  form.addEventListener("change", () => writeDraft(draft, { owner, said: said() }));
  // Coming back by the browser's button to a page from before the ballot was cast shows nothing of it.
  window.addEventListener("pageshow", (event) => event.persisted && !kept() && fill([]));
  if (answered === undefined) restore();
  else writeDraft(draft, { owner, said: said() });
}
