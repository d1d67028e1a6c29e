import { expect, test } from "vitest";
import { z } from "zod";
import { agent, type AgentPolicy } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { adviceOn } from "./advice.ts";
import { approval } from "./approval.ts";
import { delay } from "./delay.ts";
import { meta } from "./meta.ts";
import { parallel } from "./parallel.ts";
import { sequential } from "./sequential.ts";
import { step } from "./step.ts";

const load = agent("load", { timeoutMs: 100, run: async (id: string) => ({ id }) });
const count = agent("count", { timeoutMs: 100, run: async (it: { id: string }) => it.id.length });
const tick = agent("tick", { timeoutMs: 100, run: async () => "now" });

function codesOf(pattern: Pattern): string[] {
  return adviceOn(pattern).map(({ code, path }) => (path === "" ? code : `${code} ${path}`));
}

test("a pattern that is well made gets no advice", () => {
  expect(adviceOn(sequential("orders.count", { steps: [load, count] }))).toEqual([]);
});

test("neighbours that share no data are reported, by names", () => {
  const pattern = sequential("orders.load", {
    steps: [load, tick, step(count, { name: "recount", input: (_, ctx) => ({ id: ctx.input }) })],
  });
  expect(adviceOn(pattern)).toEqual([
    {
      code: "steps-independent",
      path: "",
      message: expect.stringContaining("'tick' takes nothing from 'load'") as string,
    },
    {
      code: "steps-independent",
      path: "",
      message: expect.stringContaining("'recount' takes nothing from 'tick'") as string,
    },
  ]);
});

test.each([
  ["uses what came before", step(count, { name: "c", input: (before: { id: string }) => before })],
  ["takes it apart", step(count, { name: "c", input: ({ id }: { id: string }) => ({ id }) })],
  ["asks for another output", step(count, { name: "c", input: (_, ctx) => ctx.outputOf(load) })],
  [
    "collects its parameters",
    step(count, { name: "c", input: (...given: readonly unknown[]) => given[0] as { id: string } }),
  ],
])("a step that %s is not independent", (_what, place) => {
  expect(codesOf(sequential("orders.load", { steps: [load, place] as never }))).toEqual([]);
});

test("control steps order the work and share no data, and nothing is said of it", () => {
  const steps = [load, approval("look"), tick, delay(5)] as const;
  expect(codesOf(sequential("orders.load", { steps }))).toEqual([]);
});

test("tasks whose schemas chain are reported, unless an edge shows that it is known", () => {
  const Order = z.object({ id: z.string() });
  const Paid = z.object({ receipt: z.string() });
  const pay = agent("pay", {
    timeoutMs: 9,
    input: Order,
    output: Paid,
    run: async ({ id }) => ({ receipt: id }),
  });
  const ship = agent("ship", { timeoutMs: 9, input: Paid, run: async ({ receipt }) => receipt });
  const tasks = { pay, ship } as never;
  expect(codesOf(parallel("orders.fulfil", { tasks }))).toEqual(["tasks-chained"]);
  expect(codesOf(parallel("orders.fulfil", { tasks, needs: { ship: ["pay"] } }))).toEqual([]);
});

test("a meta with a single phase is reported", () => {
  const inner = sequential("count-all", { steps: [load, count] });
  expect(codesOf(meta("orders.migrate", { phases: [{ name: "all", patterns: [inner] }] }))).toEqual([
    "phase-single",
  ]);
});

test.each(["pattern1", "workflow", "my-pipeline", "orders.task_2", "Step3", "untitled"])(
  "the name '%s' says nothing",
  (name) => expect(codesOf(sequential(name, { steps: [load] }))).toEqual(["name-generic"]),
);

test.each(["orders.fulfil", "task-list", "process-refund", "steps-of-dance", "default"])(
  "the name '%s' says something",
  (name) => expect(codesOf(sequential(name, { steps: [load] }))).toEqual([]),
);

test("a step without timeout is reported once per agent, unless its pattern has one", () => {
  const slow = agent("slow", { run: async (id: string) => id });
  const again = step(slow, { name: "again" });
  expect(codesOf(sequential("orders.slow", { steps: [slow, again] }))).toEqual(["timeout-missing slow"]);
  expect(codesOf(sequential("orders.slow", { timeoutMs: 1_000, steps: [slow, again] }))).toEqual([]);
  const beating = agent("beating", { heartbeatTimeoutMs: 50, run: async (id: string) => id });
  expect(codesOf(sequential("orders.slow", { steps: [beating] }))).toEqual([]);
});

test("a retry of an agent that is not idempotent is reported where it stands", () => {
  const policy: AgentPolicy<string, string> = { timeoutMs: 9, retry: { attempts: 3 }, idempotent: false };
  const charge = agent("charge", { ...policy, run: async (id: string) => id });
  const inner = sequential("pay", { steps: [charge] });
  expect(codesOf(parallel("orders.fulfil", { tasks: { money: inner } }))).toEqual([
    "retry-not-idempotent money/charge",
  ]);
});
