import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import { keysInMemory } from "../../secrets/keys.ts";
import { Vault } from "../../secrets/vault.ts";
import { Committer } from "./committer.ts";
import { Controls, patternAt, placeOf } from "./controls.ts";

function open(log: MemoryLog) {
  const store = openMemoryStore(log);
  const committer = new Committer(store, new ManualClock(), {
    committed: () => {},
    unavailable: () => {},
    failed: (error) => {
      throw error;
    },
  });
  const controls = new Controls(store, committer, new Vault(keysInMemory()));
  controls.catchUp();
  return { controls, committer };
}

const said = { reason: "the bank is down", by: "ada" };

test("what is paused is so for the next process, until it is resumed", async () => {
  const log = new MemoryLog();
  const first = open(log);
  first.controls.append({ kind: "pattern-paused", pattern: "pay", ...said });
  first.controls.append({ kind: "agent-paused", agent: "charge", ...said });
  await first.committer.flushed();

  const second = open(log);
  expect(second.controls.state.patterns.get("pay")).toMatchObject(said);
  expect(second.controls.holdsBack("other", "charge")).toBe(true);
  expect(second.controls.holdsBack("pay", "other")).toBe(true);
  expect(second.controls.holdsBack("other", "other")).toBe(false);
  second.controls.append({ kind: "pattern-resumed", pattern: "pay", by: "bob" });
  second.controls.append({ kind: "agent-resumed", agent: "charge", by: "bob" });
  await second.committer.flushed();

  const { controls } = open(log);
  expect([controls.state.patterns.size, controls.state.agents.size]).toEqual([0, 0]);
});

test("a schedule is the one that was set last, and gone when it was removed", async () => {
  const log = new MemoryLog();
  const { controls, committer } = open(log);
  const schedule = {
    kind: "schedule-set",
    name: "nightly",
    cron: "0 3 * * *",
    timeZone: "UTC",
    missed: "once",
    pattern: "pay",
    input: undefined,
    context: {},
    by: "ada",
  } as const;
  controls.append(schedule);
  controls.append({ ...schedule, cron: "0 4 * * *" });
  controls.append({ ...schedule, name: "hourly", cron: "@hourly" });
  controls.append({ kind: "schedule-removed", name: "hourly", by: "ada" });
  await committer.flushed();
  const { schedules } = open(log).controls.state;
  expect(Array.from(schedules.values(), ({ name, cron }) => [name, cron])).toEqual([
    ["nightly", "0 4 * * *"],
  ]);
});

test("what another process says is read at the next look, each fact once", async () => {
  const log = new MemoryLog();
  const owner = open(log);
  const guest = open(log);
  expect(guest.controls.catchUp()).toBe(false);
  for (let many = 0; many < 600; many++)
    owner.controls.append({ kind: "agent-paused", agent: `agent ${many}`, ...said });
  await owner.committer.flushed();
  expect(guest.controls.catchUp()).toBe(true);
  expect(guest.controls.state.agents.size).toBe(600);
  expect(guest.controls.catchUp()).toBe(false);
});

test("while a pattern is paused its places are closed, those of its limits and keys among them", () => {
  const { controls } = open(new MemoryLog());
  controls.append({ kind: "pattern-paused", pattern: "pay #1", ...said });
  const name = encodeURIComponent("pay #1");
  const closed = [placeOf("pay #1"), `${name}#0`, `${name}#2:${encodeURIComponent("key:#~")}`];
  for (const place of closed) {
    expect(patternAt(place)).toBe("pay #1");
    expect(controls.isClosed(place)).toBe(true);
  }
  expect(controls.isClosed("pay#0")).toBe(false);
  expect(controls.placeWhilePaused("pay")).toBeUndefined();
  controls.append({ kind: "pattern-resumed", pattern: "pay #1", by: "ada" });
  expect(closed.some((place) => controls.isClosed(place))).toBe(false);
});
