/** E7: attempts already made, and time already waited, are not forgotten. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { NEVER } from "./trial.ts";

export const retries: readonly Check[] = [
  {
    title: "E7 failed attempts are counted across crashes",
    needs: ["crash"],
    run: async (trial) => {
      const attempts: number[] = [];
      const failing = trial.agent(
        "failing",
        (_input, ctx) => {
          attempts.push(ctx.attempt);
          throw new Error(`no ${ctx.attempt}`);
        },
        { retry: { attempts: 4, delayMs: 1_000, jitter: false } },
      );
      const pattern = sequential("p", { steps: [failing] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      for (const [failed, backoffMs] of [
        [1, 1_000],
        [2, 2_000],
        [3, 4_000],
      ] as const) {
        await trial.until(async () => (await attemptsFailed()) === failed, `attempt ${failed} fails`);
        trial.crash();
        await trial.open([pattern]);
        await trial.advance(backoffMs);
      }
      const outcome = await trial.outcome(trial.runtime.run("r"));
      assert.equal(outcome.status, "failed");
      assert.equal(outcome.error.message, "no 4");
      assert.equal(outcome.error.attempt, 4);
      assert.deepEqual(attempts, [1, 2, 3, 4]);
      async function attemptsFailed(): Promise<number> {
        return (await trial.events("r")).filter((event) => event.kind === "attempt-failed").length;
      }
    },
  },
  {
    title: "E7 a backoff goes on where it was, not from its beginning",
    needs: ["crash"],
    run: async (trial) => {
      const failing = trial.agent(
        "failing",
        (_input, ctx) => (ctx.attempt === 1 ? Promise.reject(new Error("no")) : 2),
        {
          retry: { attempts: 2, delayMs: 10_000, jitter: false },
        },
      );
      const pattern = sequential("p", { steps: [failing] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.logged("attempt-failed", "failing");
      await trial.advance(6_000);
      trial.crash();
      const run = (await trial.open([pattern])).run("r");
      await trial.advance(3_999);
      assert.deepEqual(trial.ledger, ["failing"]);
      await trial.advance(1);
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: 2 });
    },
  },
  {
    title: "E7 a timer that came due while nothing ran fires at once, one that did not fires when it is due",
    needs: ["crash"],
    run: async (trial) => {
      const short = sequential("short", { steps: [delay(6_000)] });
      const long = sequential("long", { steps: [delay(100_000)] });
      const runtime = await trial.open([short, long]);
      await runtime.start(short, "s", { id: "short" });
      await runtime.start(long, "l", { id: "long" });
      await trial.until(
        async () => (await trial.events()).filter((e) => e.kind === "wait-started").length === 2,
        "both wait",
      );
      trial.crash();
      trial.clock.advance(60_000);
      const reopened = await trial.open([short, long]);
      await trial.advance(0);
      assert.deepEqual(await trial.outcome(reopened.run("short")), { status: "completed", output: "s" });
      await trial.advance(39_999);
      assert.equal((await reopened.run("long").record()).state, "waiting");
      await trial.advance(1);
      assert.deepEqual(await trial.outcome(reopened.run("long")), { status: "completed", output: "l" });
    },
  },
  {
    title: "E7 deadlines of runs, patterns and approvals count the time while nothing ran",
    needs: ["crash"],
    run: async (trial) => {
      const run = sequential("run", { steps: [approval("ok")], timeoutMs: 5_000 });
      const inner = sequential("inner", { steps: [approval("ok")], timeoutMs: 5_000 });
      const pattern = sequential("pattern", { steps: [inner] });
      const answer = sequential("answer", { steps: [approval("ok", { timeoutMs: 5_000 })] });
      const patterns = [run, pattern, answer];
      const runtime = await trial.open(patterns);
      for (const each of patterns) await runtime.start(each.name, 0, { id: each.name });
      await trial.until(
        async () => (await trial.events()).filter((e) => e.kind === "wait-started").length === 3,
        "all wait",
      );
      trial.crash();
      trial.clock.advance(5_000);
      const reopened = await trial.open(patterns);
      await trial.advance(0);
      assert.equal((await trial.outcome(reopened.run("run"))).status, "timed-out");
      for (const [id, code] of [
        ["pattern", "pattern-timed-out"],
        ["answer", "approval-timed-out"],
      ] as const) {
        const outcome = await trial.outcome(reopened.run(id));
        assert.equal(outcome.status, "failed");
        assert.equal(outcome.error.code, code);
      }
    },
  },
  {
    title: "E7 a crash during an attempt leaves its number as it was",
    needs: ["crash"],
    run: async (trial) => {
      const attempts: number[] = [];
      const agent = trial.agent(
        "agent",
        (_input, ctx) => {
          attempts.push(ctx.attempt);
          if (ctx.attempt === 1) throw new Error("no");
          if (trial.life > 1) return "done";
          trial.crash();
          return NEVER;
        },
        { retry: { attempts: 2, delayMs: 0 } },
      );
      const pattern = sequential("p", { steps: [agent] });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.until(() => trial.isDown, "attempt 2 crashes", 1);
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      assert.deepEqual(attempts, [1, 2, 2]);
    },
  },
];
