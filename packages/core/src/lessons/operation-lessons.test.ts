/** What people do to runs: begin them later, pause them, make them anew. */
import assert from "node:assert/strict";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { when } from "../patterns/when.ts";
import { untilAborted } from "../engine/conformance/trial.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

const MINUTE_MS = 60_000;

interface Task {
  readonly tenant: string;
  readonly hangs?: boolean;
}

lesson(
  "a run that is to begin later does so at its time, whatever restarts lie between, and at once where that has passed",
  ["taskforcesh/bullmq#97", "taskforcesh/bullmq#168", "OptimalBits/bull#103"],
  async (trial) => {
    const pattern = sequential("p", { steps: [trial.agent("work")] });
    const runtime = await trial.open([pattern]);
    await runtime.start(pattern, "soon", { id: "soon", delayMs: MINUTE_MS });
    await runtime.start(pattern, "later", { id: "later", delayMs: 3 * MINUTE_MS });
    await trial.advance(MINUTE_MS - 1);
    assert.equal(trial.ledger.length, 0);
    trial.crash();
    trial.clock.advance(MINUTE_MS);
    const reopened = await trial.open([pattern]);
    await trial.advance(0);
    assert.deepEqual(await trial.outcome(reopened.run("soon")), { status: "completed", output: "soon" });
    await trial.advance(MINUTE_MS);
    assert.equal(trial.ledger.length, 1);
    await trial.advance(1);
    assert.deepEqual(await trial.outcome(reopened.run("later")), { status: "completed", output: "later" });
  },
);

lesson(
  "a run cancelled before it begins never does",
  ["hatchet-dev/hatchet#805", "OptimalBits/bull#2487"],
  async (trial) => {
    const pattern = sequential("p", { limits: [{ concurrency: 1 }], steps: [trial.agent("work")] });
    const runtime = await trial.open([pattern]);
    const delayed = await runtime.start(pattern, "delayed", { delayMs: MINUTE_MS });
    await delayed.cancel("not needed");
    assert.equal((await trial.outcome(delayed)).status, "cancelled");
    await trial.advance(2 * MINUTE_MS);
    trial.crash();
    await trial.open([pattern]);
    await trial.advance(2 * MINUTE_MS);
    assert.deepEqual(trial.ledger, []);
  },
);

lesson(
  "a limit per key holds over a crash, and a run that is cancelled or ends makes room for the next of its key only",
  ["dbos-inc/dbos-transact-ts#1272", "hatchet-dev/hatchet#1622"],
  async (trial) => {
    const inside = new Map<string, number>();
    let most = 0;
    const work = trial.agent("work", async (input, ctx) => {
      const { tenant, hangs } = input as Task;
      const life = `${tenant} ${trial.life}`;
      inside.set(life, (inside.get(life) ?? 0) + 1);
      most = Math.max(most, inside.get(life) ?? 0);
      try {
        return hangs ? await untilAborted(input, ctx) : tenant;
      } finally {
        inside.set(life, (inside.get(life) ?? 0) - 1);
      }
    });
    const key = (_context: unknown, input: unknown): string => (input as Task).tenant;
    const pattern = sequential("p", { limits: [{ key, concurrency: 1 }], steps: [work] });
    const runtime = await trial.open([pattern]);
    await runtime.start(pattern, { tenant: "a", hangs: true }, { id: "a0" });
    for (const id of ["a1", "a2", "b1", "b2"]) await runtime.start(pattern, { tenant: id[0] }, { id });
    for (const id of ["b1", "b2"])
      assert.deepEqual(await trial.outcome(runtime.run(id)), { status: "completed", output: "b" });
    assert.equal((await runtime.run("a1").record()).state, "queued");
    trial.crash();
    const reopened = await trial.open([pattern]);
    await reopened.start(pattern, { tenant: "b" }, { id: "b3" });
    assert.equal((await trial.outcome(reopened.run("b3"))).status, "completed");
    assert.equal((await reopened.run("a1").record()).state, "queued");
    await reopened.run("a1").cancel("not needed");
    await reopened.run("a0").cancel("hangs");
    assert.equal((await trial.outcome(reopened.run("a1"))).status, "cancelled");
    assert.deepEqual(await trial.outcome(reopened.run("a2")), { status: "completed", output: "a" });
    assert.equal(most, 1);
  },
);

lesson(
  "the deadline of a run that is to begin later counts from its begin",
  "dbos-inc/dbos-transact-py#293",
  async (trial) => {
    const pattern = sequential("p", { timeoutMs: MINUTE_MS, steps: [approval("ok")] });
    const runtime = await trial.open([pattern]);
    const run = await runtime.start(pattern, 0, { id: "r", delayMs: 5 * MINUTE_MS });
    await trial.advance(5 * MINUTE_MS);
    await trial.advance(MINUTE_MS - 1);
    assert.equal((await run.record()).state, "waiting");
    await trial.advance(1);
    assert.equal((await trial.outcome(run)).status, "timed-out");
  },
);

lesson(
  "resuming does not cut a backoff short, and a backoff that passed meanwhile is not waited for again",
  ["temporalio/temporal#10913", "temporalio/temporal#10877"],
  async (trial) => {
    const flaky = trial.agent(
      "flaky",
      (input, ctx) => (ctx.attempt > 2 ? input : Promise.reject(new Error("no"))),
      { retry: { attempts: 3, delayMs: MINUTE_MS, factor: 1, delayMsMax: MINUTE_MS, jitter: false } },
    );
    const pattern = sequential("p", { steps: [flaky] });
    const run = await (await trial.open([pattern])).start(pattern, "in", { id: "r" });
    await trial.logged("attempt-failed", "flaky");
    await run.pause("look at it");
    await trial.advance(MINUTE_MS / 2);
    await run.resume();
    await trial.advance(MINUTE_MS / 2 - 1);
    assert.equal(trial.ledger.length, 1);
    await trial.advance(1);
    await trial.until(() => trial.ledger.length === 2, "the second attempt begins");
    await run.pause("look again");
    await trial.advance(2 * MINUTE_MS);
    trial.crash();
    const reopened = (await trial.open([pattern])).run("r");
    await trial.advance(MINUTE_MS);
    assert.equal(trial.ledger.length, 2, "a paused run stays so over a restart");
    await reopened.resume();
    assert.deepEqual(await trial.outcome(reopened), { status: "completed", output: "in" });
  },
);

lesson(
  "an attempt that fails while its run is paused counts, and the last one ends the run",
  ["temporalio/temporal#7956", "temporalio/temporal#11191"],
  async (trial) => {
    const attempts: number[] = [];
    let failure = gate();
    const failing = trial.agent(
      "failing",
      async (_input, ctx) => {
        attempts.push(ctx.attempt);
        await failure.opened;
        throw new Error(`no ${ctx.attempt}`);
      },
      { retry: { attempts: 2, delayMs: 0 } },
    );
    const pattern = sequential("p", { steps: [failing] });
    const run = await (await trial.open([pattern])).start(pattern, 0);
    for (const made of [1, 2]) {
      await trial.until(() => attempts.length === made, `attempt ${made} begins`);
      await run.pause("wait");
      failure.open();
      await trial.advance(MINUTE_MS);
      assert.equal(attempts.length, made);
      failure = gate();
      if (made === 1) await run.resume();
    }
    const outcome = await trial.outcome(run);
    assert(outcome.status === "failed");
    assert.equal(outcome.error.message, "no 2");
    assert.deepEqual(attempts, [1, 2]);
  },
);

lesson(
  "runs started while their pattern is paused are kept, over a restart too, and begin when it is resumed",
  ["inngest/inngest#1337", "inngest/inngest#1758"],
  async (trial) => {
    const pattern = sequential("p", { steps: [trial.agent("work")] });
    const runtime = await trial.open([pattern]);
    await runtime.pause({ pattern: "p" }, "maintenance");
    for (const id of ["a", "b"]) await runtime.start(pattern, id, { id });
    await trial.advance(MINUTE_MS);
    trial.crash();
    const reopened = await trial.open([pattern]);
    await reopened.start(pattern, "c", { id: "c" });
    await trial.advance(MINUTE_MS);
    assert.deepEqual(trial.ledger, []);
    await reopened.resume({ pattern: "p" });
    for (const id of ["a", "b", "c"])
      assert.deepEqual(await trial.outcome(reopened.run(id)), { status: "completed", output: id });
    assert.equal(trial.ledger.length, 3);
  },
);

lesson(
  "a run that failed between its steps is retried from there, not from its first step",
  "czpython/druks#644",
  async (trial) => {
    let isClear = false;
    const decide = when("clear", {
      if: () => {
        if (!isClear) throw new Error("the answer needs clarification");
        return true;
      },
      then: trial.agent("act"),
    });
    const pattern = sequential("p", { steps: [trial.agent("costly", () => "result"), decide] });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    assert.equal((await trial.outcome(run)).status, "failed");
    isClear = true;
    const again = await run.retry();
    assert.deepEqual(await trial.outcome(again), { status: "completed", output: "result" });
    assert.deepEqual(trial.ledger, ["costly", "clear/act"]);
    assert.equal((await trial.outcome(run)).status, "failed");
  },
);
