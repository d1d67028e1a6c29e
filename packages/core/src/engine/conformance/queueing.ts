/** Q1–Q8: runs wait for their limits, priority and time in a queue that outlives the process. */
import assert from "node:assert/strict";
import type { LimitOptions } from "../../delegation/limit.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import type { Runnable } from "../../delegation/agent.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

type Job = Pattern & Runnable<"job", unknown>;

/** Runs that begin and go on until they are told to end. */
class Works {
  readonly begun: unknown[] = [];
  readonly #ends = new Map<unknown, () => void>();

  behaviour = (input: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      this.begun.push(input);
      this.#ends.set(input, () => resolve(input));
    });

  get working(): readonly unknown[] {
    return [...this.#ends.keys()];
  }

  end(input: unknown): void {
    this.#ends.get(input)?.();
    this.#ends.delete(input);
  }
}

export const queueing: readonly Check[] = [
  {
    title: "Q1 never do more runs of a pattern go on than its limits allow, all together and for each key",
    run: async (trial) => {
      const works = new Works();
      const limits = [{ concurrency: 3 }, { key: keyOf, concurrency: 2 }];
      await trial.open([jobOf(trial, works, limits)]);
      for (const input of ["a1", "a2", "a3", "b1", "b2", "b3", "c1"]) await start(trial, input);
      await trial.quiet();
      const order: unknown[] = [];
      while (works.working.length > 0) {
        const keys = works.working.map((input) => String(input).slice(0, 1));
        assert(works.working.length <= 3, `at once: ${works.working.join()}`);
        for (const key of keys) assert(keys.filter((other) => other === key).length <= 2);
        const [next] = works.working;
        order.push(next);
        works.end(next);
        await trial.quiet();
      }
      assert.deepEqual(new Set(order), new Set(["a1", "a2", "a3", "b1", "b2", "b3", "c1"]));
    },
  },
  {
    title:
      "Q2 keys take turns: another key's first run begins after at most one other, however many are queued",
    run: async (trial) => {
      const works = new Works();
      await trial.open([jobOf(trial, works, [{ concurrency: 1 }, { key: keyOf, concurrency: 100 }])]);
      for (let many = 0; many < 200; many++) await start(trial, `a${many}`);
      await trial.quiet();
      // A backlog that is served all the time is no more urgent for its age.
      for (let many = 0; many < 10; many++) await endNext(trial, works, 20_000);
      const before = works.begun.length;
      await start(trial, "b0");
      await trial.quiet();
      while (!works.begun.includes("b0")) await endNext(trial, works);
      assert(works.begun.length - before <= 2, `began first: ${works.begun.slice(before).join()}`);
    },
  },
  {
    title: "Q2 who starts a run whenever one ends does not keep a key that waits from beginning",
    run: async (trial) => {
      const works = new Works();
      const runtime = await trial.open([
        jobOf(trial, works, [{ concurrency: 1 }, { key: keyOf, concurrency: 100 }]),
      ]);
      await start(trial, "a0");
      await start(trial, "b0");
      await trial.quiet();
      for (let many = 0; many < 3 && !works.begun.includes("b0"); many++) {
        const again = runtime
          .run(`a${many}`)
          .outcome()
          .then(() => start(trial, `a${many + 1}`));
        works.end(`a${many}`);
        await trial.within(again, "the next one is started");
        await trial.quiet();
      }
      assert.deepEqual(works.begun, ["a0", "b0"]);
    },
  },
  {
    title:
      "Q3 the most urgent run begins first; one that is not urgent begins under a flood of critical ones",
    run: async (trial) => {
      const works = new Works();
      await trial.open([jobOf(trial, works, [{ concurrency: 1 }])]);
      await start(trial, "first");
      await start(trial, "background", 0);
      await start(trial, "critical", 4);
      await trial.quiet();
      await endNext(trial, works);
      assert.deepEqual(works.begun, ["first", "critical"]);
      let next = 0;
      const startedAt = trial.clock.now();
      while (!works.begun.includes("background")) {
        await start(trial, `critical ${next++}`, 4);
        await endNext(trial, works, 10_000);
      }
      assert(trial.clock.now() - startedAt >= 60_000, "urgent runs come first as long as others can wait");
      assert(trial.clock.now() - startedAt <= 150_000, "nothing waits for ever");
    },
  },
  {
    title:
      "Q4 runs of one key and priority begin in the order in which they were started, also after a restart",
    run: async (trial) => {
      const works = new Works();
      const patterns = [jobOf(trial, works, [{ key: keyOf, concurrency: 1 }])];
      await trial.open(patterns);
      const inputs = Array.from({ length: 150 }, (_, index) => `a${index}`);
      for (const input of inputs) await start(trial, input);
      await trial.quiet();
      await trial.close();
      await trial.open(patterns);
      await trial.quiet();
      while (works.working.length > 0) await endNext(trial, works);
      // The first one was at work when the process ended, and was begun again.
      assert.deepEqual(works.begun, ["a0", ...inputs]);
    },
  },
  {
    title: "Q4 what was queued when the process crashed is queued still, and nothing of it is lost",
    needs: ["crash"],
    run: async (trial) => {
      const works = new Works();
      const patterns = [jobOf(trial, works, [{ concurrency: 1 }])];
      await trial.open(patterns);
      for (const input of ["a", "b", "c"]) await start(trial, input);
      await trial.quiet();
      trial.crash();
      const again = new Works();
      await trial.open([jobOf(trial, again, [{ concurrency: 1 }])]);
      await trial.until(() => again.begun.length === 1, "the run at work goes on");
      assert.equal((await trial.runtime.run("c").record()).state, "queued");
      while (again.working.length > 0) await endNext(trial, again);
      assert.deepEqual(again.begun, ["a", "b", "c"]);
    },
  },
  rateCheck(),
  ...timeChecks(),
  ...cancelChecks(),
  ...pauseChecks(),
];

function rateCheck(): Check {
  return {
    title: "Q5 as many runs begin in a minute as their rate says, within 2 %, all together and for each key",
    run: async (trial) => {
      const begun: string[] = [];
      const noted = trial.agent("note", (input) => void begun.push(String(input)));
      const limits = [{ key: keyOf, perSecond: 2 }];
      await trial.open([sequential("job", { limits, steps: [noted] })]);
      for (let many = 0; many < 140; many++) await start(trial, `a${many}`);
      for (let many = 0; many < 140; many++) await start(trial, `b${many}`);
      const end = trial.clock.now() + 60_000;
      await trial.until(() => trial.clock.now() >= end, "a minute passes", 20);
      for (const key of ["a", "b"]) {
        const count = begun.filter((input) => input.startsWith(key)).length;
        assert(Math.abs(count - 1 - 120) <= 2.4, `${count} runs of ${key} began in a minute, not 120`);
      }
    },
  };
}

function timeChecks(): readonly Check[] {
  return [
    {
      title:
        "Q6 a run with delayMs or runAt begins at its time, not before, also when the process was restarted",
      run: async (trial) => {
        const patterns = [sequential("job", { steps: [trial.agent("work")] })];
        await trial.open(patterns);
        const now = trial.clock.now();
        await trial.runtime.start("job", 0, { id: "delayed", delayMs: 5_000 });
        await trial.runtime.start("job", 0, { id: "at", runAt: new Date(now + 9_000) });
        await trial.advance(4_999);
        assert.deepEqual(trial.ledger, []);
        assert.equal((await trial.runtime.run("delayed").record()).state, "queued");
        await trial.close();
        await trial.open(patterns);
        await trial.until(() => trial.clock.now() >= now + 5_000, "the time comes", 1);
        await trial.outcome(trial.runtime.run("delayed"));
        assert.equal((await trial.runtime.run("at").record()).state, "queued");
        await trial.close();
        // It comes due while nobody works.
        trial.clock.advance(60_000);
        await trial.open(patterns);
        assert.equal((await trial.outcome(trial.runtime.run("at"))).status, "completed");
      },
    },
    {
      title: "Q6 a time that has passed is now, and the run's time limit counts from when it was to begin",
      run: async (trial) => {
        const works = new Works();
        await trial.open([
          sequential("job", { timeoutMs: 1_000, steps: [trial.agent("w", works.behaviour)] }),
        ]);
        await trial.runtime.start("job", 1, { runAt: trial.clock.now() - 1 });
        const late = await trial.runtime.start("job", 2, { delayMs: 10_000 });
        await trial.quiet();
        assert.deepEqual(works.begun, [1]);
        await trial.advance(10_000);
        await trial.advance(999);
        assert.deepEqual(works.begun, [1, 2]);
        assert.equal((await late.record()).state, "running");
        await trial.advance(1);
        assert.equal((await trial.outcome(late)).status, "timed-out");
      },
    },
    {
      title: "Q6 a run whose time limit passes while it waits ends as timed-out, and nothing of it executes",
      run: async (trial) => {
        const works = new Works();
        const options = { timeoutMs: 1_000, limits: [{ concurrency: 1 }] };
        await trial.open([
          sequential("job", { limits: options.limits, steps: [trial.agent("w", works.behaviour)] }),
          sequential("short", { ...options, steps: [trial.agent("s", works.behaviour)] }),
        ]);
        const [first, second] = [await startShort(trial, 1), await startShort(trial, 2)];
        await trial.advance(1_000);
        await trial.advance(1_000);
        for (const run of [first, second]) assert.equal((await trial.outcome(run)).status, "timed-out");
        assert.deepEqual(works.begun, [1]);
      },
    },
  ];
}

function cancelChecks(): readonly Check[] {
  return [
    {
      title: "E6 Q7 a queued run that is cancelled ends as cancelled at once, and nothing of it executes",
      run: async (trial) => {
        const works = new Works();
        await trial.open([jobOf(trial, works, [{ concurrency: 1 }])]);
        for (const input of ["a", "b", "c"]) await start(trial, input);
        const delayed = await trial.runtime.start("job", "d", { id: "d", delayMs: 1_000 });
        await trial.quiet();
        for (const id of ["b", "d"]) await trial.runtime.run(id).cancel("not needed");
        for (const run of [trial.runtime.run("b"), delayed])
          assert.equal((await trial.outcome(run)).status, "cancelled");
        await endNext(trial, works);
        await trial.advance(2_000);
        assert.deepEqual(works.begun, ["a", "c"]);
      },
    },
    {
      title: "E6 Q7 a delayed run that is cancelled in the moment it is due takes nobody's place",
      run: async (trial) => {
        const works = new Works();
        await trial.open([jobOf(trial, works, [{ concurrency: 1 }])]);
        await trial.runtime.start("job", "d", { id: "d", delayMs: 1_000 });
        await trial.quiet();
        trial.ask(trial.runtime.run("d").cancel("not needed"));
        await trial.advance(1_000);
        assert.equal((await trial.outcome(trial.runtime.run("d"))).status, "cancelled");
        await start(trial, "next");
        await trial.until(() => works.begun.length > 0, "the next one begins");
        assert.deepEqual(works.begun, ["next"]);
      },
    },
  ];
}

function pauseChecks(): readonly Check[] {
  return [
    {
      title:
        "Q8 of a paused pattern no run begins and none leaves the queue, also after a restart, until it goes on",
      run: async (trial) => {
        const works = new Works();
        const patterns = [jobOf(trial, works, [{ concurrency: 1 }])];
        await trial.open(patterns);
        for (const input of ["a", "b"]) await start(trial, input);
        await trial.quiet();
        await trial.runtime.pause({ pattern: "job" }, "the bank is down");
        await start(trial, "c");
        await endNext(trial, works);
        await trial.advance(60_000);
        await trial.close();
        await trial.open(patterns);
        await trial.advance(60_000);
        assert.deepEqual(works.begun, ["a"]);
        for (const id of ["b", "c"]) assert.equal((await trial.runtime.run(id).record()).state, "queued");
        await trial.runtime.resume({ pattern: "job" });
        await trial.until(() => works.working.length > 0, "it goes on");
        await endNext(trial, works);
        await endNext(trial, works);
        assert.deepEqual(works.begun, ["a", "b", "c"]);
      },
    },
    {
      title: "Q8 of a paused agent no attempt begins, and who is held back by it takes no place of others",
      run: async (trial) => {
        const slow = trial.agent("slow");
        const pick = { limits: [{ concurrency: 1 }], steps: [slow] as const };
        await trial.open([sequential("job", pick)]);
        await trial.runtime.pause({ agent: "slow" }, "it is being repaired");
        for (const input of ["a", "b"]) await start(trial, input);
        await trial.advance(60_000);
        assert.deepEqual(trial.ledger, []);
        await trial.runtime.run("a").cancel("not needed");
        assert.equal((await trial.outcome(trial.runtime.run("a"))).status, "cancelled");
        await trial.runtime.resume({ agent: "slow" });
        assert.equal((await trial.outcome(trial.runtime.run("b"))).status, "completed");
        assert.deepEqual(trial.ledger, ["slow"]);
      },
    },
  ];
}

function jobOf(trial: Trial, works: Works, limits: readonly LimitOptions<unknown>[]): Job {
  return sequential("job", { limits, steps: [trial.agent("work", works.behaviour)] });
}

function keyOf(_context: unknown, input: unknown): string {
  return String(input).slice(0, 1);
}

async function start(trial: Trial, input: string, priority?: 0 | 4): Promise<void> {
  await trial.runtime.start("job", input, {
    id: input,
    ...(priority === undefined ? {} : { context: { priority } }),
  });
}

function startShort(trial: Trial, input: number): ReturnType<Trial["runtime"]["start"]> {
  return trial.runtime.start("short", input);
}

/** Ends the run that has worked for longest, and lets time pass. */
async function endNext(trial: Trial, works: Works, ms = 0): Promise<void> {
  works.end(works.working[0]);
  await trial.advance(ms);
}
