import { afterEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { silenceOf, type Silence } from "../delegation/alert.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { resolveSettings } from "./settings.ts";
import { Silences } from "./silences.ts";

const HOUR_MS = 3_600_000;
const opened: Runtime[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((runtime) => runtime.close()));
});

async function open(clock: ManualClock, log = new MemoryLog()): Promise<Runtime> {
  const runtime = await createRuntime({ patterns: [], engine: memoryEngine({ clock, log }) });
  opened.push(runtime);
  return runtime;
}

test("a silence has an author, a reason and an end, holds over a restart, and ends by the clock", async () => {
  const clock = new ManualClock();
  const log = new MemoryLog();
  const first = await open(clock, log);
  const options = { reason: "the bank is down", forMs: HOUR_MS };
  const id = await first.as({ principal: "ada" }).silence("stuck/*", options);
  const silence = {
    id,
    alert: "stuck/*",
    reason: "the bank is down",
    by: "ada",
    at: clock.now(),
    until: clock.now() + HOUR_MS,
  };
  expect(first.silences()).toEqual([silence]);
  await first.close();
  const second = await open(clock, log);
  expect(second.silences()).toEqual([silence]);
  clock.advance(HOUR_MS - 1);
  expect(second.silences()).toEqual([silence]);
  clock.advance(1);
  expect(second.silences()).toEqual([]);
});

test("a silence is ended before its time by whoever asks, once; both are events", async () => {
  const runtime = await open(new ManualClock());
  const id = await runtime.silence("*", { reason: "a test", forMs: HOUR_MS });
  await runtime.unsilence(id);
  await runtime.unsilence(id);
  await runtime.unsilence("unknown");
  expect(runtime.silences()).toEqual([]);
  const said: Event[] = [];
  for await (const event of runtime.events({ follow: false })) said.push(event);
  expect(said.slice(1)).toMatchObject([
    { kind: "alert-silenced", silence: id, alert: "*", reason: "a test", by: "local" },
    { kind: "silence-ended", silence: id, by: "local" },
  ]);
});

test.each<[unknown, unknown, string]>([
  ["", { reason: "r", forMs: 5_000 }, "silence: alert is ''"],
  ["a*b", { reason: "r", forMs: 5_000 }, "silence: alert is a*b"],
  ["a", { forMs: 5_000 }, "silence: reason is undefined"],
  ["a", { reason: " ", forMs: 5_000 }, "silence: reason is  "],
  ["a", { reason: "r", forMs: Infinity }, "silence: forMs is Infinity"],
  ["a", { reason: "r", forMs: 31 * 24 * HOUR_MS }, "silence: forMs is 2678400000"],
  ["a", undefined, "silence: reason is undefined"],
])("%#: what makes no sense is refused", async (alert, options, message) => {
  const runtime = await open(new ManualClock());
  const silences = new Silences(runtime.engine, resolveSettings({ patterns: [], engine: runtime.engine }));
  await expect(silences.set(alert, options)).rejects.toMatchObject({ code: "option-invalid", message });
  expect(runtime.silences()).toEqual([]);
});

test("of the silences that hold for an alert the one that ends last is told; names may end in a star", () => {
  const silence = (id: string, alert: string, until: number): Silence => ({
    id,
    alert,
    reason: "r",
    by: "b",
    at: 0,
    until,
  });
  const all = [
    silence("a", "stuck/*", 10),
    silence("b", "stuck/orders", 20),
    silence("c", "*", 5),
    silence("d", "stuck/order", 99),
  ];
  const told = (alert: string, now: number): string | undefined => silenceOf(alert, all, now)?.id;
  expect(told("stuck/orders", 0)).toBe("b");
  expect(told("stuck/other", 0)).toBe("a");
  expect(told("disk-low", 0)).toBe("c");
  expect(told("disk-low", 5)).toBeUndefined();
  expect(told("stuck/orders", 20)).toBeUndefined();
});
