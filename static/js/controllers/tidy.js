// Leaves what was not filled in out of the address of a search, so that it is short enough to share.
export default function tidy(form) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}
