/** What the page of a run says that it has used, from the events of a real run. */
import { agent, createRuntime, delegate, memoryEngine, sequential } from "@reeve/core";
import { expect, test } from "vitest";
import { newStory } from "./run-story.ts";
import { tellStory } from "./tell-story.ts";

test("a run has used what its attempts and the runs that it awaited have", async () => {
  const spends = agent("spends", {
    run: async (value: unknown, ctx) => {
      ctx.usage({ inputTokens: 10, outputTokens: 1, costUsd: 0.25 });
      return value;
    },
  });
  const kid = sequential("kid", { matches: { domain: "kids" }, steps: [spends] });
  const root = sequential("root", { steps: [spends, delegate({ domain: "kids" })] });
  await using runtime = await createRuntime({ patterns: [root, kid], engine: memoryEngine() });
  const run = await runtime.start(root, 1);
  await run.outcome();
  const story = newStory();
  for await (const event of run.events({ follow: false })) tellStory(story, event);
  expect(story.usage).toEqual({ inputTokens: 20, outputTokens: 2, costUsd: 0.5 });
});
