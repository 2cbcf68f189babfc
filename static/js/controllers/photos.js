// Makes chosen photographs small before they leave the device: less to send, and neither place nor camera goes along.
// What this browser cannot read is sent as it is; the server does the same again and judges it.
import { announce } from "../announce.js";

const LONGEST = 2400;
const QUALITY = 0.85;

export default function photos(input) {
  const { textPreparing, textReady, textHeavy, most } = input.dataset;
  const state = document.createElement("p");
  state.className = "field__count";
  input.after(state);
  let choice = 0;
  let preparing = null;
  let heavy = false;

  function say(text) {
    state.textContent = text;
    state.classList.toggle("field__count--over", heavy);
    announce(text);
  }

  async function prepare(files, mine) {
    const chosen = new DataTransfer();
    let bytes = 0;
    for (const file of files) {
      const ready = await smaller(file); // one after the other: a phone has little memory
      if (mine !== choice) return;
      chosen.items.add(ready);
      bytes += ready.size;
    }
    input.files = chosen.files;
    heavy = bytes > Number(most);
    say(heavy ? textHeavy : textReady);
  }

  input.addEventListener("change", () => {
    const mine = ++choice;
    heavy = false;
    say(textPreparing);
    const run = prepare([...input.files], mine).finally(() => {
      if (mine === choice) preparing = null;
    });
    preparing = run;
  });

  // Before any other listener of the form: it is sent once the photographs are ready, and not if they are too many.
  input.form.addEventListener(
    "submit",
    (event) => {
      if (!preparing && !heavy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (heavy) say(textHeavy);
      else preparing.finally(() => input.form.requestSubmit(event.submitter));
    },
    { capture: true },
  );
}

async function smaller(file) {
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const paper = canvas.getContext("2d");
    paper.fillStyle = "white";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const data = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return data && data.size < file.size ? new File([data], `${file.name}.jpg`, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}
