/** E15: one process owns the log and executes; others read, and ask it to start, cancel and signal. */
import assert from "node:assert/strict";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import type { GuestProcess } from "./log-under-test.ts";
import { sharedPattern } from "./serve-guest.ts";
import type { Trial } from "./trial.ts";

/** The owner must have seen a request by then. */
const SEEN_WITHIN_MS = 200;
/** More than any engine is likely to take at once. */
const REQUESTS = 250;

export const guests: readonly Check[] = [
  {
    title: "E15 a guest reads runs, events and outcomes, and executes nothing",
    needs: ["file"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok"), trial.agent("work")] });
      const runtime = await trial.open([pattern]);
      const run = await runtime.start(pattern, "in");
      await trial.logged("wait-started", "ok");
      const guest = await trial.openGuest([pattern]);
      assert.equal(runtime.engine.role, "owner");
      assert.equal(guest.engine.role, "guest");
      assert.equal(guest.engine.logId, runtime.engine.logId);
      const following = Array.fromAsync(guest.run(run.id).events());
      const told = guest.run(run.id).outcome();
      await run.signal("ok");
      const outcome = await trial.within(told, "the guest is told the outcome", 50);
      assert.deepEqual(outcome, { status: "completed", output: "in" });
      const events = await trial.within(following, "the guest's reader ends", 50);
      assert.deepEqual(events, await trial.events(run.id));
      assert.deepEqual((await guest.runs()).runs, (await runtime.runs()).runs);
      assert.deepEqual(trial.ledger, ["work"]);
    },
  },
  {
    title: `E15 the owner sees a guest's start, signal and cancel within ${SEEN_WITHIN_MS} ms`,
    needs: ["file"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok"), trial.agent("work")] });
      await trial.open([pattern]);
      const guest = await trial.openGuest([pattern]);
      const starts = ["one", "two"].map((id) => guest.start(pattern, id, { id }));
      // A start is answered once the owner has taken it, so it is put into the inbox first.
      await trial.quiet();
      await trial.advance(SEEN_WITHIN_MS);
      assert.equal((await trial.runtime.runs()).runs.length, 2);
      const [one, two] = await trial.within(Promise.all(starts), "the guest is told of its starts", 50);
      await one?.signal("ok");
      await two?.cancel("enough");
      await trial.advance(SEEN_WITHIN_MS);
      await one?.feedback(0.25, { note: "late" });
      await trial.advance(SEEN_WITHIN_MS);
      assert.partialDeepStrictEqual((await trial.events("one")).at(-1), {
        kind: "feedback-given",
        score: 0.25,
        before: 1,
        note: "late",
      });
      assert.deepEqual(await trial.outcome(trial.runtime.run("one")), { status: "completed", output: "one" });
      assert.equal((await trial.outcome(trial.runtime.run("two"))).status, "cancelled");
      assert.deepEqual(trial.ledger, ["work"]);
    },
  },
  {
    title: "E15 another process starts, signals and cancels runs, which this one executes once",
    needs: ["file"],
    run: async (trial) => {
      const worked: unknown[] = [];
      const pattern = sharedPattern((input) => worked.push(input));
      await trial.open([pattern], { time: "machine" });
      await withGuest(trial, async (guest) => {
        assert.equal(await guest.ask({ ask: "start", run: "one", input: "1" }), "one");
        assert.equal(await guest.ask({ ask: "start", run: "two", input: "2" }), "two");
        await guest.ask({ ask: "signal", run: "one", answer: "yes" });
        await guest.ask({ ask: "cancel", run: "two", reason: "enough" });
        assert.deepEqual(await guest.ask({ ask: "outcome", run: "one" }), { status: "completed", output: 1 });
        const cancelled = await guest.ask({ ask: "outcome", run: "two" });
        assert.partialDeepStrictEqual(cancelled, { status: "cancelled", reason: "enough" });
      });
      assert.deepEqual(worked, ["1"]);
      assert.deepEqual(await trial.runtime.run("one").outcome(), { status: "completed", output: 1 });
    },
  },
  {
    title: "E15 what another process asked for while no owner was there is done at the owner's next start",
    needs: ["file"],
    run: async (trial) => {
      const worked: unknown[] = [];
      const pattern = sharedPattern((input) => worked.push(input));
      await (await trial.open([pattern], { time: "machine" })).start(pattern.name, "old", { id: "old" });
      await withGuest(trial, async (guest) => {
        await trial.close();
        await guest.ask({ ask: "signal", run: "old", answer: "yes" });
        await trial.open([pattern], { time: "machine" });
        assert.equal((await trial.runtime.run("old").outcome()).status, "completed");
        await trial.close();
        const asked = guest.ask({ ask: "start", run: "new", input: "new" });
        // Answered after the start was put, which waits for an owner.
        await guest.ask({ ask: "outcome", run: "old" });
        await trial.open([pattern], { time: "machine" });
        assert.equal(await asked, "new");
        await guest.ask({ ask: "signal", run: "new", answer: "yes" });
        assert.equal((await trial.runtime.run("new").outcome()).status, "completed");
      });
      assert.deepEqual(worked, ["old", "new"]);
    },
  },
  {
    title: "E15 a request is taken once, also when the owner crashes after it",
    needs: ["file", "crash"],
    run: async (trial) => {
      const pattern = sequential("p", {
        steps: [approval("ok"), trial.agent("work", trial.crashing("done"))],
      });
      await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
      await trial.logged("wait-started", "ok");
      const guest = await trial.openGuest([pattern]);
      await guest.run("r").signal("ok", "yes");
      await trial.until(() => trial.isDown, "the signal's step crashes the owner", 50);
      await trial.within(guest.close(), "the guest closes", 50);
      const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
      assert.deepEqual(outcome, { status: "completed", output: "done" });
      await trial.advance(SEEN_WITHIN_MS);
      assert.equal((await trial.events("r")).filter((event) => event.kind === "signal-sent").length, 1);
    },
  },
  {
    title: `E15 the owner takes ${REQUESTS} requests that came at once, each once`,
    needs: ["file"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("work")] });
      await trial.open([pattern]);
      const guest = await trial.openGuest([pattern]);
      const inputs = Array.from({ length: REQUESTS }, (_, index) => index);
      const starts = inputs.map((input) => guest.start(pattern, input, { id: `r${input}` }));
      await trial.within(Promise.all(starts), "the guest is told of its starts", 50);
      for (const input of inputs) {
        const outcome = await trial.outcome(trial.runtime.run(`r${input}`));
        assert.deepEqual(outcome, { status: "completed", output: input });
      }
      assert.equal(trial.ledger.length, REQUESTS);
    },
  },
  {
    title: "E15 a request that can't be met is told of, and those after it are met",
    needs: ["file"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [approval("ok")] });
      const runtime = await trial.open([pattern]);
      await runtime.start(pattern, 0, { id: "r" });
      const guest = await trial.openGuest([pattern]);
      await assert.rejects(guest.run("nobody").cancel(), { code: "run-not-found" });
      await assert.rejects(guest.run("r").signal("nothing"), { code: "signal-unknown" });
      await guest.run("r").signal("ok");
      await trial.advance(SEEN_WITHIN_MS);
      assert.equal((await trial.outcome(runtime.run("r"))).status, "completed");
    },
  },
];

async function withGuest(trial: Trial, use: (guest: GuestProcess) => Promise<void>): Promise<void> {
  const guest = trial.log.forkGuest?.();
  assert(guest, "the log has no guests");
  try {
    await use(guest);
  } finally {
    await guest.end();
  }
}
