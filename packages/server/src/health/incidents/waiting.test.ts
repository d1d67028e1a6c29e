/** Incidents: runs that do not get on. The sentence names pattern, cause, since when and repair. */
import { agent, memoryEngine, sequential } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { expect, test } from "vitest";
import { found, incident, START } from "./incident.ts";

test("a hang: nothing is heard of a run for long, and the sentence names pattern, agent and run", async () => {
  const letGo = Promise.withResolvers<void>();
  const fetchPage = agent("fetch", { run: () => letGo.promise });
  const imports = sequential("imports", { steps: [fetchPage] });
  await using it = await incident({ patterns: [imports] });
  await it.runtime.start("imports", 0, { id: "r1" });
  await it.reaches("r1", "attempt-started");
  await it.pass(59);
  expect(found(await it.health(), "stuck")).toBeUndefined();
  const finding = await it.shows("stuck");
  expect(finding).toMatchObject({ level: "failing", pattern: "imports", runs: ["r1"] });
  expect(finding.sentence).toMatch(
    /^imports: 1 run of 'imports' is stuck at agent 'fetch': nothing was heard for 6\d min, and 60 min are usual at most, since 13:0\d UTC; look at run r1, cancel it, and give its agent a timeoutMs$/,
  );
  const silenced = { reason: "the site is slow today", forMs: 7_200_000 };
  await it.runtime.as({ principal: "ada" }).silence("stuck/*", silenced);
  expect(found(await it.health(), "stuck")?.repair).toMatch(
    /^silenced by ada for 2 h more: the site is slow today; look at run r1/,
  );
  letGo.resolve();
  await it.runtime.run("r1").outcome();
  await it.isOver("stuck");
});

test("a slow dependency: the sentence names the pattern, the agent, and how long it takes", async () => {
  const clock = new ManualClock(START);
  const ask = agent("ask-bank", {
    run: (ms: number) => new Promise<void>((resolve) => void clock.timer(ms, resolve)),
  });
  const checkout = sequential("checkout", { steps: [ask] });
  const answers = { name: "answers", pattern: "checkout", responseTime: { p: 0.9, ms: 2_000 } };
  const engine = memoryEngine({ clock });
  const options = { patterns: [checkout], engine, alerts: { thresholds: [answers] } };
  await using it = await incident(options, clock);
  for (let run = 0; run < 10; run++) {
    await it.runtime.start("checkout", 8_000, { id: `r${run}` });
    await it.reaches(`r${run}`, "attempt-started");
    clock.advance(8_000);
    await it.runtime.run(`r${run}`).outcome();
  }
  const finding = await it.shows("threshold-passed");
  expect(finding).toMatchObject({ level: "attention", pattern: "checkout" });
  expect(finding.sentence).toMatch(
    /^checkout: 90 % of 10 runs of 'checkout' took up to [78](\.\d)? s in the last 10 min; 2 s are allowed: agent 'ask-bank' takes [78] s, since 12:0\d UTC; nothing was done about it yet; see its runs: reeve runs --pattern checkout$/,
  );
});

test("a queue grows: the sentence names the pattern, how many wait, and for what", async () => {
  const letGo = Promise.withResolvers<void>();
  const send = agent("send", { run: () => letGo.promise });
  const mails = sequential("mails", { steps: [send], limits: [{ concurrency: 1 }] });
  await using it = await incident({ patterns: [mails] });
  await it.runtime.start("mails", 0, { id: "r0" });
  await it.reaches("r0", "attempt-started");
  await it.pass(2);
  for (let run = 1; run <= 3; run++) await it.runtime.start("mails", 0, { id: `r${run}` });
  await it.pass(9);
  expect(found(await it.health(), "queue-waits")).toBeUndefined();
  const finding = await it.shows("queue-waits");
  expect(finding).toMatchObject({ level: "attention", pattern: "mails", runs: ["r1"] });
  expect(finding.sentence).toMatch(
    /^mails: 3 runs of 'mails' are queued for more than 10 min, the oldest for 1\d min, since 12:1\d UTC; raise the pattern's limits, or see what run r1 waits for$/,
  );
  letGo.resolve();
  await it.isOver("queue-waits");
});

test("a paused pattern is forgotten: the sentence names who paused it, why, and how to resume it", async () => {
  const letters = sequential("letters", { steps: [agent("print", { run: () => 1 })] });
  await using it = await incident({ patterns: [letters] });
  await it.runtime.as({ principal: "ada" }).pause({ pattern: "letters" }, "out of paper");
  await it.pass(5);
  await it.runtime.start("letters", 0, { id: "r1" });
  expect((await it.shows("queue-waits")).sentence).toMatch(
    /^letters: 1 run of 'letters' is queued for more than 10 min, the oldest for 1\d min: the pattern is paused by ada since 12:00 UTC: out of paper, since 12:1\d UTC; resume the pattern: reeve resume --pattern letters$/,
  );
  await it.runtime.resume({ pattern: "letters" });
  await it.isOver("queue-waits");
});
