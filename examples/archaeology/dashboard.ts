/** Serves the dashboard beside a study. The study is the job: what keeps the dashboard from being served does not stop it. */
import { ReeveError, type Runtime } from "reeve";

export interface Dashboard {
  /** Signs in whoever opens it first, within ten minutes. */
  link(): Promise<string>;
  /** The study is about to end: the pages say so. */
  closing(): void;
  close(): Promise<void>;
}

/** The one of `reeve up`; 0 takes a free one. */
const portsInTurn = [7733, 0];

/**
 * @param ending aborts when the runtime is about to close, so that nobody wants it any more
 * @returns undefined, once it has said why, when it can't be served
 */
export async function openDashboard(runtime: Runtime, ending: AbortSignal): Promise<Dashboard | undefined> {
  // Loaded here: a study without it, and the help, need not wait for it.
  const { startServer } = await import("@reeve/server");
  let refused: unknown;
  for (const port of portsInTurn) {
    try {
      return await startServer(runtime, { port });
    } catch (error) {
      // ignore: the next port may be free; the last refusal is told below
      refused = error;
      if (!(error instanceof ReeveError && error.code === "option-invalid")) break;
    }
  }
  if (ending.aborted) return undefined;
  const message = refused instanceof Error ? refused.message : String(refused);
  console.error(`The dashboard can't be served: ${message}. The study goes on without it.`);
  return undefined;
}
