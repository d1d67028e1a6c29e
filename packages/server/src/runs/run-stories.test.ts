/** Stories of runs that are lately looked at, against a log that goes on. */
import { agent, createRuntime, memoryEngine, sequential } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { expect, test, vi } from "vitest";
import { followLog } from "../board/follow-log.ts";
import { RunStories } from "./run-stories.ts";

const HOUR_MS = 3_600_000;

const copy = agent("copy", { run: (input: unknown) => input ?? null });
const copying = sequential("copying", { steps: [copy] });

test("what retention has removed is not told from memory", async () => {
  const clock = new ManualClock();
  const engine = memoryEngine({ clock });
  await using runtime = await createRuntime({ patterns: [copying], engine, retention: { afterMs: HOUR_MS } });
  const stories = new RunStories(engine, followLog(engine).feed);
  await (await runtime.start(copying, 1, { id: "old" })).outcome();
  expect((await stories.of("old")).steps).toHaveLength(1);
  await vi.waitFor(
    async () => {
      clock.advance(HOUR_MS);
      expect(await engine.find("old")).toBeUndefined();
    },
    { timeout: 60_000 },
  );
  await expect(stories.of("old")).rejects.toMatchObject({ code: "run-not-found" });
});
