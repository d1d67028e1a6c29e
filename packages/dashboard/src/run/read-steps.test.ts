/** What is fetched of a run's steps, from a real server over a run that goes on; and what happens to it when the answers break off or do not add up. */
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, forEach, sqliteEngine } from "@reeve/core";
import { createToken, startServer } from "@reeve/server";
import { expect, test } from "vitest";
import { addressOf, isAnswer, type Asked } from "../connection/ask.ts";
import type { InputOf, OutputOf, StepView } from "../connection/contract.ts";
import { readSteps, STEPS_AT_ONCE, type ReadSteps, type RunSteps } from "./read-steps.ts";
import { stepSample } from "./step-sample.ts";

const ITEMS = 300;

test("of a run that goes on, each step is fetched once, and afterwards only those that changed", async () => {
  const gates = Array.from({ length: ITEMS }, () => Promise.withResolvers<void>());
  const work = agent("work", {
    run: async (item: number) => {
      await gates[item]?.promise;
      return item;
    },
  });
  const all = forEach("all", {
    items: (count: number) => Array.from({ length: count }, (_, index) => index),
    step: work,
    concurrencyMax: 4,
  });
  using folder = mkdtempDisposableSync(join(tmpdir(), "reeve-steps-"));
  const file = join(folder.path, "log.db");
  await using runtime = await createRuntime({ patterns: [all], engine: sqliteEngine(file) });
  await using server = await startServer(runtime, { port: 0 });
  const ask = asking(server.url, createToken(file, { name: "page", scope: "read" }));
  const { read, fetched } = counted((asked) => ask("runSteps", { id: "live", ...asked }));
  const run = await runtime.start(all, ITEMS, { id: "live" });
  // Until the server knows of so many.
  const reachEvents = async (count: number): Promise<void> => {
    const known = async (): Promise<number> => (await ask("run", { id: "live" })).counts.events;
    await expect.poll(known).toBeGreaterThanOrEqual(count);
  };

  // The run's start, then two events for each item that is over and one for each of the four under way.
  for (const gate of gates.slice(0, 200)) gate.resolve();
  await reachEvents(1 + 400 + 4);
  let steps = await readSteps(read, undefined, () => undefined);
  expect(fetched()).toBe(204);
  expect(steps.total).toBe(204);

  await readSteps(read, steps, () => undefined);
  expect(fetched()).toBe(0);

  for (const gate of gates.slice(200, 203)) gate.resolve();
  await reachEvents(1 + 406 + 4);
  steps = await readSteps(read, steps, () => undefined);
  // Three that completed, three that began in their place.
  expect(fetched()).toBe(6);
  expect(steps.at("[202]")).toMatchObject({ state: "completed" });
  expect(steps.at("[206]")).toMatchObject({ state: "running" });

  for (const gate of gates) gate.resolve();
  await run.outcome();
  await reachEvents(2 + 2 * ITEMS);
  steps = await readSteps(read, steps, () => undefined);
  expect(fetched()).toBe(ITEMS - 203);
  expect(steps.steps).toEqual((await readSteps(read, undefined, () => undefined)).steps);
});

test("many steps come page by page, are shown as they come, and are all there when some begin meanwhile", async () => {
  const log = madeUp(STEPS_AT_ONCE * 2);
  const shown: number[] = [];
  const reading: ReadSteps = async (asked) => {
    const page = await log.read(asked);
    log.begin();
    return page;
  };
  const steps = await readSteps(reading, undefined, (some) => shown.push(some.steps.length));
  expect(shown).toEqual([STEPS_AT_ONCE, STEPS_AT_ONCE * 2]);
  const later = await readSteps(log.read, steps, () => undefined);
  expect(later.steps).toEqual(log.steps());
});

test("a reading that broke off goes on where it was", async () => {
  const log = madeUp(STEPS_AT_ONCE * 2);
  let before: RunSteps | undefined;
  const breaking: ReadSteps = (asked) =>
    asked.after === undefined ? log.read(asked) : Promise.reject(new Error("the server went away"));
  await expect(readSteps(breaking, undefined, (some) => (before = some))).rejects.toThrow("went away");
  log.change(3);
  log.change(STEPS_AT_ONCE + 3);
  const { read, fetched } = counted(log.read);
  const steps = await readSteps(read, before, () => undefined);
  expect(steps.steps).toEqual(log.steps());
  // The two that changed, and the second page.
  expect(fetched()).toBe(2 + STEPS_AT_ONCE);
});

test("more changes than come at once are all there", async () => {
  const log = madeUp(3);
  const before = await readSteps(log.read, undefined, () => undefined);
  for (let count = 0; count < STEPS_AT_ONCE + 5; count++) log.begin();
  const { read, fetched } = counted(log.read);
  expect((await readSteps(read, before, () => undefined)).steps).toEqual(log.steps());
  expect(fetched()).toBe(STEPS_AT_ONCE + 5);
});

test("another log at the same address is read anew as a whole, be it shorter, longer or of fewer steps", async () => {
  const before = await readSteps(madeUp(5).read, undefined, () => undefined);
  for (const [count, position] of [
    [5, 2],
    [9, 50],
    [2, 50],
  ] as const) {
    const other = madeUp(count, position);
    expect((await readSteps(other.read, before, () => undefined)).steps).toEqual(other.steps());
  }
});

type Ask = <Name extends Asked>(name: Name, input: InputOf<Name>) => Promise<OutputOf<Name>>;

/** As the page asks, with a token in the place of its cookie. */
function asking(url: string, token: string): Ask {
  return async (name, input) => {
    const response = await fetch(new URL(addressOf(name, input), url), {
      headers: { authorization: `Bearer ${token}` },
    });
    const answer: unknown = await response.json();
    if (response.ok && isAnswer(name, answer)) return answer;
    throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  };
}

function counted(ask: ReadSteps): { readonly read: ReadSteps; readonly fetched: () => number } {
  let count = 0;
  return {
    read: async (asked) => {
      const page = await ask(asked);
      count += page.steps.length;
      return page;
    },
    fetched: () => {
      const before = count;
      count = 0;
      return before;
    },
  };
}

interface MadeUp {
  readonly read: ReadSteps;
  readonly steps: () => readonly StepView[];
  readonly begin: () => void;
  readonly change: (index: number) => void;
}

/** Steps as a server would tell them, without a run. */
function madeUp(count: number, from = 10): MadeUp {
  const steps: { view: StepView; changedAt: number }[] = [];
  let position = from;
  const begin = (): void => {
    position++;
    steps.push({ view: stepSample(`[${steps.length}]`, { startedAt: position }), changedAt: position });
  };
  for (let index = 0; index < count; index++) begin();
  return {
    begin,
    change: (index) => {
      position++;
      steps[index] = { view: stepSample(`[${index}]`, { startedAt: position }), changedAt: position };
    },
    steps: () => steps.map(({ view }) => view),
    read: async ({ limit, after = 0, since = 0 }) => {
      const wanted = steps.filter(({ changedAt }) => changedAt > since);
      const page = wanted.slice(after, after + limit).map(({ view }) => view);
      const end = after + page.length;
      return { steps: page, total: steps.length, next: end < wanted.length ? end : null, position };
    },
  };
}
