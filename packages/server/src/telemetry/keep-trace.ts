/**
 * Which runs become traces, decided when they have ended: whatever went wrong, was slow, or was asked for by somebody
 * critical is kept, and a share of the rest. The decision needs the run's last event only, so that runs that are not kept
 * cost nothing, however many there are.
 */
import { ReeveError, type Event } from "@reeve/core";
import { traceIdOf } from "./trace-ids.ts";

export interface SamplingOptions {
  /** Of the runs that nothing else keeps, 0 to 1, by trace id. @default 0.1 */
  readonly share?: number;
  /** Runs that took longer are kept, in milliseconds, by pattern. @default none is */
  readonly slowMs?: Readonly<Record<string, number>>;
  /** Runs of these principals are kept. @default none is */
  readonly principals?: readonly string[];
}

/** Why a run is kept. */
export type Kept = "error" | "slow" | "principal" | "share";

export type EndedRun = Extract<Event, { readonly kind: "run-ended" }>;

const SHARE_DEFAULT = 0.1;

/**
 * Decides with these options.
 * @returns undefined for a run that is not kept
 * @throws ReeveError `option-invalid`
 */
export function traceKeeper({ share = SHARE_DEFAULT, slowMs = {}, principals = [] }: SamplingOptions = {}): (
  run: EndedRun,
) => Kept | undefined {
  if (!(share >= 0 && share <= 1)) {
    throw new ReeveError("option-invalid", `traces: share is ${share}`, {
      hint: "give a number from 0 to 1",
    });
  }
  const slow = new Map(Object.entries(slowMs));
  const critical = new Set(principals);
  return (run) => {
    const { status } = run.outcome;
    if (status !== "completed" && status !== "cancelled") return "error";
    if (run.durationMs > (slow.get(run.pattern) ?? Infinity)) return "slow";
    if (critical.has(run.principal ?? "local")) return "principal";
    return shareOf(traceIdOf(run.run)) < share ? "share" : undefined;
  };
}

/** The last 7 bytes of a trace id as a number from 0 to 1, as the W3C's randomness of trace ids is. */
function shareOf(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52;
}
