/** What somebody did, as far as an event tells it. */
import type { Event } from "@reeve/core";
import type { Act } from "../contract/control.ts";

/** The run that events about the log as a whole are filed under. */
export const CONTROLS = "reeve:controls";

type ActEvent = Extract<Event, { readonly by: string }>;

const IS_ACT: { readonly [kind in ActEvent["kind"]]: true } = {
  "run-paused": true,
  "run-resumed": true,
  "signal-sent": true,
  "signal-refused": true,
  "cancel-requested": true,
  "pattern-paused": true,
  "pattern-resumed": true,
  "agent-paused": true,
  "agent-resumed": true,
  "schedule-set": true,
  "schedule-removed": true,
  "profile-activated": true,
  "alert-silenced": true,
  "silence-ended": true,
  "feedback-given": true,
};

/** The kinds of events that say who did it; a start says whose it is. */
export const ACTS: readonly ActEvent["kind"][] = Object.keys(IS_ACT).filter(isAct);

export function actOf(event: Event): Act | undefined {
  const by = byOf(event);
  if (by === undefined) return undefined;
  const { at, kind, run, position } = event;
  return {
    at,
    by,
    kind,
    run: run === CONTROLS ? null : run,
    subject: subjectOf(event),
    reason: "reason" in event ? event.reason : null,
    position,
  };
}

function isAct(kind: string): kind is ActEvent["kind"] {
  return kind in IS_ACT;
}

/** Starts by the process itself are work, not acts of somebody. */
function byOf(event: Event): string | undefined {
  if ("by" in event) return event.by;
  if (event.kind !== "run-started" || event.origin?.parent || event.origin?.schedule) return undefined;
  const { principal } = event.context;
  return principal === "local" ? undefined : principal;
}

function subjectOf(event: Event): string | null {
  switch (event.kind) {
    case "run-started":
    case "pattern-paused":
    case "pattern-resumed":
      return event.pattern;
    case "agent-paused":
    case "agent-resumed":
      return event.agent;
    case "schedule-set":
    case "schedule-removed":
      return event.name;
    case "alert-silenced":
      return event.alert;
    case "silence-ended":
      return event.silence;
    case "signal-sent":
      return event.path;
    default:
      return null;
  }
}
