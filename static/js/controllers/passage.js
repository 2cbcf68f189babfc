// What is marked of a text goes along with the link that comments on a passage of it. Nothing appears or moves: on a
// telephone the mark goes when the link is touched, so the last one made in that text counts.
const LONGEST = 1000;

export default function passage(text) {
  const link = text.querySelector("[data-passage-link]");
  const said = text.querySelector("[data-passage-text]");
  const bare = link.href;

  document.addEventListener("selectionchange", () => {
    const marked = document.getSelection();
    const words = marked.toString().trim();
    if (words && isWithin(marked.getRangeAt(0), said)) {
      link.href = words.length > LONGEST ? bare : `${bare}?pasaje=${encodeURIComponent(words)}`;
    }
  });
}

// A whole paragraph that was clicked ends where the next one begins: what counts are the words.
function isWithin(range, element) {
  if (!range.intersectsNode(element)) return false;
  const inside = document.createRange();
  inside.selectNodeContents(element);
  if (element.contains(range.startContainer)) inside.setStart(range.startContainer, range.startOffset);
  if (element.contains(range.endContainer)) inside.setEnd(range.endContainer, range.endOffset);
  return inside.toString().trim() === range.toString().trim();
}
