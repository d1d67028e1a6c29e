/** What is put together by hand reads as what JSON would have made of it. */
import { expect, test } from "vitest";
import type { Event, Fact } from "../../delegation/event.ts";
import { FACTS } from "../store-samples.ts";
import { choiceIn, shortChoice } from "./choice-entry.ts";
import { entryOf, eventsOf } from "./event-entries.ts";

const RUN = { id: "run-1", context: '{"domain":"d"}' };
const HEAD = { version: 1, run: RUN.id, seq: 3, position: 9, at: 1_767_225_600_000.5 } as const;
const STRANGE = 'a/"b"\\\u2028\ud800/[3]/né 📦';

const started = FACTS["attempt-started"];
const completed = FACTS["step-completed"];
const facts: readonly Fact[] = [
  ...Object.values(FACTS).filter(({ kind }) => kind !== "run-started"),
  { ...started, path: STRANGE, agent: STRANGE, attempt: 12, recovery: 3 },
  { ...started, path: STRANGE, agent: STRANGE, recovery: 0 },
  { ...started, path: "a", agent: "b", recovery: 0 },
  { ...completed, path: STRANGE, agent: STRANGE, output: 2 ** 40 },
  { ...completed, path: "a", agent: "b", output: undefined },
  { ...completed, output: 0, durationMs: 1e-7, score: 0 },
  { ...completed, durationMs: 1e21, score: 0.1, usage: { inputTokens: 1, outputTokens: 2, costUsd: 0.5 } },
];

const ended: Fact = {
  kind: "run-ended",
  outcome: { status: "completed", output: { of: "payload", id: 3 }, level: STRANGE },
  pattern: STRANGE,
  domain: STRANGE,
  durationMs: 0.5,
  principal: STRANGE,
  score: 0,
  teaches: false,
  features: { [STRANGE]: 0.5 },
  inputTokens: 12,
  outputTokens: 3,
  costUsd: 0.25,
  preserved: [{ pattern: STRANGE, ok: false }],
  trace: "share",
  logDropped: 0,
};

test("the end of a run is read as it was written, with each of its properties and without", () => {
  for (const without of Object.keys(ended)) {
    const event = { ...HEAD, ...ended };
    if (!["kind", "outcome", "pattern", "domain", "durationMs"].includes(without))
      Reflect.deleteProperty(event, without);
    expect(eventsOf(`[${entryOf(event, undefined, undefined)}]`, RUN, HEAD)).toEqual([event]);
  }
  const plain = { kind: "run-ended", pattern: STRANGE, domain: STRANGE, durationMs: 2 } as const;
  for (const output of [{ of: "nothing" }, { of: "payload", id: 7 }, { of: "list", parts: [] }] as const) {
    for (const level of [{}, { level: "basic" }]) {
      const event: Event = { ...HEAD, ...plain, outcome: { status: "completed", output, ...level } };
      expect(eventsOf(`[${entryOf(event, undefined, undefined)}]`, RUN, HEAD)).toEqual([event]);
    }
  }
});

test("the start of a run is read as it was written, its context from the run's row where that holds it", () => {
  const { context } = FACTS["run-started"];
  const run = { id: RUN.id, context: JSON.stringify(context) };
  const plain: Event = { ...HEAD, ...FACTS["run-started"], pattern: STRANGE, patternVersion: STRANGE };
  const full: Event = {
    ...plain,
    input: 7,
    origin: { parent: { run: "run-0", path: STRANGE, attached: true } },
    admission: { places: [STRANGE], notBefore: 5, deadline: 9 },
    queued: true,
  };
  for (const event of [plain, full]) {
    const [short, long] = [entryOf(event, undefined, event.context), entryOf(event, undefined, undefined)];
    expect(eventsOf(`[${short}]`, run, HEAD)).toEqual([event]);
    expect(eventsOf(`[${long}]`, run, HEAD)).toEqual([event]);
    expect(short).not.toContain("attributes");
  }
});

test("an event of every kind, with every property, is read as it was written", () => {
  for (const fact of facts) {
    const event: Event = { ...HEAD, ...fact };
    const copied: Event = { ...event, copied: true };
    for (const one of [event, copied]) {
      expect(eventsOf(`[${entryOf(one, undefined, undefined)}]`, RUN, HEAD)).toEqual([one]);
    }
  }
});

test("an entry has the time only where it differs from that of the entry before", () => {
  const first: Event = { ...HEAD, ...started };
  const second: Event = { ...HEAD, ...completed, seq: 4, position: 10 };
  const later: Event = { ...second, at: HEAD.at + 1 };
  expect(entryOf(second, first, undefined)).toContain("[3,null,");
  const row = `[${entryOf(first, undefined, undefined)},${entryOf(second, first, undefined)}]`;
  expect(eventsOf(row, RUN, HEAD)).toEqual([first, second]);
  expect(entryOf(later, first, undefined)).toContain(`[3,${later.at},`);
});

test("entries with labels throughout are read, as files hold them that were written before there were shorter ones", () => {
  const { context: _context, ...fromRow } = { ...FACTS["run-started"], input: 7 };
  const run = { id: RUN.id, context: JSON.stringify(_context) };
  const simpleEnd = {
    outcome: { status: "completed", output: { of: "nothing" } },
    pattern: "p",
    domain: "d",
  };
  const labelled: readonly (readonly [number, string | null, number | null, object])[] = [
    [1, null, null, fromRow],
    [2, "a", 1, { recovery: 0, agent: "a" }],
    [3, "a", 1, { agent: "a", output: 5, durationMs: 2 }],
    [22, null, null, { ...simpleEnd, durationMs: 3 }],
  ];
  const events = eventsOf(
    JSON.stringify(labelled.map(([code, path, attempt, rest]) => [code, HEAD.at, path, attempt, rest])),
    run,
    HEAD,
  );
  expect(events).toMatchObject([
    { kind: "run-started", pattern: fromRow.pattern, input: 7, context: _context },
    { kind: "attempt-started", path: "a", attempt: 1, recovery: 0, agent: "a" },
    { kind: "step-completed", path: "a", attempt: 1, agent: "a", output: 5, durationMs: 2 },
    { kind: "run-ended", ...simpleEnd, durationMs: 3 },
  ]);
  // What is written now takes half the room.
  const now = (events ?? []).map((event) => entryOf(event, undefined, undefined)).slice(1);
  expect(now.join().length).toBeLessThan(0.55 * JSON.stringify(labelled.slice(1)).length);
});

test("a choice is read as it was written, short or as an object, and takes two thirds of the room at most", () => {
  const candidates = Array.from({ length: 10 }, (_, index) => ({
    pattern: `orders.fulfil-${index}`,
    mean: 0.512,
    low: 0.123,
    high: 0.91,
    propensity: 0.012345,
    reason: index === 0 ? "chosen" : index === 9 ? "missing-grant" : "allowed",
  }));
  const choice = { pattern: "orders.fulfil-0", reason: "it's best", evaluable: true, candidates };
  const event: Event = { ...HEAD, ...FACTS["run-started"], choice: { ...choice, features: { n: 0.5 } } };
  const entry = entryOf(event, undefined, undefined);
  const run = { id: RUN.id, context: JSON.stringify(FACTS["run-started"].context) };
  const [back] = eventsOf(`[${entry}]`, run, HEAD) ?? [];
  expect(back).toEqual(event);
  expect(entry.length).toBeLessThan(1_024);
  const asObject = `[1,null,null,null,${JSON.stringify({ choice })}]`;
  expect(eventsOf(`[${asObject}]`, run, HEAD)?.[0]).toMatchObject({ choice });
  const [short, long] = [JSON.stringify(shortChoice(choice)), JSON.stringify(choice)];
  expect(short.length).toBeLessThan(0.65 * long.length);
});

test("why a candidate was refused, and what its runs cost, come back from the entry of a choice", () => {
  const usual = { pattern: "deep", mean: 0.9, low: 0.7, high: 0.97, propensity: 1, reason: "chosen" };
  const because = "agent 'http' is out of order";
  const choice = {
    reason: "deep is the only one allowed",
    evaluable: true,
    candidates: [
      { ...usual, costUsd: 0.012 },
      { ...usual, pattern: "standard", propensity: 0, reason: "breaker-open", because },
    ],
  };
  expect(choiceIn(JSON.parse(JSON.stringify(shortChoice(choice))))).toEqual(choice);
});

test("names stay what they are however many there are", () => {
  for (let index = 0; index < 3_000; index++) {
    const event: Event = { ...HEAD, ...started, path: `all/[${index % 1_500}]/"x"` };
    expect(eventsOf(`[${entryOf(event, undefined, undefined)}]`, RUN, HEAD)).toEqual([event]);
  }
});
