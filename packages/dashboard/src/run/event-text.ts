/** One event as one line: what is worth knowing of it at a glance. Pure. */
import type { EventView } from "../connection/contract.ts";
import { durationText } from "../format/duration.ts";

/** The line after the event's kind and path; may be empty. */
export function eventText(event: EventView): string {
  const parts = [
    text(event["agent"]),
    numbered("attempt", event.attempt),
    lasting(event["durationMs"]),
    outcomeText(event["outcome"]),
    errorText(event["error"]),
    retryText(event["retryInMs"]),
    text(event["until"], "until a "),
    text(event["child"]),
    text(event["message"]),
    text(event["reason"]),
    text(event["by"], "by "),
    text(event["note"]),
    decisionText(event),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

const BAD = new Set(["attempt-failed", "value-failed", "attempt-lost", "run-stranded"]);

/** Whether the event tells of something that went wrong. */
export function isBadEvent(event: EventView): boolean {
  if (BAD.has(event.kind)) return true;
  const status = field(event["outcome"], "status");
  return event.kind === "run-ended" && status !== "completed" && status !== "cancelled";
}

function text(value: unknown, before = ""): string {
  return typeof value === "string" && value !== "" ? before + value : "";
}

function numbered(name: string, value: unknown): string {
  return typeof value === "number" && value > 1 ? `${name} ${value}` : "";
}

function lasting(value: unknown): string {
  return typeof value === "number" ? durationText(value) : "";
}

function outcomeText(outcome: unknown): string {
  return text(field(outcome, "status"));
}

function errorText(error: unknown): string {
  const code = text(field(error, "code"));
  const message = text(field(error, "message"));
  return code === "" ? message : `${code}: ${message}`;
}

function retryText(value: unknown): string {
  return typeof value === "number" ? `again in ${durationText(value)}` : "";
}

function decisionText(event: EventView): string {
  if (event.kind !== "value-recorded") return "";
  return JSON.stringify(event["decision"]) ?? "";
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
