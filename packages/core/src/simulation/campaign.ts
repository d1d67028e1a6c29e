/** Simulates many programs, each crashed at every one of its writes, and gathers what went wrong. */
import type { Crash } from "./crash.ts";
import { seededRandom } from "../random.ts";
import type { Judged } from "./compare.ts";
import { Coverage } from "./coverage.ts";
import { drawFrom, mix } from "./draw.ts";
import { judge, type Verdict } from "./judge.ts";
import { simulate } from "./simulate.ts";

export interface Campaign {
  readonly programs: number;
  readonly crashed: number;
  /** Crashed runs that had to be equal to the undisturbed one in everything. */
  readonly exact: number;
  /** Stretches of walks that were walked again and compared. */
  readonly repeated: number;
  readonly coverage: Coverage;
  /** Each with its seed, what was wrong, and the command that shows it. */
  readonly failures: readonly string[];
}

/** After so many failures nothing more is learned. */
const FAILURES_MAX = 3;
/** Longer than most waits of the programs, so that timers come due meanwhile. */
const DOWN_MS = 1_000;
const FAULTS_SHOWN = 5;
const FAULT_LENGTH_MAX = 600;

/** Simulates the programs of `count` seeds from `seed` on. */
export async function campaign(seed: number, count: number): Promise<Campaign> {
  const tally = { programs: 0, crashed: 0, exact: 0, repeated: 0 };
  const coverage = new Coverage();
  const failures: string[] = [];
  const attempt = async (
    of: number,
    crashes: readonly Crash[],
    before?: Judged,
  ): Promise<Verdict | undefined> => {
    const verdict = await judgeSafely(of, crashes, before);
    if (verdict.faults.length > 0) failures.push(describe(of, crashes, verdict.faults));
    if (!("judged" in verdict)) return undefined;
    tally.repeated += verdict.judged.simulated.order.repeated;
    return verdict;
  };
  for (let of = seed; of < seed + count && failures.length < FAILURES_MAX; of++) {
    const undisturbed = await attempt(of, []);
    if (!undisturbed) continue;
    tally.programs++;
    for (const crashes of crashesOf(of, undisturbed.judged.simulated.commits)) {
      const verdict = await attempt(of, crashes, undisturbed.judged);
      if (failures.length >= FAILURES_MAX) break;
      if (!verdict) continue;
      tally.crashed++;
      if (verdict.exact) tally.exact++;
      const { simulated } = verdict.judged;
      for (const { points } of simulated.crashes) coverage.count(simulated.program.features, points);
    }
  }
  return { ...tally, coverage, failures };
}

/** A simulation that can't go on is a fault too, and must be told with its seed. */
async function judgeSafely(
  seed: number,
  crashes: readonly Crash[],
  before: Judged | undefined,
): Promise<Verdict | { readonly faults: readonly string[] }> {
  try {
    return judge(await simulate(seed, crashes), before);
  } catch (error) {
    return { faults: [String(error)] };
  }
}

/** Both sides of every commit; after some the process is down for a while, or dropped once more when it recovers. */
function crashesOf(seed: number, commits: number): readonly (readonly Crash[])[] {
  const all: (readonly Crash[])[] = [];
  for (let atCommit = 1; atCommit <= commits; atCommit++) {
    for (const side of ["before", "after"] as const) {
      const draw = drawFrom(seededRandom(mix([seed, atCommit, side])));
      const first: Crash = { atCommit, side, downMs: draw.chance(0.3) ? DOWN_MS : 0 };
      const second: Crash = { atCommit: draw.whole(1, 6), side: draw.pick(["before", "after"]), downMs: 0 };
      all.push(draw.chance(0.25) ? [first, second] : [first]);
    }
  }
  return all;
}

function describe(seed: number, crashes: readonly Crash[], faults: readonly string[]): string {
  const points = crashes.map(({ atCommit, side, downMs }) => `${atCommit}:${side}:${downMs}`).join(" ");
  const command = `node -C source packages/core/src/simulation/replay.ts ${seed} ${points}`;
  const head = `seed ${seed}, crash ${points || "none"}; see it with: ${command.trim()}`;
  const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => fault.slice(0, FAULT_LENGTH_MAX));
  return [head, ...shown].join("\n  ");
}
