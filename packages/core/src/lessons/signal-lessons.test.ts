/** Signals and ids: what is sent, and what is asked for twice. */
import assert from "node:assert/strict";
import { ReeveError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { NEVER } from "../engine/conformance/trial.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

/** An approval whose output is the answer. */
const ask = (name: string) => approval(name, { merge: (_input: unknown, answer: unknown) => answer });

lesson(
  "a signal sent in the same moment as its run's start is received, whatever the run does first",
  ["inngest/inngest#1433", "mercury/hs-temporal-sdk#280", "coinbase/temporal-ruby#267"],
  async (trial) => {
    const answeredAll = gate();
    const first = trial.agent("first", (input) => (input === "slow" ? answeredAll.opened : input));
    const pattern = sequential("p", { steps: [first, ask("ok")] });
    const runtime = await trial.open([pattern]);
    const answered = Array.from({ length: 50 }, async (_, index) => {
      const run = await runtime.start(pattern, index % 2 === 0 ? "slow" : "fast");
      await run.signal("ok", index);
      return run;
    });
    const runs = await Promise.all(answered);
    answeredAll.open();
    for (const [index, run] of runs.entries())
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: index });
  },
);

lesson(
  "signals that come in one moment, the later step's first, are each kept for their own step",
  ["temporalio/sdk-dotnet#427", "coinbase/temporal-ruby#258"],
  async (trial) => {
    const seen: unknown[] = [];
    const note = (name: string) => trial.agent(name, (input) => void seen.push(input));
    const pattern = sequential("p", {
      steps: [ask("one"), note("after-one"), ask("two"), note("after-two"), ask("three")],
    });
    let run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("wait-started", "one");
    await Promise.all([run.signal("three", 3), run.signal("two", 2), run.signal("one", 1)]);
    trial.crash();
    run = (await trial.open([pattern])).run("r");
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: 3 });
    assert.deepEqual(new Set(seen), new Set([1, 2]));
  },
);

lesson(
  "a run goes on with the answer that was acknowledged first, wherever a crash falls and whatever is sent later",
  "dbos-inc/dbos-transact-ts#1206",
  async (trial) => {
    const acted: unknown[] = [];
    const act = trial.agent("act", (input) => {
      acted.push(input);
      return input;
    });
    const pattern = sequential("p", { steps: [ask("ok"), act] });
    for (let write = 1; ; write++) {
      const id = `r${write}`;
      acted.length = 0;
      const run = await (await trial.open([pattern])).start(pattern, 0, { id });
      await trial.logged("wait-started", "ok", id);
      trial.crashAtWrite(write);
      let acknowledged = false;
      let ended = false;
      trial.ask(run.signal("ok", "first", { key: "1" }).then(() => (acknowledged = true)));
      trial.ask(run.outcome().then(() => (ended = true)));
      await trial.until(() => trial.isDown || ended, "a crash, or the end");
      if (!trial.isDown) break;
      const reopened = (await trial.open([pattern])).run(id);
      // Refused where the first answer has brought the run to its end by now.
      await reopened.signal("ok", "second", { key: "2" }).catch((error: unknown) => {
        assert(error instanceof ReeveError && error.code === "run-ended");
      });
      const outcome = await trial.outcome(reopened);
      assert(outcome.status === "completed");
      if (acknowledged) assert.equal(outcome.output, "first");
      assert.deepEqual(new Set(acted), new Set([outcome.output]), `write ${write}`);
      await trial.close();
    }
    trial.crashAtWrite(Infinity);
  },
);

lesson(
  "a callback that can't take the answer fails its step, and says so",
  "cgreeno/temporalex#73",
  async (trial) => {
    const merge = (_input: unknown, answer: unknown): unknown => {
      if (answer !== "settled") throw new RangeError(`no clause for ${String(answer)}`);
      return answer;
    };
    const pattern = sequential("p", { steps: [approval("payment", { merge }), trial.agent("after")] });
    const run = await (await trial.open([pattern])).start(pattern, 0);
    await run.signal("payment", "chargeback");
    const outcome = await trial.outcome(run);
    assert(outcome.status === "failed");
    const { name, message, path } = outcome.error;
    assert.deepEqual([name, message, path], ["RangeError", "no clause for chargeback", "payment"]);
    assert.deepEqual(trial.ledger, []);
  },
);

lesson(
  "a signal that nobody can ever receive is an error for who sends it",
  "inngest/inngest#1814",
  async (trial) => {
    const pattern = sequential("p", { steps: [ask("ok")] });
    const runtime = await trial.open([pattern]);
    const run = await runtime.start(pattern, 0);
    await assert.rejects(run.signal("okay", 1), { code: "signal-unknown" });
    await assert.rejects(runtime.run("nobody").signal("ok", 1), { code: "run-not-found" });
    await run.signal("ok", 1);
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: 1 });
  },
);

lesson(
  "starts with one id at once execute once, and everybody is told the one outcome",
  ["dbos-inc/dbos-transact-py#544", "dbos-inc/dbos-transact-java#226", "restatedev/restate#5128"],
  async (trial) => {
    const pattern = sequential("p", { steps: [trial.agent("work", () => trial.ledger.length)] });
    const runtime = await trial.open([pattern]);
    const started = Array.from({ length: 20 }, () => runtime.start(pattern, { n: 1 }, { id: "order-1" }));
    for (const run of await Promise.all(started))
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: 1 });
    trial.crash();
    const again = await (await trial.open([pattern])).start(pattern, { n: 1 }, { id: "order-1" });
    assert.deepEqual(await trial.outcome(again), { status: "completed", output: 1 });
    assert.deepEqual(trial.ledger, ["work"]);
  },
);

lesson(
  "a start refused for an id that another run has does not keep that run from being recovered",
  "dbos-inc/dbos-transact-ts#725",
  async (trial) => {
    const work = trial.agent("work", (input) => (trial.life > 1 ? input : NEVER));
    const long = sequential("long", { steps: [work] });
    const other = sequential("other", { steps: [trial.agent("trigger")] });
    const runtime = await trial.open([long, other]);
    await runtime.start(long, "first", { id: "task-1" });
    await trial.logged("attempt-started", "work");
    await assert.rejects(runtime.start(other, "second", { id: "task-1" }), { code: "run-conflict" });
    trial.crash();
    const run = (await trial.open([long, other])).run("task-1");
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: "first" });
    assert.deepEqual(trial.ledger, ["work", "work"]);
  },
);
