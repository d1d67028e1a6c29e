/** E18: runs made of other runs. What was not undone is taken over, the rest is made anew, and the old run stays. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { RunHandle } from "../../run-handle.ts";
import type { Check } from "./check.ts";
import { untilAborted, type Trial } from "./trial.ts";

const LONG_MS = 60_000;

export const forks: readonly Check[] = [
  {
    title: "E18 a retry takes over what was completed, and makes what failed anew",
    run: async (trial) => {
      let works = false;
      const flaky = trial.agent("flaky", (input) => (works ? input : Promise.reject(new Error("down"))));
      const pattern = sequential("p", {
        steps: [
          trial.agent("costly", () => ["made"]),
          delay(LONG_MS, { name: "rest" }),
          flaky,
          trial.agent("after"),
        ],
      });
      const run = await (await trial.open([pattern])).start(pattern, ["in"], { id: "old" });
      await trial.logged("wait-started");
      await trial.advance(LONG_MS);
      const before = await trial.outcome(run);
      assert.equal(before.status, "failed");
      const events = await trial.events("old");
      works = true;
      const again = await run.retry({ id: "new" });
      assert.deepEqual(await trial.outcome(again), { status: "completed", output: ["made"] });
      assert.deepEqual(trial.ledger, ["costly", "flaky", "flaky", "after"]);
      const { origin } = await again.record();
      assert.deepEqual([origin?.forkedFrom?.run, origin?.forkedFrom?.from], ["old", undefined]);
      assert.deepEqual(takenOver(await trial.events("new")), ["costly", "rest"]);
      assert.deepEqual(await run.outcome(), before);
      assert.deepEqual(await trial.events("old"), events);
    },
  },
  {
    title: "E18 what was undone is executed again, under a new idempotency key",
    run: async (trial) => {
      const keys: (readonly [string, string])[] = [];
      let works = false;
      const noting = (name: string) =>
        trial.agent(name, (_input, ctx) => void keys.push([ctx.path, ctx.idempotencyKey]), {
          undo: (_output, ctx) => void keys.push([ctx.path, ctx.idempotencyKey]),
        });
      const failing = trial.agent("failing", () => (works ? 1 : Promise.reject(new Error("no"))));
      const pattern = sequential("p", {
        steps: [trial.agent("plain"), noting("a"), noting("b"), failing],
      });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "old" });
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "rolled-back");
      works = true;
      const again = await run.retry();
      assert.equal((await trial.outcome(again)).status, "completed");
      assert.deepEqual(
        keys.map(([path]) => path),
        ["a", "b", "b/undo", "a/undo", "a", "b"],
      );
      assert.equal(new Set(keys.map(([, key]) => key)).size, keys.length);
      assert.equal(trial.count("plain"), 1);
      assert.deepEqual(await run.outcome(), outcome);
    },
  },
  {
    title: "E18 a run that was cancelled, or timed out, can be retried; one that has not ended is refused",
    run: async (trial) => {
      let waits = true;
      const slow = trial.agent("slow", (input, ctx) => (waits ? untilAborted(input, ctx) : input));
      const pattern = sequential("p", { timeoutMs: LONG_MS, steps: [trial.agent("first"), slow] });
      const runtime = await trial.open([pattern]);
      const late = await runtime.start(pattern, "late", { id: "late" });
      const cancelled = await runtime.start(pattern, "cancelled", { id: "cancelled" });
      await trial.logged("attempt-started", "slow", "cancelled");
      await assert.rejects(cancelled.retry(), { code: "run-not-ended" });
      await cancelled.cancel("enough");
      await trial.outcome(cancelled);
      await trial.advance(LONG_MS);
      assert.equal((await trial.outcome(late)).status, "timed-out");
      waits = false;
      for (const run of [late, cancelled])
        assert.deepEqual(await trial.outcome(await run.retry()), { status: "completed", output: run.id });
      assert.equal(trial.count("first"), 2);
    },
  },
  {
    title: "E18 a fork from a step gives it another input, or takes another output for it",
    run: async (trial) => {
      const add = (name: string) => trial.agent(name, (input) => `${String(input)} ${name}`);
      const pattern = sequential("p", { steps: [add("a"), add("b"), add("c")] });
      const run = await (await trial.open([pattern])).start(pattern, "in");
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "in a b c" });
      const cases: readonly (readonly [Parameters<RunHandle["fork"]>[0], string, readonly string[]])[] = [
        [{ from: "b" }, "in a b c", ["b", "c"]],
        [{ from: "b", input: "X" }, "X b c", ["b", "c"]],
        [{ from: "b", output: "Y" }, "Y c", ["c"]],
        [{ from: "a", input: "X" }, "X a b c", ["a", "b", "c"]],
        [{ from: "c", output: "Z" }, "Z", []],
        [{}, "in a b c", ["a", "b", "c"]],
        [{ input: "new" }, "new a b c", ["a", "b", "c"]],
      ];
      for (const [options, output, executed] of cases) {
        trial.ledger.length = 0;
        const fork = await run.fork(options);
        assert.deepEqual(await trial.outcome(fork), { status: "completed", output });
        assert.deepEqual(trial.ledger, executed);
        const { origin } = await fork.record();
        assert.deepEqual([origin?.forkedFrom?.run, origin?.forkedFrom?.from], [run.id, options.from ?? ""]);
      }
      assert.deepEqual(await run.outcome(), { status: "completed", output: "in a b c" });
    },
  },
  {
    title: "E18 a fork of a fork takes over what the first run did, and what its fork did",
    run: async (trial) => {
      const add = (name: string) => trial.agent(name, (input) => `${String(input)} ${name}`);
      const pattern = sequential("p", { steps: [add("a"), add("b"), add("c")] });
      const first = await (await trial.open([pattern])).start(pattern, "in", { id: "1" });
      await trial.outcome(first);
      const second = await first.fork({ from: "b", input: "X", id: "2" });
      await trial.outcome(second);
      trial.ledger.length = 0;
      const third = await second.fork({ from: "c", id: "3" });
      assert.deepEqual(await trial.outcome(third), { status: "completed", output: "X b c" });
      assert.deepEqual(trial.ledger, ["c"]);
      assert.deepEqual(takenOver(await trial.events("3")), ["a", "b"]);
      const fourth = await third.fork({ from: "b", id: "4" });
      assert.deepEqual(await trial.outcome(fourth), { status: "completed", output: "in a b c" });
    },
  },
  {
    title: "E18 a run that has not ended is forked as it is, and both go on side by side",
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [
          trial.agent("a", () => "a"),
          approval("ok", { merge: (_input: unknown, answer: unknown) => answer }),
          trial.agent("b"),
        ],
      });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "old" });
      await trial.logged("wait-started", "ok");
      const fork = await run.fork({ from: "ok" });
      await fork.signal("ok", "theirs");
      assert.deepEqual(await trial.outcome(fork), { status: "completed", output: "theirs" });
      assert.equal((await run.record()).state, "waiting");
      await run.signal("ok", "mine");
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "mine" });
      assert.deepEqual(trial.ledger, ["a", "b", "b"]);
    },
  },
  {
    title: "E18 a run that is made of another one undoes what it took over, when it fails itself",
    run: async (trial) => {
      const undo = (): void => {};
      const pattern = sequential("p", {
        steps: [
          trial.agent("a", () => 1, { undo }),
          trial.agent("b", (_input, ctx) =>
            ctx.runId === "old" ? "fine" : Promise.reject(new Error("not this time")),
          ),
        ],
      });
      const run = await (await trial.open([pattern])).start(pattern, 0, { id: "old" });
      await trial.outcome(run);
      const outcome = await trial.outcome(await run.fork({ from: "b" }));
      assert(outcome.status === "rolled-back");
      assert.deepEqual(outcome.undone, ["a"]);
      assert.deepEqual(await run.outcome(), { status: "completed", output: "fine" });
      assert.deepEqual(trial.ledger, ["a", "b", "b", "a/undo"]);
    },
  },
  {
    title: "E18 one id is one fork, and a step the run does not have is refused with what it has",
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [trial.agent("a"), approval("ok"), trial.agent("b")],
      });
      const run = await (await trial.open([pattern])).start(pattern, "in");
      await trial.logged("wait-started", "ok");
      const twice = await Promise.all([run.fork({ from: "a", id: "f" }), run.fork({ from: "a", id: "f" })]);
      await trial.logged("wait-started", "ok", "f");
      assert.deepEqual(
        twice.map((handle) => handle.id),
        ["f", "f"],
      );
      assert.equal(trial.count("a"), 2);
      for (const other of [{ from: "ok" }, { from: "a", input: "X" }, { from: "a", output: "Y" }])
        await assert.rejects(run.fork({ ...other, id: "f" }), { code: "run-conflict" });
      for (const [options, message] of [
        [{ from: "aa" }, /no step 'aa'/],
        [{ from: "b" }, /has not begun/],
        [{ from: "a", input: 1, output: 2 }, /both/],
        [{ from: "ok", output: 1 }, /approval/],
      ] as const)
        await assert.rejects(run.fork(options), { code: "option-invalid", message });
      await run.cancel();
      await runToEnd(trial, twice[0]);
    },
  },
];

async function runToEnd(trial: Trial, run: RunHandle | undefined): Promise<void> {
  assert(run);
  await run.signal("ok");
  assert.equal((await trial.outcome(run)).status, "completed");
}

/** The steps and waits whose results were taken over. */
function takenOver(events: readonly Event[]): readonly string[] {
  const copied = events.filter((event) => "copied" in event && event.copied);
  return copied.flatMap((event) => (event.path === undefined ? [] : [event.path]));
}
