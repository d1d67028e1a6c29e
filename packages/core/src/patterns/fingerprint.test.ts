import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { patternVersion } from "./fingerprint.ts";
import { delegate } from "./delegate.ts";
import { forEach } from "./for-each.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { repeat } from "./repeat.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";
import { when } from "./when.ts";

const make = (name: string, attempts = 1) => agent(name, { run: () => attempts, retry: { attempts } });
const [a, b] = [make("a"), make("b")];

interface Change {
  readonly limit?: number;
  readonly name?: string;
  readonly swap?: boolean;
  readonly edge?: boolean;
  readonly phase?: string;
  readonly loop?: string;
}

function plan({
  limit = 1,
  name = "inner",
  swap = false,
  edge = false,
  phase = "one",
  loop = "loop",
}: Change): Pattern {
  const tasks = { a: make("a", limit), b };
  return meta("plan", {
    timeoutMs: limit,
    phases: [
      {
        name: phase,
        patterns: [
          sequential(name, { steps: swap ? [b, a] : [a, b], timeoutMs: limit }),
          parallel("both", {
            tasks,
            concurrencyMax: limit,
            resourceThreshold: 1 / limit,
            limits: [{ concurrency: limit }],
            tolerate: { failures: limit },
            needs: edge ? { b: ["a"] } : {},
          }),
          forEach("each", { items: () => [limit], step: when("w", { if: () => limit > 1, then: a }) }),
          step(a, { name: "last", input: () => limit }),
          repeat(a, { name: loop, until: () => limit > 1, max: limit }),
          delegate({ priority: limit }, { timeoutMs: limit }),
        ],
        rollbackOn: { slowdown: limit },
        resources: { cpu: 1 / limit },
      },
    ],
  });
}

describe("a pattern's version", () => {
  it("is twelve hexadecimal digits, or what the pattern says", () => {
    expect(patternVersion(plan({}))).toMatch(/^[0-9a-f]{12}$/);
    expect(patternVersion(sequential("p", { steps: [a], version: "2" }))).toBe("2");
  });

  it("is the same whatever the pattern preserves", () => {
    const steps = [a, b];
    expect(patternVersion(sequential("p", { steps, preserve: ["domain"] }))).toBe(
      patternVersion(sequential("p", { steps })),
    );
  });

  it("stays over restarts", () => {
    expect(patternVersion(sequential("p", { steps: [a, b] }))).toBe("79c72132841e");
  });

  it("does not change with callbacks, limits and retries", () => {
    expect(patternVersion(plan({ limit: 2 }))).toBe(patternVersion(plan({})));
  });

  it.each<[string, Change]>([
    ["a name", { name: "other" }],
    ["the order of steps", { swap: true }],
    ["an edge", { edge: true }],
    ["the name of a phase", { phase: "two" }],
    ["the name of a repeat", { loop: "again" }],
  ])("changes with %s", (_what, change) => {
    expect(patternVersion(plan(change))).not.toBe(patternVersion(plan({})));
  });

  it("changes with how many items a batch holds, as recorded batches would not fit", () => {
    const list = agent("list", { run: (it: number[]) => it });
    const sized = (batch: number) => patternVersion(forEach("each", { items: () => [1], step: list, batch }));
    expect(sized(5)).not.toBe(sized(6));
  });
});
