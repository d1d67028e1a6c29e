/** What may be told of a run that has ended; nothing else stands behind an end (E5). */
import type { EventKind } from "./event.ts";

export const LATE_KINDS: ReadonlySet<EventKind> = new Set(["attempt-ended-late", "feedback-given"]);
