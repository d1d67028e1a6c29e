/** Runs that wait for their places again: they go on once there is room, and take them up once. */
import { expect, test } from "vitest";
import { agent } from "../../delegation/agent.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createTestRuntime } from "../../testing/create-test-runtime.ts";
import { sleep } from "../../testing/work.ts";

const slow = agent("slow", {
  run: async (n: number, { signal }): Promise<number> => {
    await sleep(10_000, signal);
    return n + 1;
  },
});
const done = { status: "completed", output: 1 };

test("a run whose agent is paused no more, and that waits for its place for long, is made when it has it", async () => {
  const narrow = sequential("narrow", { limits: [{ concurrency: 1 }], steps: [slow] });
  await using runtime = await createTestRuntime({ patterns: [narrow] });
  await runtime.pause({ agent: "slow" });
  const runs = [await runtime.start(narrow, 0), await runtime.start(narrow, 0)];
  await runtime.time.skip(1);
  await runtime.resume({ agent: "slow" });
  const outcomes = Promise.all(runs.map((run) => run.outcome()));
  expect(await runtime.time.skipUntil(outcomes)).toEqual([done, done]);
});

test("an answer is received also when the place for it is free only long after", async () => {
  const asking = sequential("asking", { limits: [{ concurrency: 1 }], steps: [approval("ok"), slow] });
  await using runtime = await createTestRuntime({ patterns: [asking] });
  const runs = [await runtime.start(asking, 0), await runtime.start(asking, 0)];
  await runtime.time.skip(1);
  for (const run of runs) await run.signal("ok");
  const outcomes = Promise.all(runs.map((run) => run.outcome()));
  expect(await runtime.time.skipUntil(outcomes)).toEqual([done, done]);
});

test("a run that two things make go on takes up its place once", async () => {
  const asking = sequential("asking", {
    limits: [{ concurrency: 1 }],
    steps: [approval("ok", { timeoutMs: 11_000 }), slow],
  });
  await using runtime = await createTestRuntime({ patterns: [asking] });
  const [first, second] = [await runtime.start(asking, 0), await runtime.start(asking, 0)];
  await runtime.time.skip(9_000);
  await first.signal("ok");
  await runtime.time.skip(1_500);
  await second.signal("ok");
  // Its time limit passes while it waits for the place with which to receive the answer.
  const outcomes = Promise.all([first.outcome(), second.outcome()]);
  expect(await runtime.time.skipUntil(outcomes)).toEqual([done, done]);
  const third = await runtime.start(asking, 0);
  await runtime.time.skip(1);
  await third.signal("ok");
  expect(await runtime.time.skipUntil(third.outcome())).toEqual(done);
});
