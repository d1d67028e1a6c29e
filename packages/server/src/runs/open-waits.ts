/**
 * What waiting runs wait for a person for. Read from a run's events when it is asked for, and kept until something
 * happens in the run.
 */
import type { Engine, RunRecord } from "@reeve/core";

export interface OpenApproval {
  readonly path: string;
  readonly since: number;
}

const RUNS_KEPT_MAX = 5_000;

export class OpenWaits {
  readonly #engine: Engine;
  readonly #known = new Map<string, readonly OpenApproval[]>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Something happened in the run. */
  forget(run: string): void {
    this.#known.delete(run);
  }

  async of({ id }: RunRecord): Promise<readonly OpenApproval[]> {
    const known = this.#known.get(id);
    if (known) return known;
    const open = new Map<string, OpenApproval>();
    for await (const event of this.#engine.events({ run: id, follow: false })) {
      if (event.kind === "wait-started" && event.until === "signal")
        open.set(event.path, { path: event.path, since: event.at });
      else if (event.kind === "signal-received" || event.kind === "timer-fired") close(open, event.path);
    }
    const approvals = [...open.values()];
    if (this.#known.size >= RUNS_KEPT_MAX) this.#known.clear();
    this.#known.set(id, approvals);
    return approvals;
  }
}

/** An approval that was not given in time ends by a timer of its own; a pattern's deadline ends all that is below it. */
function close(open: Map<string, OpenApproval>, path: string): void {
  const above = path.endsWith("!deadline") ? path.slice(0, -"!deadline".length) : undefined;
  if (above !== undefined) {
    for (const waiting of open.keys()) if (waiting.startsWith(above)) open.delete(waiting);
  } else open.delete(path.replace(/\/!timeout$/, ""));
}
