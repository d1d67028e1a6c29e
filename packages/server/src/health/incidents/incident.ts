/** Tests: a runtime in memory whose time is moved by hand, and what the health sentence says of it. */
import { createRuntime, memoryEngine, type Runtime, type RuntimeOptions } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { expect, vi } from "vitest";
import type { Finding, Health } from "../../contract/health.ts";
import { openHealth, type HealthReader } from "../open-health.ts";

const MINUTE_MS = 60_000;
const WAIT = { timeout: 60_000 };
/** Where every incident begins. */
export const START: number = Date.UTC(2026, 0, 1, 12);

export interface Incident extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly runtime: Runtime;
  /** Lets so much time pass, half a minute at a time, so that alerts are evaluated on the way. */
  pass(minutes: number): Promise<void>;
  health(): Promise<Health>;
  /** The finding of this kind; lets time pass until there is one. */
  shows(kind: Finding["kind"]): Promise<Finding>;
  /** The same until there is none. */
  isOver(kind: Finding["kind"]): Promise<void>;
  /** Starts a run and awaits its end. */
  work(pattern: string, input?: unknown): Promise<void>;
  /** Resolves when the run has begun to wait, or has an attempt under way. */
  reaches(run: string, kind: "wait-started" | "attempt-started"): Promise<void>;
}

/** @param clock that of `options.engine`, where it is given */
export async function incident(
  options: Partial<RuntimeOptions>,
  clock: ManualClock = new ManualClock(START),
): Promise<Incident> {
  let reader: HealthReader | undefined;
  const runtime = await createRuntime({
    patterns: [],
    drainMs: 0,
    graceMs: 0,
    engine: memoryEngine({ clock }),
    telemetry: true,
    report: (problem) => reader?.report(problem),
    ...options,
  });
  const opened = (reader = await openHealth(runtime));
  /** In steps as small as samples are apart; what is written in one becomes durable before the next. */
  const step = async (): Promise<void> => {
    for (let third = 0; third < 3; third++) {
      clock.advance(MINUTE_MS / 6);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    clock,
    runtime,
    pass: async (minutes) => {
      for (let half = 0; half < 2 * minutes; half++) await step();
    },
    health: () => opened.health(),
    shows: async (kind) => {
      const shown = await vi.waitFor(async () => {
        const finding = found(await opened.health(), kind);
        if (!finding) await step();
        return finding ?? expect.fail(`there is no finding '${kind}'`);
      }, WAIT);
      return shown;
    },
    isOver: async (kind) => {
      await vi.waitFor(async () => {
        await step();
        expect(found(await opened.health(), kind)).toBeUndefined();
      }, WAIT);
    },
    work: async (pattern, input) => void (await (await runtime.start(pattern, input)).outcome()),
    reaches: async (run, kind) => {
      for await (const event of runtime.run(run).events()) if (event.kind === kind) return;
    },
    [Symbol.asyncDispose]: () => runtime.close(),
  };
}

/** The finding of this kind, which the tests ask for by what it has to name. */
export function found({ findings }: Health, kind: Finding["kind"]): Finding | undefined {
  return findings.find((finding) => finding.kind === kind);
}
