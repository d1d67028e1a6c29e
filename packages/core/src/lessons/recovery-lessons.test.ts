/** Recovery: runs whose process ended under them. */
import assert from "node:assert/strict";
import { ReeveError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { delay } from "../patterns/delay.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { NEVER } from "../engine/conformance/trial.ts";
import type { RunHandle } from "../run-handle.ts";
import { gate, lesson } from "./fixtures/lesson.ts";

lesson(
  "runs whose storage refuses while they are recovered go on once it accepts again",
  ["dbos-inc/dbos-transact-py#716", "dbos-inc/dbos-transact-py#139"],
  async (trial, storage) => {
    const lost = trial.agent("lost", (input) => (trial.life > 1 ? input : NEVER));
    const working = sequential("working", { steps: [lost, trial.agent("next")] });
    const resting = sequential("resting", { steps: [delay(1_000), trial.agent("next")] });
    const runtime = await trial.open([working, resting]);
    const ids = Array.from({ length: 40 }, (_, index) => `r${index}`);
    for (const [index, id] of ids.entries())
      await runtime.start(index % 2 === 0 ? working : resting, id, { id });
    await trial.until(() => trial.count("lost") === ids.length / 2, "every attempt begins");
    trial.crash();
    storage.failure = new ReeveError("storage-unavailable", "the disk is full", { retryable: true });
    const reopened = await trial.open([working, resting]);
    for (let second = 0; second < 5; second++) await trial.advance(1_000);
    assert.equal(trial.count("next"), 0);
    assert.equal(trial.count("lost"), ids.length / 2, "nothing begins that is not in the log");
    storage.failure = undefined;
    await trial.advance(1_000);
    for (const id of ids)
      assert.deepEqual(await trial.outcome(reopened.run(id)), { status: "completed", output: id });
    assert.equal(trial.count("next"), ids.length);
    assert.match(trial.problems[0] ?? "", /writing to the log fails/);
    trial.problems.length = 0;
  },
);

lesson(
  "runs that had ended are left alone by every later start",
  "dbos-inc/dbos-transact-ts#706",
  async (trial) => {
    const failing = trial.agent("failing", () => Promise.reject(new Error("no")));
    const good = sequential("good", { steps: [trial.agent("a", () => 1), trial.agent("b")] });
    const bad = sequential("bad", { steps: [trial.agent("a", () => 1, { undo: () => {} }), failing] });
    const asked = sequential("asked", { steps: [approval("ok")] });
    const patterns = [good, bad, asked];
    const runtime = await trial.open(patterns);
    for (const pattern of patterns) await runtime.start(pattern.name, 0, { id: pattern.name });
    await runtime.run("asked").cancel("enough");
    for (const { name } of patterns) await trial.outcome(runtime.run(name));
    const before = await trial.events();
    const ledger = [...trial.ledger];
    const walks = trial.walks.length;
    for (const end of ["crash", "close", "crash"] as const) {
      if (end === "crash") trial.crash();
      else await trial.close();
      await trial.open(patterns);
      await trial.advance(10_000);
      assert.deepEqual(await trial.events(), before);
    }
    assert.deepEqual(trial.ledger, ledger);
    assert.equal(trial.walks.length, walks);
  },
);

lesson(
  "what an attempt returns after its runtime was closed and opened again is not taken for the new attempt's result",
  "hatchet-dev/hatchet#552",
  async (trial) => {
    const old = gate<string>();
    const fresh = gate<string>();
    const keys: string[] = [];
    const slow = trial.agent("slow", (_input, ctx) => {
      keys.push(ctx.idempotencyKey);
      return trial.life === 1 ? old.opened : fresh.opened;
    });
    const pattern = sequential("p", { steps: [slow, trial.agent("next")] });
    await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-started", "slow");
    await trial.close();
    const run = (await trial.open([pattern])).run("r");
    await trial.until(() => trial.count("slow") === 2, "the attempt is made again");
    old.open("old");
    await trial.quiet();
    assert.equal(trial.count("next"), 0);
    fresh.open("fresh");
    assert.deepEqual(await trial.outcome(run), { status: "completed", output: "fresh" });
    assert.equal(new Set(keys).size, 1);
  },
);

lesson(
  "a step that fails and crashes in turn is called at most attempts + recoveriesMax times",
  ["dbos-inc/dbos-transact-ts#683", "vectorize-io/hindsight#2675"],
  async (trial) => {
    const attempts: number[] = [];
    const flaky = trial.agent(
      "flaky",
      (_input, ctx) => {
        attempts.push(ctx.attempt);
        if (attempts.length % 2 === 1) throw new Error(`failure ${attempts.length}`);
        trial.crash();
        return NEVER;
      },
      { retry: { attempts: 3, delayMs: 1_000, jitter: false } },
    );
    const pattern = sequential("p", { steps: [flaky] });
    await (await trial.open([pattern], { recoveriesMax: 4 })).start(pattern, 0, { id: "r" });
    for (let life = 1; life <= 2; life++) {
      await trial.until(() => trial.isDown, "the step crashes its process", 100);
      await trial.open([pattern], { recoveriesMax: 4 });
    }
    const outcome = await trial.within(trial.runtime.run("r").outcome(), "the run ends", 100);
    assert(outcome.status === "failed");
    assert.deepEqual([outcome.error.message, outcome.error.attempt], ["failure 5", 3]);
    assert.deepEqual(attempts, [1, 2, 2, 3, 3]);
  },
);

lesson(
  "time that was waited for is not begun anew by any restart",
  ["dbos-inc/dbos-transact-py#346", "dbos-inc/dbos-transact-ts#451", "camunda/camunda#1800"],
  async (trial) => {
    const MINUTE_MS = 60_000;
    const patterns = [
      sequential("deadline", { timeoutMs: MINUTE_MS, steps: [approval("ok")] }),
      sequential("answer", { steps: [approval("ok", { timeoutMs: MINUTE_MS })] }),
      sequential("rest", { steps: [delay(MINUTE_MS)] }),
      sequential("inner", {
        steps: [sequential("limited", { timeoutMs: MINUTE_MS, steps: [approval("ok")] })],
      }),
    ];
    const runtime = await trial.open(patterns);
    for (const { name } of patterns) await runtime.start(name, 0, { id: name });
    await trial.quiet();
    for (let restart = 0; restart < 5; restart++) {
      await trial.advance(11_000);
      trial.crash();
      await trial.open(patterns);
      await trial.quiet();
    }
    await trial.advance(4_999);
    for (const { name } of patterns)
      assert.equal((await trial.runtime.run(name).record()).state, "waiting", name);
    await trial.advance(1);
    for (const [id, status] of [
      ["deadline", "timed-out"],
      ["answer", "failed"],
      ["rest", "completed"],
      ["inner", "failed"],
    ] as const)
      assert.equal((await trial.outcome(trial.runtime.run(id))).status, status, id);
  },
);

lesson(
  "every retry is made, also of runs that were dropped from memory or crashed while they backed off",
  "vercel/workflow#1806",
  async (trial) => {
    const RUNS = 60;
    const attempts = new Map<string, number[]>();
    const flaky = trial.agent(
      "flaky",
      (input, ctx) => {
        const made = attempts.get(ctx.runId) ?? [];
        attempts.set(ctx.runId, [...made, ctx.attempt]);
        if (ctx.attempt < 4) throw new Error("rate limited");
        return input;
      },
      { retry: { attempts: 4, delayMs: 1_000, factor: 3 } },
    );
    const pattern = sequential("p", { steps: [flaky] });
    const runtime = await trial.open([pattern]);
    const ids = Array.from({ length: RUNS }, (_, index) => `r${index}`);
    for (const id of ids) {
      await runtime.start(pattern, id, { id });
      trial.clock.advance(50);
    }
    for (let second = 1; second <= 40; second++) {
      await trial.advance(1_000);
      if (second !== 7) continue;
      trial.crash();
      await trial.open([pattern]);
      await trial.quiet();
    }
    for (const id of ids)
      assert.deepEqual(await trial.outcome(trial.runtime.run(id)), { status: "completed", output: id });
    assert.deepEqual(new Set([...attempts.values()].map(String)), new Set(["1,2,3,4"]));
  },
);

lesson(
  "of parallel branches that wait and go on one by one, each step executes once",
  ["inngest/inngest#4897", "inngest/inngest#2775"],
  async (trial) => {
    const names = ["a", "b", "c", "d"] as const;
    const branch = (name: string) =>
      sequential(name, { steps: [trial.agent("before"), approval("ok"), trial.agent("after")] });
    const pattern = parallel("p", {
      tasks: { a: branch("a"), b: branch("b"), c: branch("c"), d: branch("d") },
      needs: { d: ["a"] },
    });
    let run: RunHandle = await (await trial.open([pattern])).start(pattern, "in", { id: "r" });
    for (const [index, name] of names.entries()) {
      await trial.logged("wait-started", `${name}/ok`);
      await trial.advance(10_000);
      if (index === 1) {
        trial.crash();
        run = (await trial.open([pattern])).run("r");
      }
      await run.signal(`${name}/ok`, "yes");
      await trial.logged("step-completed", `${name}/after`);
    }
    assert.equal((await trial.outcome(run)).status, "completed");
    const expected = names.flatMap((name) => [`${name}/after`, `${name}/before`]);
    assert.deepEqual(trial.ledger.toSorted(), expected);
    assert.ok(trial.walks.length > names.length, "the run was dropped from memory between the signals");
  },
);

lesson(
  "wherever its last moments are cut off, a run has ended in every view of it or in none",
  "inngest/inngest#2531",
  async (trial) => {
    const pattern = sequential("p", { steps: [trial.agent("one"), trial.agent("two")] });
    for (let write = 1; ; write++) {
      const id = `r${write}`;
      const runtime = await trial.open([pattern]);
      let ended = false;
      trial.crashAtWrite(write);
      trial.ask(
        runtime
          .start(pattern, id, { id })
          .then((run) => run.outcome())
          .then(() => (ended = true)),
      );
      await trial.until(() => trial.isDown || ended, "a crash, or the end");
      if (!trial.isDown) break;
      // Without the pattern nothing goes on, so the log is seen as the crash left it.
      const reader = await trial.open([]);
      await trial.quiet();
      const events = (await trial.events()).filter((event) => event.run === id);
      const { runs } = await reader.runs({ limit: 1_000 });
      const listed = runs.find((run) => run.id === id);
      const isOver = events.some((event) => event.kind === "run-ended");
      assert.equal(listed?.state === "ended", isOver, `write ${write}`);
      assert.equal(listed?.outcome !== undefined, isOver, `write ${write}`);
      await trial.close();
      const run = await (await trial.open([pattern])).start(pattern, id, { id });
      assert.deepEqual(await trial.outcome(run), { status: "completed", output: id });
      await run.cancel("too late");
      assert.equal((await run.record()).outcome, "completed");
      await trial.close();
    }
    trial.crashAtWrite(Infinity);
    const unfinished = await trial.runtime.runs({ states: ["queued", "running", "waiting", "stranded"] });
    assert.deepEqual(unfinished.runs, []);
  },
);
