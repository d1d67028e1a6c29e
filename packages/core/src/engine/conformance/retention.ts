/** E4, E11, E12, E16 where old runs are trimmed: what leaves, what stays, and what readers and folds are told. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Fold } from "../../delegation/fold.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

const AFTER_MS = 10_000;
const RETENTION = { retention: { afterMs: AFTER_MS } };
const LOOK_MS = 1_000;

export const retention: readonly Check[] = [
  {
    title: "E4 an id is remembered for the retention time; then it is as if it had never been",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern], RETENTION);
      await trial.outcome(await runtime.start(pattern, 1, { id: "r" }));
      await trial.advance(AFTER_MS);
      await assert.rejects(runtime.start(pattern, 2, { id: "r" }), { code: "run-conflict" });
      await gone(trial, "r");
      await assert.rejects(runtime.run("r").outcome(), { code: "run-not-found" });
      assert.throws(() => runtime.events({ run: "r" }), { code: "run-not-found" });
      assert.deepEqual(await trial.events(), []);
      const again = await runtime.start(pattern, 2, { id: "r" });
      assert.deepEqual(await trial.outcome(again), { status: "completed", output: 2 });
      assert.equal(trial.count("only"), 2);
    },
  },
  {
    title: "E4 without retention every run stays",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("only")] });
      const runtime = await trial.open([pattern]);
      await trial.outcome(await runtime.start(pattern, 1, { id: "r" }));
      await trial.advance(1_000 * AFTER_MS);
      assert.equal((await runtime.runs()).runs.length, 1);
    },
  },
  {
    title: "E4 runs that have not ended, or not long ago, stay whole while others are trimmed between them",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      const runtime = await trial.open([pattern], RETENTION);
      for (let index = 0; index < 30; index++) await runtime.start(pattern, index, { id: `r${index}` });
      await trial.quiet();
      for (let index = 0; index < 30; index++) if (index % 3 === 0) await answer(trial, `r${index}`);
      await trial.advance(AFTER_MS - LOOK_MS);
      for (let index = 0; index < 30; index++) if (index % 3 === 1) await answer(trial, `r${index}`);
      const before = await trial.events();
      await gone(trial, "r27");
      const left = before.filter((event) => Number(event.run.slice(1)) % 3 > 0);
      assert.deepEqual(await trial.events(), left);
      for (const index of [2, 29]) await answer(trial, `r${index}`);
      await gone(trial, "r28");
      assert.equal((await runtime.runs()).runs.length, 10);
    },
  },
  {
    title: "E11 a position before the last trimmed event is refused with the first available one",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), trial.agent("b")] });
      const runtime = await trial.open([pattern], RETENTION);
      await trial.outcome(await runtime.start(pattern, 0, { id: "old" }));
      const last = (await trial.events()).at(-1)?.position ?? 0;
      await trial.advance(AFTER_MS / 2);
      await trial.outcome(await runtime.start(pattern, 0, { id: "young" }));
      const young = (await trial.events()).filter(({ run }) => run === "young");
      await gone(trial, "old");
      for (const from of [1, last - 1]) {
        await assert.rejects(Array.fromAsync(runtime.events({ from, follow: false })), {
          code: "log-trimmed",
          message: new RegExp(`the first available cursor is ${last}$`),
        });
      }
      for (const from of [0, last]) {
        assert.deepEqual(await Array.fromAsync(runtime.events({ from, follow: false })), young);
      }
    },
  },
  {
    title: "E11 a reader that is overtaken by trimming is told, and never given less than every event",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a")] });
      const runtime = await trial.open([pattern], RETENTION);
      for (let index = 0; index < 300; index++) {
        await trial.outcome(await runtime.start(pattern, index, { id: `r${index}` }));
      }
      const reader = runtime.events()[Symbol.asyncIterator]();
      const ofRun = runtime.run("r299").events()[Symbol.asyncIterator]();
      await reader.next();
      await ofRun.next();
      await gone(trial, "r299");
      await assert.rejects(readOut(reader), { code: "log-trimmed" });
      await readOut(ofRun);
    },
  },
  {
    title: "E11 a fold that is followed keeps what it knew of trimmed events, also across a crash",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a")] });
      const runtime = await trial.open([pattern], RETENTION);
      const reader = await runtime.engine.fold(ENDS);
      for (const id of ["a", "b"]) await trial.outcome(await runtime.start(pattern, 0, { id }));
      await gone(trial, "b");
      assert.deepEqual([reader.state(), reader.since()], [["a", "b"], 0]);
      trial.crash();
      const reopened = await trial.open([pattern]);
      const again = await reopened.engine.fold(ENDS);
      assert.deepEqual([again.state(), again.since()], [["a", "b"], 0]);
    },
  },
  {
    title:
      "E11 a fold that is new, changed or was not followed when events were trimmed says since when it knows",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a")] });
      const runtime = await trial.open([pattern]);
      await runtime.engine.fold(ENDS);
      await trial.outcome(await runtime.start(pattern, 0, { id: "a" }));
      await trial.close();
      const second = await trial.open([pattern], RETENTION);
      await trial.outcome(await second.start(pattern, 0, { id: "b" }));
      const last = (await trial.events()).at(-1)?.position ?? 0;
      await trial.advance(AFTER_MS / 2);
      await trial.outcome(await second.start(pattern, 0, { id: "c" }));
      await gone(trial, "b");
      for (const fold of [ENDS, { ...ENDS, name: "new" }]) {
        const reader = await second.engine.fold(fold);
        assert.deepEqual([reader.state(), reader.since()], [["c"], last]);
      }
      await trial.close();
      const third = await trial.open([pattern]);
      const kept = await third.engine.fold(ENDS);
      assert.deepEqual([kept.state(), kept.since()], [["c"], last]);
      const changed = await third.engine.fold({ ...ENDS, name: "new", version: 2 });
      assert.deepEqual([changed.state(), changed.since()], [["c"], last]);
    },
  },
  {
    title: "E4 a crash at any write while runs are trimmed leaves each run whole, or none of it",
    needs: ["crash-at-write"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      let runtime = await trial.open([pattern]);
      for (let index = 0; index < 40; index++) {
        await runtime.start(pattern, "x".repeat(100), { id: `r${index}` });
        if (index % 2 === 0) await answer(trial, `r${index}`);
      }
      await trial.quiet();
      const whole = Map.groupBy(await trial.events(), ({ run }) => run);
      await trial.close();
      await trial.advance(2 * AFTER_MS);
      for (let write = 1; ; write++) {
        assert.ok(write < 50, "trimming does not come to an end");
        runtime = await trial.open([pattern], RETENTION);
        trial.crashAtWrite(write);
        for (let turn = 0; turn < 20 && !trial.isDown; turn++) await trial.advance(LOOK_MS / 4);
        const done = !trial.isDown;
        if (!done) runtime = await trial.open([pattern]);
        const left = Map.groupBy(await trial.events(), ({ run }) => run);
        for (const [run, events] of left) assert.deepEqual(events, whole.get(run), `the events of ${run}`);
        for (let index = 1; index < 40; index += 2)
          assert.ok(left.has(`r${index}`), `r${index} has not ended`);
        if (done) {
          assert.ok(write > 1);
          break;
        }
        await trial.close();
      }
      assert.equal((await runtime.runs({ states: ["ended"] })).runs.length, 0);
    },
  },
  {
    title: "E12 what trimmed runs took is free for others",
    needs: ["stored-bytes"],
    run: async (trial) => {
      const agent = trial.agent("a", () => "x".repeat(900));
      const pattern = sequential("p", {
        steps: [agent, agent, agent].map((step, n) => ({ ...step, name: `a${n}` })),
      });
      const bytes: number[] = [];
      for (let life = 0; life < 4; life++) {
        const runtime = await trial.open([pattern], RETENTION);
        for (let index = 0; index < 60; index++) await trial.outcome(await runtime.start(pattern, index));
        await trial.close();
        bytes.push(trial.log.storedBytes?.() ?? 0);
        await trial.open([pattern], RETENTION);
        for (let look = 0; look < 14; look++) await trial.advance(LOOK_MS);
        assert.equal((await trial.runtime.runs()).runs.length, 0);
        await trial.close();
      }
      const [first = 0, ...later] = bytes;
      for (const size of later) assert.ok(size < 1.2 * first, `${size} bytes, after ${first} at first`);
    },
  },
];

const ENDS: Fold<string[]> = {
  name: "ends",
  version: 1,
  initial: () => [],
  apply: (state, event) => (event.kind === "run-ended" ? [...state, event.run] : state),
};

async function answer(trial: Trial, run: string): Promise<void> {
  await trial.runtime.run(run).signal("ok");
  await trial.outcome(trial.runtime.run(run));
}

/** Waits until the run was trimmed. */
async function gone(trial: Trial, run: string): Promise<void> {
  const isGone = async (): Promise<boolean> => (await trial.runtime.engine.find(run)) === undefined;
  await trial.until(isGone, `run '${run}' is trimmed`, LOOK_MS / 10);
  await trial.quiet();
}

async function readOut(reader: AsyncIterator<Event>): Promise<void> {
  while (!(await reader.next()).done);
}
