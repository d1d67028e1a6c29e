/** Q9–Q11: schedules start runs at their times, whatever becomes of the process meanwhile. */
import assert from "node:assert/strict";
import { ManualClock } from "../../clock.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { Check } from "./check.ts";
import type { Trial } from "./trial.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const schedules: readonly Check[] = [
  {
    title: "Q9 a schedule starts one run at each of its times, with its input and context",
    run: async (trial) => {
      const begun = await openNoting(trial);
      await trial.runtime.schedule("hourly", {
        pattern: "job",
        cron: "@hourly",
        input: { of: "books" },
        context: { domain: "reports", priority: 1 },
      });
      assert.equal(trial.runtime.schedules()[0]?.nextAt, trial.clock.now() + HOUR_MS);
      await passes(trial, 3 * HOUR_MS);
      assert.deepEqual(begun, [{ of: "books" }, { of: "books" }, { of: "books" }]);
      const { runs } = await trial.runtime.runs({ domain: "reports", descending: false });
      assert.deepEqual(
        runs.map(({ id, context }) => [id, context.priority]),
        ["01", "02", "03"].map((hour) => [`hourly@2026-01-01T${hour}:00:00.000Z`, 1]),
      );
    },
  },
  {
    title: "Q9 a time has one run, also when the process crashes right after it was started",
    needs: ["crash-at-write"],
    run: async (trial) => {
      for (let write = 1; write <= 4; write++) {
        await openNoting(trial);
        if (write === 1) await trial.runtime.schedule("hourly", { pattern: "job", cron: "@hourly" });
        trial.crashAtWrite(write);
        await trial.until(() => trial.isDown, "the process crashes", 10 * MINUTE_MS);
      }
      await openNoting(trial);
      await passes(trial, HOUR_MS);
      const { runs } = await trial.runtime.runs({ limit: 1_000 });
      const dueTimes = runs.map((run) => run.origin?.schedule?.dueAt ?? 0);
      assert.equal(new Set(dueTimes).size, dueTimes.length);
      assert(dueTimes.includes(Math.floor(trial.clock.now() / HOUR_MS) * HOUR_MS));
    },
  },
  ...missedChecks(),
  {
    title:
      "Q11 a schedule is in its time zone: a daily time is the same on the clocks there in winter and summer",
    run: async (trial) => {
      // The last Sunday of March 2026 is the 29th: from then on Berlin is two hours ahead.
      trial.clock = new ManualClock(Date.UTC(2026, 2, 28));
      await openNoting(trial);
      await trial.runtime.schedule("daily", {
        pattern: "job",
        cron: "30 9 * * *",
        timeZone: "Europe/Berlin",
      });
      await passes(trial, 48 * HOUR_MS);
      const { runs } = await trial.runtime.runs({ limit: 2 });
      assert.deepEqual(
        runs.map((run) => run.id),
        ["daily@2026-03-29T07:30:00.000Z", "daily@2026-03-28T08:30:00.000Z"],
      );
    },
  },
  {
    title: "Q11 a schedule that is set again is another one from then on; one that is removed starts nothing",
    run: async (trial) => {
      const begun = await openNoting(trial);
      await trial.runtime.schedule("it", { pattern: "job", cron: "@hourly", input: "old" });
      await passes(trial, HOUR_MS);
      await trial.runtime.schedule("it", { pattern: "job", cron: "30 * * * *", input: "new" });
      await passes(trial, HOUR_MS);
      await trial.close();
      await openNoting(trial, begun);
      assert.deepEqual(
        trial.runtime.schedules().map(({ name, cron }) => [name, cron]),
        [["it", "30 * * * *"]],
      );
      await trial.runtime.unschedule("it");
      await passes(trial, 5 * HOUR_MS);
      assert.deepEqual([begun, trial.runtime.schedules()], [["old", "new"], []]);
    },
  },
  {
    title: "Q11 the runs of a schedule wait for the limits of their pattern, and for it to be resumed",
    run: async (trial) => {
      const noted: unknown[] = [];
      const limits = [{ perSecond: 1 / 3_600 }];
      const note = trial.agent("note", (input) => void noted.push(input));
      await trial.open([sequential("job", { limits, steps: [note] })]);
      await trial.runtime.schedule("often", { pattern: "job", cron: "*/10 * * * *", input: 1 });
      await passes(trial, 2 * HOUR_MS - MINUTE_MS);
      assert.equal(noted.length, 2);
      await trial.runtime.pause({ pattern: "job" });
      await passes(trial, 5 * HOUR_MS);
      assert.equal(noted.length, 2);
      await trial.runtime.resume({ pattern: "job" });
      await passes(trial, MINUTE_MS);
      assert.equal(noted.length, 3);
    },
  },
];

/** Of a downtime from 00:30 to 04:30, with an hourly schedule. */
function missedChecks(): readonly Check[] {
  const made = { skip: [], once: ["04"], all: ["01", "02", "03", "04"] } as const;
  return (["skip", "once", "all"] as const).map((missed) => ({
    title: `Q10 of the times that passed while nobody worked, missed: "${missed}" makes up for ${made[missed].length}`,
    run: async (trial) => {
      await openNoting(trial);
      await trial.runtime.schedule("hourly", { pattern: "job", cron: "@hourly", missed });
      await passes(trial, HOUR_MS / 2);
      await trial.close();
      trial.clock.advance(4 * HOUR_MS);
      await openNoting(trial);
      await passes(trial, MINUTE_MS);
      // What is left out is told of.
      assert.equal(trial.problems.splice(0).length, missed === "all" ? 0 : 1);
      const { runs } = await trial.runtime.runs({ descending: false });
      assert.deepEqual(
        runs.map((run) => run.id),
        made[missed].map((hour) => `hourly@2026-01-01T${hour}:00:00.000Z`),
      );
      await passes(trial, HOUR_MS);
      assert.equal((await trial.runtime.runs()).runs[0]?.id, "hourly@2026-01-01T05:00:00.000Z");
    },
  }));
}

/** Opens a runtime whose runs note their input. */
async function openNoting(trial: Trial, begun: unknown[] = []): Promise<unknown[]> {
  const note = trial.agent("note", (input) => void begun.push(input));
  const job: Pattern = sequential("job", { steps: [note] });
  await trial.open([job]);
  await trial.quiet();
  return begun;
}

/** Lets time pass from timer to timer, so that what is due in it happens at its time. */
async function passes(trial: Trial, ms: number): Promise<void> {
  const end = trial.clock.now() + ms;
  await trial.quiet();
  while (trial.clock.now() < end) {
    trial.clock.skipToNext(end);
    await trial.quiet();
  }
}
