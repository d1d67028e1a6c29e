/** Closing a runtime in good order while it works: deployments, not crashes. */
import assert from "node:assert/strict";
import { sequential } from "../patterns/sequential.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

lesson(
  "a run whose start was acknowledged while the runtime closed executes at the next start; a refused one is not there",
  "taskforcesh/bullmq#3045",
  async (trial) => {
    const pattern = sequential("p", { steps: [trial.agent("a"), trial.agent("b")] });
    const runtime = await trial.open([pattern]);
    const accepted: string[] = [];
    const refused = new Map<string, unknown>();
    const starts: Promise<unknown>[] = [];
    let closing: Promise<void> | undefined;
    for (let index = 0; index < 60; index++) {
      const id = `r${index}`;
      const taken = (): void => void accepted.push(id);
      starts.push(
        runtime.start(pattern, id, { id }).then(taken, (error: unknown) => void refused.set(id, error)),
      );
      if (index === 30) closing = trial.close();
      for (let moment = 0; moment < index % 7; moment++) await Promise.resolve();
      if (index % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all([closing, ...starts]);
    const reopened = await trial.open([pattern]);
    for (const id of accepted)
      assert.deepEqual(await trial.outcome(reopened.run(id)), { status: "completed", output: id });
    assert.ok(
      accepted.length > 0 && refused.size > 0,
      `${accepted.length} accepted, ${refused.size} refused`,
    );
    for (const [id, error] of refused) {
      assert.equal((error as { readonly code?: unknown }).code, "runtime-closed");
      await assert.rejects(reopened.run(id).record(), { code: "run-not-found" });
    }
  },
);

lesson(
  "a runtime closes although an agent fails and is retried without a pause, and the count goes on at the next start",
  "taskforcesh/bullmq#4163",
  async (trial) => {
    const attempts: number[] = [];
    const eager = trial.agent(
      "eager",
      (_input, ctx) => {
        attempts.push(ctx.attempt);
        throw new Error("not yet");
      },
      { retry: { attempts: 1_000, delayMs: 0 } },
    );
    const pattern = sequential("p", { steps: [eager] });
    const slow = gate();
    const other = sequential("other", { steps: [trial.agent("slow", () => slow.opened)] });
    const runtime = await trial.open([pattern, other], { drainMs: 600_000 });
    await runtime.start(other, 0, { id: "other" });
    for (const id of ["r1", "r2"]) await runtime.start(pattern, 0, { id });
    await trial.until(() => attempts.length > 10, "some attempts fail");
    const closing = trial.close();
    const made = attempts.length;
    await trial.quiet();
    slow.open();
    await closing;
    await trial.quiet();
    // Of each run one attempt may have been on its way.
    assert.ok(
      attempts.length <= made + 2,
      `${attempts.length - made} attempts began while the runtime closed`,
    );
    attempts.length = 0;
    const reopened = await trial.open([pattern, other]);
    await trial.until(() => attempts.length > 0, "the retries go on");
    assert.ok((attempts[0] ?? 0) > 2, `attempt ${attempts[0]}`);
    for (const id of ["r1", "r2"]) {
      await reopened.run(id).cancel("enough");
      assert.equal((await trial.outcome(reopened.run(id))).status, "cancelled");
    }
  },
);

lesson(
  "an attempt that fails while the runtime closes is recorded as failed, not as lost",
  "taskforcesh/bullmq#834",
  async (trial) => {
    const failure = gate();
    const agent = trial.agent(
      "agent",
      async (_input, ctx) => {
        if (ctx.attempt === 2) return "done";
        await failure.opened;
        throw new Error("the disk of the other side is full");
      },
      { retry: { attempts: 2, delayMs: 0 } },
    );
    const pattern = sequential("p", { steps: [agent] });
    await (await trial.open([pattern], { drainMs: 60_000 })).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-started", "agent");
    const closing = trial.close();
    failure.open();
    await closing;
    const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
    assert.deepEqual(outcome, { status: "completed", output: "done" });
    const told = (await trial.events("r")).flatMap((event) =>
      "agent" in event ? [[event.kind, event.attempt]] : [],
    );
    assert.deepEqual(told, [
      ["attempt-started", 1],
      ["attempt-failed", 1],
      ["attempt-started", 2],
      ["step-completed", 2],
    ]);
  },
);
