/** The mark that an event about the log as a whole makes on charts, if any. Pure. */
import type { Event, EventKind } from "@reeve/core";
import type { MarkView } from "../contract/history.ts";

/** The kinds of events that make one. */
export const MARKING: readonly EventKind[] = [
  "profile-activated",
  "pattern-paused",
  "pattern-resumed",
  "agent-paused",
  "agent-resumed",
  "schedule-set",
  "schedule-removed",
];

export function markOf(event: Event): MarkView | undefined {
  const { at } = event;
  switch (event.kind) {
    case "profile-activated": {
      const what =
        event.profile === undefined ? "The settings of the start hold" : `Profile ${event.profile} holds`;
      return { at, kind: "profile", text: `${what}, by ${event.by}`, pattern: null };
    }
    case "pattern-paused":
    case "pattern-resumed": {
      const what = event.kind === "pattern-paused" ? "was paused" : "goes on";
      return configuration(at, `${event.pattern} ${what}, by ${event.by}`, event.pattern);
    }
    case "agent-paused":
    case "agent-resumed": {
      const what = event.kind === "agent-paused" ? "was paused" : "goes on";
      return configuration(at, `Agent ${event.agent} ${what}, by ${event.by}`);
    }
    case "schedule-set":
      return configuration(at, `Schedule ${event.name} was set, by ${event.by}`, event.pattern);
    case "schedule-removed":
      return configuration(at, `Schedule ${event.name} was removed, by ${event.by}`);
    default:
      return undefined;
  }
}

function configuration(at: number, text: string, pattern: string | null = null): MarkView {
  return { at, kind: "configuration", text, pattern };
}
