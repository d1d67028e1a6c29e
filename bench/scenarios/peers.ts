/**
 * The same durable work on Reeve and on its peers, each in a process of its own, on one machine and one disk, in one run.
 * Every measure is repeated in alternating order: for each workload all contenders in turn, another one first in every
 * round. The figures are medians over the rounds. bench/peers says how each peer is set up.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Sample, Steps, Work } from "../peers/contender.ts";
import { describeMachine, measureFdatasync } from "../machine.ts";
import { installPeers, peersFolder } from "./peers-install.ts";
import { openContender, type ContenderProcess } from "./peers-process.ts";
import { reportPeers, type Measured, type PeerReport } from "./peers-report.ts";

export type { PeerReport } from "./peers-report.ts";

export interface PeerOptions {
  readonly rounds: number;
  /** Only one at a time and 128 at once, and shorter. */
  readonly quick: boolean;
}

interface Entrant {
  readonly name: string;
  readonly module: string;
  /** What the contender can do in one run. */
  readonly steps: readonly Steps[];
}

const entrants: readonly Entrant[] = [
  { name: "Reeve", module: fileURLToPath(new URL("peers-reeve.ts", import.meta.url)), steps: [1, 3, 9] },
  { name: "Restate", module: join(peersFolder, "restate.ts"), steps: [1, 3, 9] },
  { name: "DBOS", module: join(peersFolder, "dbos.ts"), steps: [1, 3, 9] },
  { name: "BullMQ", module: join(peersFolder, "bullmq.ts"), steps: [1] },
];

/** One contender that has started. */
interface Entered extends Entrant, Measured {
  readonly name: string;
  readonly process: ContenderProcess;
  readonly samples: Map<Work, Sample[]>;
}

/** Measures all and returns the table; progress goes to standard error. Ends everything it started, also on Ctrl-C. */
export async function comparePeers({ rounds, quick }: PeerOptions): Promise<PeerReport> {
  installPeers();
  const interruption = listenForInterruption();
  const processes: ContenderProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), "reeve-peers-"));
  try {
    const entered: Entered[] = [];
    const skipped: { name: string; remedy: string }[] = [];
    for (const entrant of entrants) {
      const started = openContender(entrant.name, entrant.module, interruption.aborted);
      processes.push(started);
      const said = await started.start;
      if ("remedy" in said) skipped.push({ name: entrant.name, remedy: said.remedy });
      else entered.push({ ...entrant, process: started, version: said.version, samples: new Map() });
    }
    for (const { process: contender, steps } of entered) {
      await contender.measure({ ...(quick ? QUICK_START : FULL_START), steps: steps.includes(3) ? 3 : 1 });
    }
    const works = worksOf(quick);
    const syncs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const order = rotate(entered, round);
      process.stderr.write(`round ${round + 1} of ${rounds}: ${order.map(({ name }) => name).join(", ")}\n`);
      syncs.push(...measureFdatasync(folder));
      await measureRound(works, order);
    }
    return reportPeers({ machine: describeMachine(), rounds, syncs, works, measured: entered, skipped });
  } finally {
    await Promise.all(processes.map((each) => each.close()));
    rmSync(folder, { recursive: true, force: true });
    interruption.end();
  }
}

/** The first signal stops the comparison in good order; a second one ends the process as it always does. */
function listenForInterruption(): { readonly aborted: AbortSignal; end(): void } {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => controller.abort(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, interrupt);
  return {
    aborted: controller.signal,
    end: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}

async function measureRound(works: readonly Work[], order: readonly Entered[]): Promise<void> {
  for (const work of works) {
    for (const { process: contender, steps, samples } of order) {
      if (!steps.includes(work.steps)) continue;
      const sample = await contender.measure(work);
      const known = samples.get(work);
      if (known) known.push(sample);
      else samples.set(work, [sample]);
    }
  }
}

function rotate<T>(all: readonly T[], by: number): readonly T[] {
  const first = by % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

// Five rounds of all take ten minutes. Each contender warms up, since the others had the processor's caches before it; a slow
// contender's thousand runs at once take longer by themselves.
const FULL = { warmUpSeconds: 0.5, seconds: 1.5 } as const;
const QUICK = { warmUpSeconds: 0.1, seconds: 0.3 } as const;

// Before the first round: what runs often is compiled, pools are filled, files have grown.
const FULL_START = { atOnce: 128, warmUpSeconds: 0, seconds: 3 } as const;
const QUICK_START = { ...FULL_START, seconds: 0.5 } as const;

function worksOf(quick: boolean): readonly Work[] {
  const times = quick ? QUICK : FULL;
  return ([1, 3, 9] as const).flatMap((steps) =>
    (quick ? [1, 128] : [1, 32, 128, 1_024]).map((atOnce) => ({ steps, atOnce, ...times })),
  );
}
