// Makes chosen photographs small before they leave the device: less to send, and neither place nor camera goes along.
// What this browser cannot read is sent as it is; the server does the same again and judges it.
import { announce } from "../announce.js";

const LONGEST = 2400;
const QUALITY = 0.85;

export default function photos(input) {
  let preparing = Promise.resolve();
  let busy = false;

  input.addEventListener("change", () => {
    busy = true;
    announce(input.dataset.textPreparing);
    preparing = Promise.all([...input.files].map(smaller))
      .then((files) => {
        const chosen = new DataTransfer();
        files.forEach((file) => chosen.items.add(file));
        input.files = chosen.files;
        announce(input.dataset.textReady);
      })
      .finally(() => (busy = false));
  });

  // Before any other listener of the form: it is sent once the photographs are ready.
  input.form.addEventListener(
    "submit",
    (event) => {
      if (!busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      preparing.finally(() => input.form.requestSubmit(event.submitter));
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
