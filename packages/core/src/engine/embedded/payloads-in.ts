/** Which stored values an event refers to. */
import type { Event } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";

/** Fields that hold the id of a stored value, wherever in an event they stand. */
const ID_FIELDS: ReadonlySet<string> = new Set([
  "input",
  "output",
  "refused",
  "answer",
  "payload",
  "contextAfter",
]);
/** Fields whose content comes from users and can hold anything, such as a feature that is called `input`. */
const FOREIGN_FIELDS: ReadonlySet<string> = new Set([
  "context",
  "error",
  "decision",
  "usage",
  "diff",
  "choice",
  "features",
]);

/** The ids in the event, in no particular order; one that occurs twice is given twice. */
export function payloadsIn(event: Event): readonly PayloadId[] {
  const ids: PayloadId[] = [];
  collect(event, ids);
  return ids;
}

function collect(value: unknown, ids: PayloadId[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, ids);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const isReference = "of" in value && value.of === "payload";
  for (const [key, field] of Object.entries(value)) {
    if (FOREIGN_FIELDS.has(key)) continue;
    if (typeof field === "number" && (ID_FIELDS.has(key) || (isReference && key === "id"))) ids.push(field);
    else collect(field, ids);
  }
}
