/** Several principals teach one pattern: what one of them floods the log with must not decide for the rest. */
import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime } from "../runtime.ts";

const PRINCIPALS = ["ann", "bob", "cid", "dan", "eve"];

/** Fails when its input says so: an attacker chooses inputs that fail, or lets what is bad look good. */
const serving = (name: string): Pattern =>
  sequential(name, {
    matches: { domain: "orders" },
    steps: [
      agent(`do-${name}`, {
        run: (input: { readonly fails: boolean }) => {
          if (input.fails) throw new Error("as told");
          return name;
        },
      }),
    ],
  });

function open(): Promise<Runtime> {
  return createRuntime({
    patterns: [serving("good"), serving("poor")],
    engine: memoryEngine(),
    random: seededRandom(1),
  });
}

async function teach(runtime: Runtime, principal: string, pattern: string, fails: boolean): Promise<void> {
  await (await runtime.as({ principal }).start(pattern, { fails })).outcome();
}

/** Everybody's experience: `good` succeeds in nine of ten, `poor` in three of ten. */
async function fairly(runtime: Runtime): Promise<void> {
  for (let task = 0; task < 20; task++) {
    for (const [index, principal] of PRINCIPALS.entries()) {
      const turn = (3 * task + 2 * index) % 10;
      await teach(runtime, principal, "good", turn === 0);
      await teach(runtime, principal, "poor", turn >= 3);
    }
  }
}

async function means(runtime: Runtime): Promise<{ readonly good: number; readonly poor: number }> {
  const { posterior } = await runtime.confidence();
  return { good: posterior("good", "orders").mean, poor: posterior("poor", "orders").mean };
}

test("a flood of failures by one principal does not make others' good pattern look bad, nor a poor one good", async () => {
  await using runtime = await open();
  await fairly(runtime);
  const before = await means(runtime);
  expect(before.good - before.poor).toBeGreaterThan(0.4);
  for (let task = 0; task < 600; task++) {
    await teach(runtime, "mallory", "good", true);
    await teach(runtime, "mallory", "poor", false);
  }
  const after = await means(runtime);
  expect(after.good).toBeGreaterThan(after.poor);
  expect(before.good - after.good).toBeLessThan(0.45);
  const { pattern, candidates } = await runtime.as({ principal: "ann" }).choose({ domain: "orders" });
  expect(pattern).toBe("good");
  expect(candidates.find((each) => each.pattern === "good")?.propensity).toBeGreaterThan(0.6);
});
