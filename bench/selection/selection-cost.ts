/** The scenario `selection-cost`: what choosing, learning and loading take, each with its bar. */
import { describeMachine } from "../machine.ts";
import { atMost, barsText, type Bar } from "../scenarios/bar.ts";
import { median } from "../statistics.ts";
import { table } from "../table.ts";
import { measureChoosing, type ChoosingCost } from "./choosing-cost.ts";
import { measureDelegating, type DelegatingCost } from "./delegating-cost.ts";
import { measureLoading } from "./loading-cost.ts";

const FEW = 10;
const MANY = 10_000;
/** Few and many in turns; the table shows medians, so that a busy moment of the machine does not decide. */
const ROUNDS = 3;

/** Prints the tables; whether every bar was met. */
export async function selectionCost(): Promise<boolean> {
  const rounds = Array.from({ length: ROUNDS }, () => [measureChoosing(FEW), measureChoosing(MANY)] as const);
  const few = medians(rounds.map(([each]) => each));
  const many = medians(rounds.map(([, each]) => each));
  const loading = measureLoading();
  const delegating = await measureDelegating();
  console.log(`${describeMachine()}\n`);
  console.log(
    table(
      ["patterns known", "choose p50 µs", "p99 µs", "learn p50 µs", "p99 µs"],
      [row(FEW, few), row(MANY, many)],
    ),
  );
  console.log(
    `\n${table(
      ["a run of three steps", "processor time µs"],
      [
        ["started by name, nothing learned", delegating.plain.toFixed(0)],
        ["started by name", delegating.learning.toFixed(0)],
        ["delegated among 10 candidates", delegating.delegated.toFixed(0)],
      ],
    )}`,
  );
  console.log(
    `\nTwo runtimes without the fold differ by ${(100 * Math.abs(delegating.noiseShare)).toFixed(1)} %: what it adds is known no better.`,
  );
  const bars: readonly Bar[] = [
    atMost("choice among 10 candidates, p50", few.choose.p50, 20, "µs", 1),
    atMost("choice among 10 candidates, p99", few.choose.p99, 100, "µs", 1),
    atMost("the same among 10 of 10,000 patterns, p50", many.choose.p50 / few.choose.p50, 2, "times", 2),
    atMost(`${loading.outcomes.toLocaleString("en-US")} outcomes loaded`, loading.loadMs, 50, "ms", 1),
    atMost("state of a pattern", loading.largestPatternBytes / 1_024, 4, "KiB", 2),
    ...delegatingBars(delegating),
  ];
  console.log(`\n${barsText(bars)}`);
  return bars.every(({ met }) => met);
}

function delegatingBars({ throughputShare, foldShare }: DelegatingCost): readonly Bar[] {
  return [
    {
      name: "runs per processor time, delegated ÷ started by name",
      value: `${(100 * throughputShare).toFixed(0)} %`,
      bar: "≥ 65 %",
      met: throughputShare >= 0.65,
    },
    atMost("what the confidence fold adds to a run", 100 * foldShare, 5, "%", 1),
  ];
}

function medians(costs: readonly ChoosingCost[]): ChoosingCost {
  const over = (pick: (cost: ChoosingCost) => number): number => median(costs.map(pick));
  return {
    choose: { p50: over(({ choose }) => choose.p50), p99: over(({ choose }) => choose.p99) },
    learn: { p50: over(({ learn }) => learn.p50), p99: over(({ learn }) => learn.p99) },
  };
}

function row(known: number, { choose, learn }: ChoosingCost): readonly string[] {
  const micros = [choose.p50, choose.p99, learn.p50, learn.p99].map((value) => value.toFixed(1));
  return [known.toLocaleString("en-US"), ...micros];
}
