/**
 * A fold: how the runs of patterns with objectives went in the time just past. What follows from it is burn-rate.ts.
 *
 * Invariants: (1) bounded: for each objective the buckets of window-counts.ts, for each pattern with a limit of time at
 * most `OPEN_MAX` runs that have not ended; (2) a run counts once: while it is open and past the limit it is found among
 * the open ones, and once it ended it is in the bucket of the moment in which it passed the limit.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { digestOf } from "./digest.ts";
import { isOfLog } from "../delegation/controls.ts";
import { judge, type Objective } from "./objective.ts";
import {
  addToWindows,
  countsWithin,
  newWindowCounts,
  windowStart,
  type GoodAndBad,
  type WindowCounts,
} from "./window-counts.ts";

/** Open runs of a pattern that are remembered, the earliest; others count when they end. */
export const OPEN_MAX = 1_000;
/** Of the shape of the state. */
const VERSION = 1;

/** The state of the fold `objectives`; ask it with `countsOf` and `objectiveReport`. */
export interface Objectives {
  readonly list: readonly { readonly objective: Objective; readonly windows: WindowCounts }[];
  /** Of patterns with a limit of time: when each run that has not ended was started, in epoch milliseconds. */
  readonly open: ReadonlyMap<string, Map<string, number>>;
}

/** The fold of these objectives. Others are another version of it: the log is counted again. */
export function objectives(list: readonly Objective[]): Fold<Objectives> {
  const empty = (): Objectives => ({
    list: list.map((objective) => ({ objective, windows: newWindowCounts() })),
    open: new Map(list.flatMap((one) => ("latency" in one ? [[one.pattern, new Map()]] : []))),
  });
  return {
    name: "objectives",
    version: VERSION * 2 ** 32 + digestOf(JSON.stringify(list.map(judgedBy))),
    kinds: ["run-started", "run-ended"],
    lazy: true,
    initial: empty,
    apply: (state, event) => {
      if (!event.copied && !isOfLog(event.run)) take(state, event);
      return state;
    },
    save,
    revive: (saved) => {
      const { windows, open } = Object.assign({ ...EMPTY }, saved);
      const revived = empty();
      return {
        list: revived.list.map((one, index) => ({ ...one, windows: windows[index] ?? one.windows })),
        open: new Map(open.map(([pattern, runs]) => [pattern, new Map(runs)])),
      };
    },
  };
}

/** What is counted depends on this and not on the share that is wanted. */
function judgedBy(objective: Objective): readonly (string | number)[] {
  const { name, pattern } = objective;
  return "latency" in objective ? [name, pattern, objective.latency.ms] : [name, pattern];
}

interface SavedObjectives {
  readonly windows: readonly WindowCounts[];
  readonly open: readonly (readonly [string, readonly (readonly [string, number])[]])[];
}

const EMPTY: SavedObjectives = { windows: [], open: [] };

function save({ list, open }: Objectives): SavedObjectives {
  return {
    windows: list.map(({ windows }) => windows),
    open: Array.from(open, ([pattern, runs]) => [pattern, [...runs]] as const),
  };
}

/** What became good and bad of an objective within the window that ends now, open runs past the limit included. */
export function countsOf(
  state: Objectives,
  { objective, windows }: Objectives["list"][number],
  windowMs: number,
  now: number,
): GoodAndBad {
  const { good, bad } = countsWithin(windows, windowMs, now);
  if (!("latency" in objective)) return { good, bad };
  const from = windowStart(windowMs, now);
  let overdue = 0;
  for (const startedAt of state.open.get(objective.pattern)?.values() ?? []) {
    const passedAt = startedAt + objective.latency.ms;
    if (passedAt >= from && passedAt < now) overdue++;
  }
  return { good, bad: bad + overdue };
}

function take({ list, open }: Objectives, event: Event): void {
  if (event.kind === "run-started") {
    const runs = open.get(event.pattern);
    if (runs && runs.size < OPEN_MAX) runs.set(event.run, event.at);
  } else if (event.kind === "run-ended") {
    open.get(event.pattern)?.delete(event.run);
    for (const { objective, windows } of list) {
      const judged = objective.pattern === event.pattern ? judge(objective, event) : undefined;
      if (judged) addToWindows(windows, judged.at, judged.result);
    }
  }
}
