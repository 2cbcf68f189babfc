// The ballot is in the box: what this tab kept of it while it was filled is forgotten (ballot.js).
import { dropDraft } from "../drafts.js";

export default function cast(receipt) {
  dropDraft(receipt.dataset.draft);
}
