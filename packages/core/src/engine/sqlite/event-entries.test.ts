/** What is put together by hand reads as what JSON would have made of it. */
import { expect, test } from "vitest";
import type { Event, Fact } from "../../delegation/event.ts";
import { FACTS } from "../store-samples.ts";
import { entryOf, eventsOf } from "./event-entries.ts";

const RUN = { id: "run-1", context: '{"domain":"d"}' };
const HEAD = { version: 1, run: RUN.id, seq: 3, position: 9, at: 1_767_225_600_000.5 } as const;
const STRANGE = 'a/"b"\\\u2028\ud800/[3]/né 📦';

const started = FACTS["attempt-started"];
const completed = FACTS["step-completed"];
const facts: readonly Fact[] = [
  ...Object.values(FACTS).filter(({ kind }) => kind !== "run-started"),
  { ...started, path: STRANGE, agent: STRANGE, attempt: 12, recovery: 3 },
  { ...completed, path: STRANGE, agent: STRANGE, output: 2 ** 40 },
  { ...completed, output: 0, durationMs: 1e-7, score: 0 },
  { ...completed, durationMs: 1e21, score: 0.1, usage: { inputTokens: 1, outputTokens: 2, costUsd: 0.5 } },
];

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

test("names stay what they are however many there are", () => {
  for (let index = 0; index < 3_000; index++) {
    const event: Event = { ...HEAD, ...started, path: `all/[${index % 1_500}]/"x"` };
    expect(eventsOf(`[${entryOf(event, undefined, undefined)}]`, RUN, HEAD)).toEqual([event]);
  }
});
