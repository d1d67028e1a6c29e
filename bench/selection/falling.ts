/**
 * A pattern that turns bad and recovers: it succeeds in 90 % of its runs, after 500 tasks in 20 %, 300 tasks later in
 * 90 % again; its rival always in 70 %. Measured is what Reeve believes, task by task.
 */
import { choose, createConfidence, seededRandom } from "reeve";

const GOOD = 0.9;
const FALLEN = 0.2;
const RIVAL = 0.7;
const TASKS = { beforeFall: 500, fallen: 300, restored: 500 };
/** Runs that the fallen pattern may still get until it is believed to be below its rival. */
const RUNS_MAX = 50;

export interface FallFigures {
  readonly seeds: number;
  /** Seeds in which it was below its rival in time. */
  readonly noticed: number;
  /** Seeds in which it was first again in time. */
  readonly restored: number;
  readonly both: number;
  /** Runs until it was below, median over the seeds. */
  readonly runsUntilBelow: readonly number[];
  /** Tasks until it was first again; infinite where it never was. */
  readonly tasksUntilFirst: readonly number[];
}

export function measureFall(seeds: number): FallFigures {
  const runs = Array.from({ length: seeds }, (_, seed) => fall(seed));
  const noticed = runs.filter((run) => run.runsUntilBelow <= RUNS_MAX);
  const restored = runs.filter((run) => run.tasksUntilFirst <= TASKS.restored);
  return {
    seeds,
    noticed: noticed.length,
    restored: restored.length,
    both: noticed.filter((run) => restored.includes(run)).length,
    runsUntilBelow: runs.map((run) => run.runsUntilBelow),
    tasksUntilFirst: runs.map((run) => run.tasksUntilFirst),
  };
}

interface Fall {
  readonly runsUntilBelow: number;
  readonly tasksUntilFirst: number;
}

function fall(seed: number): Fall {
  const confidence = createConfidence();
  const choosing = seededRandom(2 * seed + 1);
  const chance = seededRandom(2 * seed + 500_000);
  const offered = ["falls", "rival"];
  const restoredAt = TASKS.beforeFall + TASKS.fallen;
  let runsWhileFallen = 0;
  let runsUntilBelow = Number.POSITIVE_INFINITY;
  let tasksUntilFirst = Number.POSITIVE_INFINITY;
  for (let task = 0; task < restoredAt + TASKS.restored; task++) {
    const isFallen = task >= TASKS.beforeFall && task < restoredAt;
    const candidates = offered.map((pattern) => ({ pattern, posterior: confidence.posterior(pattern) }));
    const pattern = choose({ candidates, random: choosing }).pattern ?? "rival";
    confidence.chose({ pattern, offered });
    const rate = pattern === "rival" ? RIVAL : isFallen ? FALLEN : GOOD;
    confidence.see({ pattern, score: chance.next() < rate ? 1 : 0 });
    if (task < TASKS.beforeFall) continue;
    const isBelow = confidence.posterior("falls").mean < confidence.posterior("rival").mean;
    if (isFallen) {
      if (pattern === "falls") runsWhileFallen++;
      if (isBelow) runsUntilBelow = Math.min(runsUntilBelow, runsWhileFallen);
    } else if (!isBelow) tasksUntilFirst = Math.min(tasksUntilFirst, task - restoredAt + 1);
  }
  return { runsUntilBelow, tasksUntilFirst };
}
