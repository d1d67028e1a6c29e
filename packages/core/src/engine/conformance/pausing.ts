/** E19: what is paused begins no attempt until it is resumed, whatever happens to the process in between. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { delegate } from "../../patterns/delegate.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { NEVER, untilAborted } from "./trial.ts";

const LONG_MS = 60_000;

export const pausing: readonly Check[] = [
  {
    title:
      "E19 a paused run ends the attempt it is at, begins no other, and goes on where it was when resumed",
    run: async (trial) => {
      let finish = (): void => {};
      const first = trial.agent("first", () => new Promise<void>((resolve) => (finish = resolve)));
      const pattern = sequential("p", { steps: [first, trial.agent("second", () => 2)] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await trial.logged("attempt-started", "first");
      await run.pause("look at it");
      finish();
      await trial.advance(LONG_MS);
      assert.equal((await run.record()).state, "paused");
      assert.deepEqual(trial.ledger, ["first"]);
      await run.resume();
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: 2 });
      assert.deepEqual(trial.ledger, ["first", "second"]);
    },
  },
  {
    title:
      "E19 a run that is paused twice and resumed once goes on; resuming what is not paused changes nothing",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok"), trial.agent("a")] });
      const run = await (await trial.open([pattern])).start(pattern, "in");
      await trial.logged("wait-started", "ok");
      await run.resume();
      await run.pause("one");
      await run.pause("two");
      const paused = (await trial.events(run.id)).filter((event) => event.kind === "run-paused");
      assert.deepEqual(
        paused.map((event) => event.reason),
        ["one"],
      );
      await run.signal("ok");
      await trial.quiet();
      assert.deepEqual(trial.ledger, []);
      await run.resume();
      assert.equal((await trial.outcome(run)).status, "completed");
      await assert.rejects(run.pause("too late"), { code: "run-ended" });
    },
  },
  {
    title:
      "E19 a paused run stays so over a crash, keeps its signals and timers, and its attempt is not made again",
    needs: ["crash"],
    run: async (trial) => {
      const steps = [
        trial.agent("lost", () => (trial.life === 1 ? NEVER : "made")),
        approval("ok"),
        delay(LONG_MS),
        trial.agent("after"),
      ] as const;
      const pattern = sequential("p", { steps });
      let run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.logged("attempt-started", "lost");
      await run.pause("maintenance");
      for (let restarts = 0; restarts < 3; restarts++) {
        trial.crash();
        run = (await trial.open([pattern])).run("r");
        await trial.advance(LONG_MS);
        assert.equal((await run.record()).state, "paused");
        assert.deepEqual(trial.ledger, ["lost"]);
      }
      await run.signal("ok");
      await run.resume();
      await trial.logged("wait-started", "delay-60000ms");
      await run.pause("again");
      await trial.advance(2 * LONG_MS);
      assert.deepEqual(trial.ledger, ["lost", "lost"]);
      await run.resume();
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "made" });
      assert.deepEqual(trial.ledger, ["lost", "lost", "after"]);
    },
  },
  {
    title: "E19 a paused run can be cancelled, and is undone at once",
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { undo: () => {} });
      const pattern = sequential("p", { steps: [first, approval("ok"), trial.agent("never")] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await trial.logged("wait-started", "ok");
      await run.pause("look");
      await run.signal("ok");
      await run.cancel("enough");
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "cancelled");
      assert.deepEqual(outcome.undone, ["first"]);
      assert.deepEqual(trial.ledger, ["first", "first/undo"]);
    },
  },
  {
    title: "E19 the deadline of a paused run goes on, and what it did is undone when that passes",
    run: async (trial) => {
      const first = trial.agent("first", () => 1, { undo: () => {} });
      const pattern = sequential("p", { timeoutMs: LONG_MS, steps: [first, approval("ok")] });
      const run = await (await trial.open([pattern])).start(pattern, 0);
      await trial.logged("wait-started", "ok");
      await run.pause("look");
      await trial.advance(LONG_MS);
      const outcome = await trial.outcome(run);
      assert.equal(outcome.status, "timed-out");
      assert.deepEqual(outcome.undone, ["first"]);
    },
  },
  {
    title: "E19 a run is paused alone: its child goes on, and what the child made is waited for",
    needs: ["crash"],
    run: async (trial) => {
      const kid = sequential("kid", { matches: { domain: "kids" }, steps: [approval("ok")] });
      const steps = [delegate({ domain: "kids" }, { name: "kid" }), trial.agent("after")] as const;
      const patterns = [sequential("parent", { steps }), kid];
      await (await trial.open(patterns)).start("parent", "in", { id: "p" });
      await trial.logged("wait-started", "ok");
      await trial.runtime.run("p").pause("look");
      trial.crash();
      const runtime = await trial.open(patterns);
      await runtime.run("p/kid").signal("ok");
      assert.equal((await trial.outcome(runtime.run("p/kid"))).status, "completed");
      await trial.advance(LONG_MS);
      assert.deepEqual(trial.ledger, []);
      await runtime.run("p").resume();
      assert.deepEqual(await trial.outcome(runtime.run("p")), { status: "completed", output: "in" });
    },
  },
  {
    title: "E19 a paused run starts no child before it is resumed",
    run: async (trial) => {
      const kid = sequential("kid", { matches: { domain: "kids" }, steps: [trial.agent("work")] });
      const parent = sequential("parent", { steps: [approval("ok"), delegate({ domain: "kids" })] });
      const runtime = await trial.open([parent, kid]);
      const run = await runtime.start(parent, "in");
      await trial.logged("wait-started", "ok");
      await run.pause("look");
      await run.signal("ok");
      await trial.advance(LONG_MS);
      assert.equal((await runtime.runs({ pattern: "kid" })).runs.length, 0);
      await run.resume();
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: "in" });
    },
  },
  {
    title:
      "E19 a paused pattern queues its new runs and holds back the others, over a crash, until it is resumed",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok"), trial.agent("a")] });
      const other = sequential("other", { steps: [trial.agent("b")] });
      const runtime = await trial.open([pattern, other]);
      const before = await runtime.start(pattern, "before", { id: "before" });
      await trial.logged("wait-started", "ok");
      await runtime.pause({ pattern: "p" }, "maintenance");
      await before.signal("ok");
      await runtime.start(pattern, "new", { id: "new" });
      trial.crash();
      const reopened = await trial.open([pattern, other]);
      await trial.advance(LONG_MS);
      assert.equal((await reopened.run("new").record()).state, "queued");
      assert.equal(reopened.paused().patterns["p"]?.reason, "maintenance");
      assert.equal((await trial.outcome(await reopened.start(other, 0))).status, "completed");
      assert.deepEqual(trial.ledger, ["b"]);
      await reopened.resume({ pattern: "p" });
      assert.equal((await trial.outcome(reopened.run("before"))).status, "completed");
      await reopened.run("new").signal("ok");
      assert.equal((await trial.outcome(reopened.run("new"))).status, "completed");
      assert.deepEqual(reopened.paused(), { patterns: {}, agents: {} });
    },
  },
  {
    title: "E19 a paused agent is held back in every run, over a crash; its undo is not, and others go on",
    needs: ["crash"],
    run: async (trial) => {
      const mail = trial.agent("mail", () => "sent", { undo: () => {} });
      const one = sequential("one", { steps: [mail] });
      const two = sequential("two", {
        steps: [mail, approval("ok"), trial.agent("other", untilAborted), trial.agent("never")],
      });
      const runtime = await trial.open([one, two]);
      const before = await runtime.start(two, 0, { id: "two" });
      await trial.logged("wait-started", "ok");
      await runtime.pause({ agent: "mail" }, "the server is down");
      await runtime.start(one, 0, { id: "one" });
      await before.signal("ok");
      await trial.logged("attempt-started", "other");
      trial.crash();
      const reopened = await trial.open([one, two]);
      await trial.advance(LONG_MS);
      assert.deepEqual(trial.ledger, ["mail", "other", "other"]);
      await reopened.run("two").cancel("enough");
      assert.equal((await trial.outcome(reopened.run("two"))).status, "cancelled");
      assert.equal(trial.count("mail/undo"), 1);
      await reopened.resume({ agent: "mail" });
      assert.deepEqual(await trial.outcome(reopened.run("one")), { status: "completed", output: "sent" });
      await assert.rejects(reopened.pause({ agent: "male" }), { code: "agent-not-found" });
    },
  },
];
