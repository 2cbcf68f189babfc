// On what is said to whoever has just deleted their account: their password was right, so what they wrote here goes too.
import { leaveNothing } from "../drafts.js";

export default function farewell() {
  leaveNothing();
}
