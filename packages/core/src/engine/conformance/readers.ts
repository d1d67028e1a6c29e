/** E11: a reader that starts at a position sees every later event once, in order. */
import assert from "node:assert/strict";
import type { Event } from "../../delegation/event.ts";
import { approval } from "../../patterns/approval.ts";
import { forEach } from "../../patterns/for-each.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import { assertSound } from "./sound-log.ts";
import type { Trial } from "./trial.ts";

/** More events than a page of any engine is likely to hold. */
const ITEMS = 700;

export const readers: readonly Check[] = [
  {
    title: "E11 readers that follow the log see every event once and in order, whenever they began",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), trial.agent("b"), approval("ok")] });
      const runtime = await trial.open([pattern]);
      const stop = new AbortController();
      const readings: { readonly from: number; readonly seen: Event[] }[] = [];
      const reading: Promise<void>[] = [];
      let from = 0;
      for (let index = 0; index < 20; index++) {
        const seen: Event[] = [];
        readings.push({ from, seen });
        reading.push(collect(runtime.events({ from, signal: stop.signal }), seen));
        const run = await runtime.start(pattern, index);
        if (index % 2 === 0) await run.signal("ok");
        from = (await trial.events()).at(-1)?.position ?? 0;
      }
      await trial.quiet();
      const all = await trial.events();
      assertSound(all);
      await trial.until(
        () => readings.every(({ seen }) => seen.at(-1)?.position === all.at(-1)?.position),
        "readers catch up",
      );
      stop.abort();
      await trial.within(Promise.all(reading), "the readers end");
      for (const { from, seen } of readings) {
        assert.deepEqual(
          seen,
          all.filter((event) => event.position > from),
        );
      }
    },
  },
  {
    title: "E11 a reader from any position of a long log sees exactly the later events",
    run: async (trial) => {
      const items = Array.from({ length: ITEMS }, (_, index) => index);
      const pattern = forEach("p", { items: () => items, step: trial.agent("item") });
      const runtime = await trial.open([pattern]);
      for (const id of ["one", "two"]) await trial.outcome(await runtime.start(pattern, 0, { id }));
      const all = await trial.events();
      assert.ok(all.length > 4 * ITEMS);
      assertSound(all);
      const stride = Math.floor(all.length / 7);
      for (const [index, { position }] of all.entries()) {
        if (index % stride !== 0 && index < all.length - 2) continue;
        assert.deepEqual(
          await Array.fromAsync(runtime.events({ from: position, follow: false })),
          all.slice(index + 1),
        );
        for (const run of ["one", "two"]) {
          const own = await Array.fromAsync(runtime.events({ run, from: position, follow: false }));
          assert.deepEqual(
            own,
            all.slice(index + 1).filter((event) => event.run === run),
          );
        }
      }
    },
  },
  {
    title: "E11 the events of a run are numbered from 1 without a gap, and its reader ends with the run",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      const runtime = await trial.open([pattern]);
      const runs = await Promise.all([0, 1, 2].map((input) => runtime.start(pattern, input)));
      const reading = Promise.all(runs.map((run) => Array.fromAsync(run.events())));
      for (const run of runs) await run.signal("ok");
      for (const events of await trial.within(reading, "the readers end")) {
        assert.deepEqual(
          events.map(({ seq }) => seq),
          events.map((_, index) => index + 1),
        );
        assert.equal(events[0]?.kind, "run-started");
        assert.equal(events.at(-1)?.kind, "run-ended");
      }
    },
  },
  {
    title: "E11 a reader of a run that has ended ends, from whatever position",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a")] });
      const runtime = await trial.open([pattern]);
      const run = await runtime.start(pattern, 0);
      await trial.outcome(run);
      const all = await trial.events(run.id);
      for (const [index, { position }] of all.entries()) {
        const rest = trial.within(
          Array.fromAsync(run.events({ from: position })),
          `the reader after ${position} ends`,
        );
        assert.deepEqual(await rest, all.slice(index + 1));
      }
    },
  },
  {
    title: "E11 a reader goes on after a crash at the position it had reached",
    needs: ["crash"],
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok"), trial.agent("b")] });
      const runtime = await trial.open([pattern]);
      await Promise.all([0, 1, 2].map((input) => runtime.start(pattern, input, { id: `r${input}` })));
      await waitingRuns(trial, 3);
      const before = await trial.events();
      trial.crash();
      const reopened = await trial.open([pattern]);
      for (const input of [0, 1, 2]) await reopened.run(`r${input}`).signal("ok");
      for (const input of [0, 1, 2]) await trial.outcome(reopened.run(`r${input}`));
      const from = before.at(-1)?.position ?? 0;
      const after = await Array.fromAsync(reopened.events({ from, follow: false }));
      const all = await trial.events();
      assert.deepEqual([...before, ...after], all);
      assertSound(all);
    },
  },
  {
    title: "E11 a fold is fed every event once and in order, also across a restart",
    run: async (trial) => {
      const pattern = sequential("p", { steps: [trial.agent("a"), approval("ok")] });
      const fold = {
        name: "positions",
        version: 1,
        initial: (): number[] => [],
        apply: (state: number[], event: Event): number[] => [...state, event.position],
      };
      for (const life of [1, 2]) {
        const runtime = await trial.open([pattern]);
        await runtime.start(pattern, life);
        const reader = await runtime.engine.fold(fold);
        const run = await runtime.start(pattern, -life);
        await run.signal("ok");
        await trial.outcome(run);
        await trial.quiet();
        assert.deepEqual(
          reader.state(),
          (await trial.events()).map(({ position }) => position),
        );
        await trial.close();
      }
    },
  },
];

async function collect(events: AsyncIterable<Event>, into: Event[]): Promise<void> {
  for await (const event of events) into.push(event);
}

async function waitingRuns(trial: Trial, count: number): Promise<void> {
  const enough = async (): Promise<boolean> =>
    (await trial.events()).filter((event) => event.kind === "wait-started").length === count;
  await trial.until(enough, `${count} runs wait`);
  await trial.quiet();
}
