import assert from "node:assert/strict";
import { approval } from "../patterns/approval.ts";
import { agent } from "../delegation/agent.ts";
import { workerAgent } from "../agents/worker-agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { ManualClock } from "../clock.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { lesson, machineLesson } from "./fixtures/lesson.ts";

const module = new URL("./fixtures/own-words-worker.ts", import.meta.url);

machineLesson(
  "an error that says it is not worth a retry gets none, also as a class of its own out of a thread",
  "inngest/inngest-js#210",
  async () => {
    const refuse = workerAgent("refuse", {
      module,
      export: "refuseInOwnWords",
      threads: 1,
      retry: { attempts: 3, delayMs: 0 },
    });
    const pattern = sequential("only", { steps: [refuse] });
    await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
    const run = await runtime.start(pattern, 0);
    const outcome = await run.outcome();
    const events = await Array.fromAsync(run.events());
    assert(outcome.status === "failed");
    assert.equal(outcome.error.name, "OrderGone");
    assert.equal(events.filter((event) => event.kind === "attempt-started").length, 1);
  },
);

lesson(
  "a pattern whose deadline passes amid retries says what kept failing",
  ["temporalio/sdk-go#120", "temporalio/temporal#185"],
  async (trial) => {
    const failing = trial.agent("failing", () => Promise.reject(new Error("the mailbox is full")), {
      retry: { attempts: 100, delayMs: 40_000, factor: 1, delayMsMax: 40_000, jitter: false },
    });
    const inner = sequential("inner", { timeoutMs: 100_000, steps: [failing] });
    const pattern = sequential("p", { steps: [inner] });
    const run = await (await trial.open([pattern])).start(pattern, 0);
    await trial.logged("attempt-failed", "inner/failing");
    for (const ms of [40_000, 40_000, 20_000]) await trial.advance(ms);
    const outcome = await trial.outcome(run);
    assert(outcome.status === "failed");
    assert.equal(outcome.error.code, "pattern-timed-out");
    assert.equal(outcome.error.cause?.message, "the mailbox is full");
  },
);

lesson("the last progress of an attempt that fails is kept", "temporalio/sdk-java#1965", async (trial) => {
  const failing = trial.agent("failing", (_input, ctx) => {
    for (const page of [1, 2, 3]) ctx.progress(page / 10, `page ${page}`);
    throw new Error("no");
  });
  const pattern = sequential("p", { steps: [failing] });
  const run = await (await trial.open([pattern])).start(pattern, 0);
  await trial.outcome(run);
  const notes = (await trial.events()).flatMap((event) =>
    event.kind === "step-progressed" ? [event.note] : [],
  );
  assert.equal(notes.at(-1), "page 3");
});

machineLesson(
  "a cancel asked for while no process works on the run comes before its lost attempt, however many runs there are",
  "hatchet-dev/hatchet#4900",
  async () => {
    const RUNS = 600;
    const folder = mkdtempSync(join(tmpdir(), "reeve-lesson-"));
    const clock = new ManualClock();
    const turns = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn++) {
        clock.advance(1);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    let executed = 0;
    const hang = agent("hang", { run: () => new Promise<never>(() => void executed++) });
    const hanging = sequential("hanging", { steps: [hang] });
    const asking = sequential("asking", { steps: [approval("ok")] });
    const open = (access: "own" | "guest"): Promise<Runtime> =>
      createRuntime({
        patterns: [hanging, asking],
        engine: sqliteEngine(join(folder, "log.db"), { access, durability: "os", clock }),
        drainMs: 0,
        graceMs: 0,
      });
    const first = await open("own");
    await first.start(hanging, 0, { id: "r" });
    await Promise.all(Array.from({ length: RUNS }, (_, index) => first.start(asking, index)));
    await Promise.all([first.close(), turns(20)]);
    assert.equal(executed, 1);
    const guest = await open("guest");
    await guest.run("r").cancel("it harms");
    await guest.close();
    const owner = await open("own");
    const [outcome] = await Promise.all([owner.run("r").outcome(), turns(20)]);
    assert.equal(outcome.status, "cancelled");
    assert.equal(executed, 1);
    await Promise.all([owner.close(), turns(20)]);
    rmSync(folder, { recursive: true });
  },
);
