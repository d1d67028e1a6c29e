/** Incidents: runs that end badly, or burn a budget. The one sentence names pattern, cause, since when and repair. */
import { agent, approval, sequential } from "@reeve/core";
import { expect, test } from "vitest";
import { found, incident } from "./incident.ts";

const charge = agent("charge", {
  retry: { attempts: 1 },
  run: (works: boolean) => {
    if (!works) throw new Error("the bank is down");
  },
});
const book = agent("book", { run: () => 1 });
const checkout = sequential("checkout", { steps: [charge, book] });
const reports = sequential("reports", { steps: [book] });

test("one agent fails: the sentence names its pattern, step, error, and what helps", async () => {
  await using it = await incident({ patterns: [checkout, reports] });
  await it.work("checkout", true);
  await it.work("reports");
  await it.pass(4);
  for (let run = 0; run < 4; run++) await it.work("checkout", false);
  const health = await it.health();
  expect(health.level).toBe("failing");
  expect(health.sentence).toMatch(
    /^checkout fails \(its last 4 runs\) since 12:04 UTC: thrown at charge: the bank is down; nothing was done about it yet; look at run \w+, and retry it once the cause is gone/,
  );
  await it.runtime.pause({ pattern: "checkout" }, "until the bank is back");
  expect((await it.health()).sentence).toMatch(
    /the bank is down; paused by local since 12:04 UTC: until the bank is back/,
  );
});

test("nothing is wrong: the sentence says so", async () => {
  await using it = await incident({ patterns: [reports] });
  await it.work("reports");
  await it.pass(1);
  const { findings, sentence } = await it.health();
  // A machine that is very busy may block the event loop for real.
  if (findings.length === 0) expect(sentence).toBe("All is well");
  expect(findings.filter(({ kind }) => kind !== "loop-blocked")).toEqual([]);
});

test("an alert burns a budget that single failures would not show", async () => {
  const objectives = [{ name: "checkout-works", pattern: "checkout", success: 0.99 }];
  await using it = await incident({ patterns: [checkout], objectives });
  for (let run = 1; run <= 20; run++) await it.work("checkout", run % 5 !== 0 || run === 20);
  const finding = await it.shows("budget-burns");
  expect(finding.sentence).toMatch(
    /^checkout: 3 of 20 runs of 'checkout' ended badly in the last 1h; 'checkout-works' lets 1 % do so: mostly thrown at charge: the bank is down, since 12:0\d UTC; nothing was done about it yet; see its runs: reeve runs --pattern checkout$/,
  );
  expect(finding).toMatchObject({ level: "failing", pattern: "checkout" });
});

const reserve = agent("reserve", {
  retry: { attempts: 1 },
  run: () => 1,
  undo: () => {
    throw new Error("the warehouse is locked");
  },
});
const pay = agent("pay", {
  run: () => {
    throw new Error("declined");
  },
});
const trips = sequential("trips", { steps: [reserve, pay] });

test("an undo fails: the sentence names the step that is left behind", async () => {
  await using it = await incident({ patterns: [trips] });
  await it.work("trips");
  expect((await it.shows("rollback-failed")).sentence).toMatch(
    /^An undo failed in trips since 12:00 UTC: 'reserve' could not be undone after: declined; put right by hand what was not undone, then retry the run$/,
  );
});

test("an approval is forgotten: the sentence names it after an hour", async () => {
  const release = sequential("release", {
    steps: [book, approval("sign")],
  });
  await using it = await incident({ patterns: [release] });
  await it.runtime.start("release", 0, { id: "r1" });
  await it.reaches("r1", "wait-started");
  await it.pass(59);
  expect(found(await it.health(), "approval-forgotten")).toBeUndefined();
  expect((await it.shows("approval-forgotten")).sentence).toBe(
    "An approval waits in release since 12:00 UTC: 'sign' waits for an answer; answer it, or cancel the run",
  );
  expect(found(await it.health(), "stuck")).toBeUndefined();
});
