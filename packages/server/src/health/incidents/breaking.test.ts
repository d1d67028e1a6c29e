/** Incidents: an agent keeps failing and is left alone. The sentence names it, why, since when, and what becomes of it. */
import { agent, degrade, sequential } from "@reeve/core";
import { expect, test } from "vitest";
import { found, incident } from "./incident.ts";

const world = { isDown: true };
const charge = agent("charge", {
  breaker: { attemptsMin: 4, openMs: 120_000, probes: 1 },
  run: (order: number) => {
    if (world.isDown) throw new Error("the bank is down");
    return order;
  },
});
const later = agent("charge-later", { run: (order: number) => order });
const checkout = sequential("checkout", { steps: [charge] });
const chain = degrade("chain", [checkout, later]);

test("a pattern fails by an agent that is left alone: the sentence says that, and when it is probed", async () => {
  world.isDown = true;
  await using it = await incident({ patterns: [checkout] });
  for (let run = 0; run < 4; run++) await it.work("checkout", run);
  const { sentence, level } = await it.health();
  expect(level).toBe("failing");
  expect(sentence).toMatch(
    /^checkout fails \(its last 4 runs\) since 12:00 UTC: thrown at charge: the bank is down; agent charge is left alone since 12:00 UTC and will be probed at 12:02 UTC/,
  );
});

test("nobody fails since a chain does without the agent: it is named all the same, until it works again", async () => {
  world.isDown = true;
  await using it = await incident({ patterns: [chain] });
  for (let run = 0; run < 6; run++) await it.work("chain", run);
  const health = await it.health();
  expect(found(health, "pattern-failing")).toBeUndefined();
  const finding = found(health, "breaker-open");
  expect(finding?.sentence).toMatch(
    /^Agent charge keeps failing and is left alone since 12:00 UTC: thrown, 4 of the last 4 attempts failed; what needs it waits or does without, and it will be probed at 12:02 UTC; look at run \w+$/,
  );
  expect(finding).toMatchObject({ level: "attention", pattern: null });
  world.isDown = false;
  await it.pass(3);
  expect(found(await it.health(), "breaker-open")?.repair).toMatch(/it is being probed/);
  await it.work("chain", 1);
  await it.isOver("breaker-open");
});
