import { expect, test } from "vitest";
import { agent, type Runnable } from "../delegation/agent.ts";
import { approval } from "../patterns/approval.ts";
import { delay } from "../patterns/delay.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { adds, run, throws } from "./fixtures/run-pattern.ts";

/** The coverage of a phase with this pattern only, as its refusal tells it. */
async function coverageOf(pattern: Runnable): Promise<string> {
  const phase = {
    name: "only",
    patterns: [pattern],
    coordination: "sequential",
    success: { coverageMin: 1 },
  };
  const { outcome } = await run(meta("plan", { phases: [phase] as never }), 1);
  if (outcome.status === "completed") return "100 %";
  const message = "error" in outcome ? outcome.error.message : "";
  return /covered (.*), less/.exec(message)?.[1] ?? message;
}

const breaks = throws("breaks", new Error("no"));
const three = (name: string) => sequential(name, { steps: [breaks, adds("b"), adds("c")] });

test("leaves that a failed item did not reach count as not covered", async () => {
  const first = agent("first", {
    run: (item: number): number => {
      if (item === 1) throw new Error("no");
      return item;
    },
  });
  const each = forEach("each", {
    items: () => [0, 1],
    step: sequential("one", { steps: [first, adds("b"), adds("c")] }),
    tolerate: { failures: 1 },
  });
  expect(await coverageOf(each)).toBe("50 %");
});

test.each<[string, Runnable, string]>([
  ["later steps", three("x"), "25 %"],
  ["approvals and delays", sequential("x", { steps: [breaks, approval("ok"), delay(1)] as never }), "25 %"],
  ["an input that can't be made", step(three("x"), { name: "x", input: () => fail() }), "25 %"],
  ["a condition that throws", when("x", { if: () => fail(), then: three("y") }), "25 %"],
  ["items that can't be told", forEach("x", { items: () => fail(), step: three("y") }), "25 %"],
  [
    "later phases and patterns",
    meta("x", {
      phases: [
        {
          name: "p",
          patterns: [sequential("s", { steps: [breaks] }), adds("t")],
          coordination: "sequential",
        },
        { name: "q", patterns: [adds("u")], coordination: "sequential" },
      ] as never,
    }),
    "25 %",
  ],
])("what a tolerated branch did not reach is not covered: %s", async (_what, branch, coverage) => {
  const pattern = parallel("both", {
    tasks: { branch, good: adds("good") },
    tolerate: { failures: 1 },
  });
  expect(await coverageOf(pattern)).toBe(coverage);
});

test("a task that can't start since one it needed failed is not covered", async () => {
  const pattern = parallel("graph", {
    tasks: { breaks, top: sequential("top", { steps: [adds("x"), adds("y")] }), good: adds("good") },
    needs: { top: ["breaks"] },
    tolerate: { failures: 2 },
  });
  expect(await coverageOf(pattern)).toBe("25 %");
});

test("what a quorum did not wait for is not covered", async () => {
  const pattern = forEach("vote", {
    items: () => [1, 2, 3, 4],
    step: adds("a"),
    concurrencyMax: 1,
    tolerate: { quorum: 1 },
  });
  expect(await coverageOf(pattern)).toBe("25 %");
});

test("a step whose condition does not hold is not counted", async () => {
  const skipped = when("skipped", { if: () => false, then: three("x") });
  expect(await coverageOf(sequential("s", { steps: [adds("a"), skipped] as never }))).toBe("100 %");
});

test("an attempt that its quorum stopped is no failed one", async () => {
  const waits = agent("waits", {
    run: (_value: number, ctx): Promise<number> =>
      new Promise((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(new Error("stopped"))),
      ),
  });
  const vote = parallel("vote", { tasks: { a: adds("a"), waits }, tolerate: { quorum: 1 } });
  const pattern = meta("plan", {
    phases: [{ name: "only", patterns: [vote], coordination: "sequential", rollbackOn: { errorRate: 0 } }],
  });
  expect((await run(pattern, 1)).outcome).toMatchObject({ status: "completed" });
});

function fail(): never {
  throw new Error("no");
}
