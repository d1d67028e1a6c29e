/** How a runtime does, for programs and commands without a server: the same judgement as on the dashboard. */
import { ReeveError, type Runtime } from "@reeve/core";
import type { Health, RuntimeState } from "../contract/health.ts";
import { viewsBeside } from "../http/views-beside.ts";
import type { Report } from "./known.ts";

export interface HealthOptions {
  /** Whether a process works on the log. @default the runtime's own: "working" for the log's owner, else "guest" */
  readonly state?: RuntimeState["state"];
}

export interface HealthReader {
  health(): Promise<Health>;
  /** Something went wrong beside the runs. For what `createRuntime({ report })` is told. */
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

const REPORTS_MAX = 100;

/** Follows the log; closing the runtime ends it. */
export async function openHealth(runtime: Runtime, options: HealthOptions = {}): Promise<HealthReader> {
  const { engine } = runtime;
  const reports: Report[] = [];
  const state = options.state ?? (engine.role === "guest" ? "guest" : "working");
  const views = await viewsBeside(runtime, state, reports);
  return {
    health: () => views.health(),
    report: ({ what, error }) => {
      reports.push(reportOf({ what, error }, engine.clock.now()));
      if (reports.length > REPORTS_MAX) reports.shift();
    },
  };
}

/** @param at epoch milliseconds */
export function reportOf(
  { what, error }: { readonly what: string; readonly error: unknown },
  at: number,
): Report {
  const message = error instanceof Error ? error.message : String(error);
  return { at, what, message, code: error instanceof ReeveError ? error.code : null };
}
