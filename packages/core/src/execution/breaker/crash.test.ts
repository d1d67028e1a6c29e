import { expect, test } from "vitest";
import { agent } from "../../delegation/agent.ts";
import { sequential } from "../../patterns/sequential.ts";
import { crashAtEveryWrite } from "../../testing/crash-at-every-write.ts";
import { createTestRuntime } from "../../testing/create-test-runtime.ts";
import type { FaultyDisk } from "../../testing/faulty-disk.ts";
import { sleep } from "../../testing/work.ts";

test("at whatever write the process ends, a breaker opens, is probed by few, closes, and nobody waits for ever", async () => {
  const scenario = async (disk: FaultyDisk): Promise<void> => {
    const world = { isDown: true, atOnce: 0 };
    let most = 0;
    const ask = agent("ask", {
      breaker: { attemptsMin: 3, openMs: 1_000, probes: 1 },
      run: async (input: string, { signal }) => {
        if (world.isDown) throw new Error("no answer");
        const attempts = ++world.atOnce;
        if (isHalfOpen()) most = Math.max(most, attempts);
        await sleep(10, signal);
        world.atOnce--;
        return input;
      },
    });
    let isHalfOpen = (): boolean => false;
    const asking = sequential("asking", { steps: [ask] });
    const states = await disk.live(async (engine) => {
      world.atOnce = 0;
      await using runtime = await createTestRuntime({ patterns: [asking], engine });
      isHalfOpen = () => runtime.engine.controls().breakers.get("ask")?.state === "half-open";
      for (let run = 0; run < 3; run++)
        await runtime.time.skipUntil((await runtime.start(asking, "x", { id: `bad-${run}` })).outcome());
      const waiting = await Promise.all(
        ["a", "b", "c"].map((input) => runtime.start(asking, input, { id: input })),
      );
      world.isDown = false;
      const outcomes = await runtime.time.skipUntil(Promise.all(waiting.map((run) => run.outcome())));
      expect(outcomes.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
      await runtime.time.skip(100);
      const events = await Array.fromAsync(runtime.events({ follow: false }));
      return events.flatMap((event) => (event.kind === "breaker-changed" ? [event.state] : []));
    });
    expect(states).toEqual(["open", "half-open", "closed"]);
    expect(most).toBe(1);
  };
  const { writes } = await crashAtEveryWrite(scenario);
  expect(writes).toBeGreaterThan(10);
}, 60_000);
