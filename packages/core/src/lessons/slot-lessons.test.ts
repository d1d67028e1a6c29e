/** Slots of agents with limited concurrency: who gives them back, and when. */
import assert from "node:assert/strict";
import { NEVER, untilAborted, type Behaviour } from "../engine/conformance/trial.ts";
import { forEach } from "../patterns/for-each.ts";
import { sequential } from "../patterns/sequential.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

/** Counts how many calls of a behaviour are under way, and the most there ever were. */
function counted(behaviour: Behaviour): { readonly behaviour: Behaviour; most(): number } {
  let inside = 0;
  let most = 0;
  return {
    most: () => most,
    behaviour: async (input, ctx) => {
      most = Math.max(most, ++inside);
      try {
        return await behaviour(input, ctx);
      } finally {
        inside--;
      }
    },
  };
}

lesson(
  "a cancelled run gives its slots back, whether it held them, waited for them or ignored the cancel",
  ["hatchet-dev/hatchet#1324", "paradigmxyz/centaur#635"],
  async (trial) => {
    const only = trial.agent(
      "only",
      (input, ctx) => (input === "heeds" ? untilAborted(input, ctx) : input === "ignores" ? NEVER : input),
      { concurrency: 1 },
    );
    const pattern = sequential("p", { steps: [only] });
    const runtime = await trial.open([pattern], { graceMs: 5_000 });
    for (const first of ["heeds", "ignores"]) {
      const held = await runtime.start(pattern, first);
      await trial.logged("attempt-started", "only", held.id);
      const queued = await runtime.start(pattern, "queued");
      const next = await runtime.start(pattern, `after one that ${first}`);
      await trial.quiet();
      await Promise.all([queued.cancel("enough"), held.cancel("enough")]);
      await trial.advance(5_000);
      assert.deepEqual(await trial.outcome(next), { status: "completed", output: `after one that ${first}` });
      assert.equal((await trial.outcome(held)).status, "cancelled");
      assert.equal((await trial.outcome(queued)).status, "cancelled");
    }
  },
);

lesson(
  "an attempt that was given up gives its slot back once, and not again when it ends after all",
  "hatchet-dev/hatchet#398",
  async (trial) => {
    const late = gate();
    const gates = new Map([["second", gate()]]);
    const working: unknown[] = [];
    const only = trial.agent(
      "only",
      async (input) => {
        if (input === "first") return late.opened;
        working.push(input);
        await gates.get(String(input))?.opened;
        return input;
      },
      { concurrency: 1 },
    );
    const pattern = sequential("p", { steps: [only] });
    const runtime = await trial.open([pattern]);
    const first = await runtime.start(pattern, "first");
    await trial.logged("attempt-started", "only", first.id);
    await first.cancel("enough");
    await trial.outcome(first);
    const second = await runtime.start(pattern, "second");
    const third = await runtime.start(pattern, "third");
    await trial.quiet();
    late.open();
    await trial.logged("attempt-ended-late", "only");
    await trial.quiet();
    assert.deepEqual(working, ["second"]);
    gates.get("second")?.open();
    await trial.outcome(second);
    await trial.outcome(third);
    assert.deepEqual(working, ["second", "third"]);
  },
);

lesson(
  "runs that share one slot all end, wherever between their steps the process crashes",
  "dbos-inc/dbos-transact-py#805",
  async (trial) => {
    const lock = (name: string) => trial.agent(name, (input) => input, { concurrency: 1 });
    const pattern = sequential("p", { steps: [lock("one"), lock("two"), lock("three")] });
    let crashes = 0;
    for (let write = 1; ; write++) {
      const ids = ["a", "b"].map((name) => `${name}${write}`);
      const ended = new Set<string>();
      const runtime = await trial.open([pattern]);
      trial.crashAtWrite(write);
      for (const id of ids) {
        const running = runtime.start(pattern, id, { id }).then((run) => run.outcome());
        trial.ask(running.then(() => ended.add(id)));
      }
      await trial.until(() => trial.isDown || ended.size === ids.length, "a crash, or both ends");
      if (!trial.isDown) break;
      crashes++;
      const reopened = await trial.open([pattern]);
      // What was not acknowledged may be lost, so its caller asks again.
      for (const id of ids) {
        const run = await reopened.start(pattern, id, { id });
        assert.deepEqual(await trial.outcome(run), { status: "completed", output: id }, `write ${write}`);
      }
      await trial.close();
    }
    assert.ok(crashes > 4, `only ${crashes} crashes`);
    trial.crashAtWrite(Infinity);
  },
);

lesson(
  "the time an attempt waits for its slot does not count towards its limits",
  "decocms/studio#5411",
  async (trial) => {
    const gates = { first: gate(), second: gate() };
    const work = async (input: unknown): Promise<unknown> => {
      await gates[input === "first" ? "first" : "second"].opened;
      return input;
    };
    const limits = { timeoutMs: 60_000, heartbeatTimeoutMs: 50_000 };
    const only = trial.agent("only", work, { concurrency: 1, ...limits });
    const pattern = sequential("p", { steps: [only] });
    const runtime = await trial.open([pattern]);
    const first = await runtime.start(pattern, "first");
    await trial.logged("attempt-started", "only");
    const second = await runtime.start(pattern, "second");
    await trial.advance(49_999);
    gates.first.open();
    assert.deepEqual(await trial.outcome(first), { status: "completed", output: "first" });
    await trial.logged("attempt-started", "only", second.id);
    // Longer than its limits, counted from its start.
    await trial.advance(49_999);
    gates.second.open();
    assert.deepEqual(await trial.outcome(second), { status: "completed", output: "second" });
  },
);

lesson(
  "a cancelled fan-out ends with all its items, begun or not, and leaves every slot free",
  "hatchet-dev/hatchet#1996",
  async (trial) => {
    const { behaviour, most } = counted((input, ctx) =>
      input === "free" ? input : untilAborted(input, ctx),
    );
    const item = trial.agent("item", behaviour, { concurrency: 3 });
    const all = forEach("all", { items: () => Array.from({ length: 40 }, (_, n) => n), step: item });
    const free = forEach("free", { items: () => ["free", "free", "free"], step: item });
    const runtime = await trial.open([all, free]);
    const run = await runtime.start(all, 0);
    await trial.until(() => trial.ledger.length === 3, "as many items begin as there are slots");
    await run.cancel("enough");
    assert.equal((await trial.outcome(run)).status, "cancelled");
    assert.equal(trial.ledger.length, 3);
    const { state, outcome } = await run.record();
    assert.deepEqual([state, outcome], ["ended", "cancelled"]);
    const next = await trial.outcome(await runtime.start(free, 0));
    assert.deepEqual(next, { status: "completed", output: ["free", "free", "free"] });
    assert.equal(most(), 3);
  },
);

lesson(
  "an attempt that timed out has ended before the next one begins",
  ["hatchet-dev/hatchet#1022", "dust-tt/dust#4272"],
  async (trial) => {
    const cleanedUp = gate();
    const { behaviour, most } = counted(async (input, ctx) => {
      if (ctx.attempt > 1) return "second";
      await Promise.allSettled([untilAborted(input, ctx)]);
      await cleanedUp.opened;
      return "too late";
    });
    const slow = trial.agent("slow", behaviour, { timeoutMs: 1_000, retry: { attempts: 2, delayMs: 0 } });
    const pattern = sequential("p", { steps: [slow] });
    const run = await (await trial.open([pattern], { graceMs: 30_000 })).start(pattern, 0);
    await trial.logged("attempt-started", "slow");
    await trial.advance(1_000);
    await trial.advance(20_000);
    assert.equal(trial.count("slow"), 1);
    cleanedUp.open();
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: "second" });
    assert.equal(most(), 1);
    assert.equal(trial.count("slow"), 2);
  },
);
